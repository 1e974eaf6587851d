"""Add the people of a confirmed list, some rows at a time, so that a stop loses and doubles nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from sojourn.exchange.rosters import RosterOptions, RosterRow
from sojourn.foundation import bulk
from sojourn.foundation.access.key_ring import NewKeys
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import (
    ContactPoint,
    Household,
    IdentityDocument,
    Person,
    Whereabouts,
)
from sojourn.foundation.people.queries import last_known_location
from sojourn.foundation.people.terms import Channel, DocumentKind, Occupation, Sex, Source
from sojourn.preparedness.registration import queries
from sojourn.preparedness.registration.models import Import, PlaceTold, SourceRow
from sojourn.preparedness.registration.operations.describing import take_plan
from sojourn.preparedness.registration.operations.mapping import remember_columns
from sojourn.preparedness.registration.operations.placing import Told, new_place
from sojourn.preparedness.registration.operations.planning import plan_rows
from sojourn.preparedness.registration.rules import check_can_confirm
from sojourn.preparedness.registration.terms import ImportState, Judgement, Plan

AT_ONCE: Final = 200


@transaction.atomic
def confirm_import(*, record: Import, by: User, at: datetime) -> None:
    """Let the people of a list into the register. `add_next` then does it, some rows at a time.

    Raises CannotImport when it was confirmed or undone before, or holds nobody.
    """
    record = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
    check_can_confirm(state=record.state, people=queries.counts(record).people)
    record.state = ImportState.RUNNING
    record.confirmed_at = at
    record.save(update_fields=["state", "confirmed_at"])
    remember_columns(record=record, by=by, at=at)
    audit.record(what="import.confirmed", about=record, by=by, at=at)


@transaction.atomic
def add_next(*, record: Import, by: Actor, at: datetime, limit: int = AT_ONCE) -> int:
    """Add the people of the next rows and return how many rows are left. Safe to repeat."""
    record = (
        Import.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=record.pk)
    )
    if record.state != ImportState.RUNNING:
        return 0
    rows = list(
        record.rows.filter(done_at__isnull=True).select_related("match").order_by("line")[:limit]
    )
    options = RosterOptions(
        today=record.brought_at.date(), phone_country=record.phone_country or None
    )
    read = queries.read_again(record, rows, options)
    _recognise(record, rows, read)
    batch = _Batch(record, by, at, households=_households_of(record, rows))
    for row, understood in zip(rows, read, strict=True):
        batch.take(row, understood)
    batch.write()
    record.rows_done += len(rows)
    left = record.rows.filter(done_at__isnull=True).count()
    if not left:
        record.state = ImportState.DONE
        audit.record(what="import.done", about=record, by=by, at=at, rows=record.rows_done)
    record.save(update_fields=["rows_done", "state"])
    return left


def _recognise(record: Import, rows: Sequence[SourceRow], read: Sequence[RosterRow]) -> None:
    """Look once more for people who came into the register since the list was read, by another list perhaps.

    Only a document, or a telephone with the name, counts; and never somebody whom this list itself brought.
    One list at a time adds to a register, so that two lists cannot both think a person new.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=record.organisation_id)
    unknown = [
        (row, understood)
        for row, understood in zip(rows, read, strict=True)
        if row.plan in {Plan.NEW, Plan.MAYBE} and not row.judgement
    ]
    plans = plan_rows(
        [understood for _row, understood in unknown], organisation=record.organisation
    )
    known = [
        (row, plan)
        for (row, _understood), plan in zip(unknown, plans, strict=True)
        if plan.plan == Plan.KNOWN
    ]
    own = set(
        record.rows.filter(
            is_new_person=True, person__in=[plan.match for _row, plan in known]
        ).values_list("person_id", flat=True)
    )
    for row, plan in known:
        if plan.match not in own:
            take_plan(row, plan)


def _households_of(record: Import, rows: Sequence[SourceRow]) -> dict[str, Household]:
    """Return the households that earlier rows of the list began and these go on with."""
    named = {row.household for row in rows} - {""}
    earlier = record.rows.filter(household__in=named, person__household__isnull=False)
    return {
        row.household: row.person.household
        for row in earlier.select_related("person__household")
        if row.person and row.person.household
    }


@dataclass
class _Batch:
    """The records that some rows of a list make, written together."""

    record: Import
    by: Actor
    at: datetime
    rows: list[SourceRow] = field(default_factory=list)
    new: list[Person] = field(default_factory=list)
    households: dict[str, Household] = field(default_factory=dict)
    fresh_households: list[Household] = field(default_factory=list)
    points: list[ContactPoint] = field(default_factory=list)
    documents: list[IdentityDocument] = field(default_factory=list)
    whereabouts: list[Whereabouts] = field(default_factory=list)
    places: list[PlaceTold] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = NewKeys(self.record.organisation, at=self.at)

    def take(self, row: SourceRow, understood: RosterRow) -> None:
        """Decide whom a row is about, and note what it adds."""
        row.done_at = self.at
        self.rows.append(row)
        if row.plan == Plan.NO_NAME:
            return
        person = self._known(row)
        row.is_new_person = person is None
        if person is None:
            person = self._new(row, understood)
        row.person = person
        self._add_reach(row, person, understood)
        self._add_documents(row, person, understood)
        self._add_place(row, person, understood)

    def _known(self, row: SourceRow) -> Person | None:
        """The person a row is about, if a document, a telephone and name, or a clerk said so."""
        if row.repeats_line is not None:
            for earlier in self.rows:
                if earlier.line == row.repeats_line:
                    return earlier.person
            before = self.record.rows.filter(line=row.repeats_line).select_related("person").first()
            return before.person if before else None
        is_same = row.judgement == Judgement.SAME
        if is_same or (row.plan == Plan.KNOWN and row.judgement != Judgement.DIFFERENT):
            return row.match
        return None

    def _new(self, row: SourceRow, understood: RosterRow) -> Person:
        facts = people.PersonFacts(
            name=understood.name[:200],
            other_names=[name[:200] for name in understood.other_names],
            nationality=understood.nationality,
            languages=understood.languages,
            sex=Sex(understood.sex or Sex.UNKNOWN),
            birth_year=understood.birth_year,
            occupation=Occupation(understood.occupation or Occupation.UNKNOWN),
        )
        person = Person(
            **people.fields_of(facts),
            household=self._household(row),
            responsible=self.record.organisation,
            office=self.record.office,
            registered_at=self.at,
            is_exercise=self.record.organisation.is_exercise,
        )
        self.new.append(person)
        return person

    def _household(self, row: SourceRow) -> Household:
        known = self.households.get(row.household) if row.household else None
        if known is not None:
            return known
        household = Household()
        self.fresh_households.append(household)
        if row.household:
            self.households[row.household] = household
        return household

    def _add_reach(self, row: SourceRow, person: Person, understood: RosterRow) -> None:
        addresses = [(Channel.SMS, phone) for phone in understood.phones]
        addresses += [(Channel.EMAIL, email[:254]) for email in understood.emails]
        known = self._points_of(person, is_new=row.is_new_person)
        for rank, (channel, address) in enumerate(addresses, start=len(known) + 1):
            if (channel, address) in known:
                continue
            point = ContactPoint(
                person=person, channel=channel, address=address, rank=rank, added_at=self.at
            )
            self.points.append(point)
            row.added.append(["contact_point", str(point.pk)])

    def _points_of(self, person: Person, *, is_new: bool) -> set[tuple[str, str]]:
        known = {(p.channel, p.address) for p in self.points if p.person_id == person.pk}
        if not is_new:
            known |= set(
                ContactPoint.objects.filter(person_id=person.pk).values_list("channel", "address")
            )
        return known

    def _add_documents(self, row: SourceRow, person: Person, understood: RosterRow) -> None:
        for paper in understood.documents:
            document = people.new_document(
                person=person,
                kind=DocumentKind(paper.kind),
                number=paper.number,
                country=understood.nationality,
                key=self.keys.key_of(person.pk, is_new=row.is_new_person),
            )
            index = bytes(document.number_index)
            is_known = any(
                d.person_id == person.pk and bytes(d.number_index) == index for d in self.documents
            ) or (
                not row.is_new_person
                and IdentityDocument.objects.filter(
                    person_id=person.pk, number_index=index
                ).exists()
            )
            if not is_known:
                self.documents.append(document)
                row.added.append(["document", str(document.pk)])

    def _add_place(self, row: SourceRow, person: Person, understood: RosterRow) -> None:
        if understood.latitude is None or understood.longitude is None:
            self._add_place_in_words(row, person, understood)
            return
        position = people.Position(
            latitude=understood.latitude,
            longitude=understood.longitude,
            accuracy_km=understood.accuracy_km,
            observed_at=understood.observed_at or self.record.brought_at,
            source=Source.LIST,
            country=understood.country,
            place=understood.place,
        )
        claim = people.new_whereabouts(person_id=person.pk, position=position, at=self.at)
        self.whereabouts.append(claim)
        row.added.append(["whereabouts", str(claim.pk)])

    def _add_place_in_words(self, row: SourceRow, person: Person, understood: RosterRow) -> None:
        if not understood.place:
            return
        known = None if row.is_new_person else last_known_location(person)
        told = Told(
            words=understood.place,
            source=Source.LIST,
            told_at=understood.observed_at,
            countries=[understood.country] if understood.country else (),
        )
        place, guess = new_place(
            person=person, told=told, known=known, at=self.at, record=self.record
        )
        self.places.append(place)
        row.added.append(["place_told", str(place.pk)])
        if guess is not None:
            self.whereabouts.append(guess)
            row.added.append(["whereabouts", str(guess.pk)])

    def write(self) -> None:
        """Write all of it, and tell each person's trail."""
        Household.objects.bulk_create(self.fresh_households, batch_size=500)
        Person.objects.bulk_create(self.new, batch_size=200)
        people.index_names(self.new)
        ContactPoint.objects.bulk_create(self.points, batch_size=500)
        bulk.insert(self.keys.rows)
        IdentityDocument.objects.bulk_create(self.documents, batch_size=500)
        Whereabouts.objects.bulk_create(self.whereabouts, batch_size=500)
        PlaceTold.objects.bulk_create(self.places, batch_size=500)
        SourceRow.objects.bulk_update(
            self.rows,
            [
                *("done_at", "person", "is_new_person", "added"),
                *("plan", "match", "match_why", "likeness"),
            ],
            batch_size=200,
        )
        self._tell()

    def _tell(self) -> None:
        for row in self.rows:
            if row.person_id is None:
                continue
            what = "person.registered" if row.is_new_person else "person.found_in_list"
            audit.record(
                what=what,
                about=row.record,
                by=self.by,
                at=self.at,
                person_id=row.person_id,
                row=row.pk,
            )
