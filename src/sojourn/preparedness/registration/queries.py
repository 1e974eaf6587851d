"""Questions about imports and the register. Those about people take the viewer."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sojourn.exchange.roster_headers import Field
from sojourn.exchange.rosters import RosterOptions, RosterRow, read_rows
from sojourn.exchange.sentences import Sentence, unpacked
from sojourn.exchange.tables import Line
from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import ContactPoint, Person, Whereabouts
from sojourn.foundation.people.terms import Channel
from sojourn.preparedness.registration.models import Import, SourceRow
from sojourn.preparedness.registration.terms import Plan

ROWS_ON_A_PAGE: Final = 50
EXPORTED_AT_ONCE: Final = 500


def imports(*, viewer: Viewer) -> QuerySet[Import]:
    """Return the imports of the organisations where the viewer keeps the register, newest first.

    A post officer sees those of the own post.
    """
    reach = Q(organisation_id__in=viewer.scope.organisations)
    for organisation, office in viewer.scope.posts:
        reach |= Q(organisation_id=organisation, office_id=office)
    return Import.objects.filter(reach).select_related("brought_by").order_by("-brought_at", "-id")


def purpose_of(viewer: Viewer) -> Purpose:
    """Return why a viewer opens the register: partners assist, the others locate."""
    if viewer.roles == {Role.PARTNER_CASEWORKER}:
        return Purpose.ASSISTANCE
    return Purpose.LOCATING


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What the list of people is narrowed to. Empty fields narrow nothing."""

    nationality: str = ""
    occupation: str = ""
    office: UUID | None = None
    reach: str = ""
    record: UUID | None = None


def register(*, viewer: Viewer, narrowed: RegisterFilter) -> QuerySet[Person]:
    """Return the people of the register that the viewer may see, the newest first."""
    found = people.people(viewer=viewer, purpose=purpose_of(viewer))
    if narrowed.nationality:
        found = found.filter(
            Q(nationality=narrowed.nationality) | Q(second_nationality=narrowed.nationality)
        )
    if narrowed.occupation:
        found = found.filter(occupation=narrowed.occupation)
    if narrowed.office:
        found = found.filter(office_id=narrowed.office)
    if narrowed.reach:
        reachable = Q(
            contact_points__stopped_at__isnull=True, contact_points__invalid_at__isnull=True
        ) & Q(contact_points__isnull=False)
        keys = Person.objects.filter(reachable).values("pk")
        found = found.filter(pk__in=keys) if narrowed.reach == "yes" else found.exclude(pk__in=keys)
    if narrowed.record:
        found = found.filter(source_rows__record_id=narrowed.record)
    return found.order_by("-id")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of an import are of each plan, and how many have problems or wait for a word."""

    by_plan: Mapping[str, int]
    problems: int
    unjudged: int
    people: int
    added: int

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return sum(self.by_plan.values())


def counts(record: Import) -> Counts:
    """Count the rows of an import the caller may see."""
    by_plan = dict(record.rows.values_list("plan").annotate(Count("id")).order_by("plan"))
    return Counts(
        by_plan=by_plan,
        problems=record.rows.filter(has_problems=True).count(),
        unjudged=record.rows.filter(plan=Plan.MAYBE, judgement="").count(),
        people=sum(count for plan, count in by_plan.items() if plan != Plan.NO_NAME),
        added=record.rows.filter(is_new_person=True).count(),
    )


def rows_page(record: Import, *, show: str, after: int) -> list[SourceRow]:
    """Return one page of rows after a line: all, or those of a plan, or those with problems."""
    rows = record.rows.filter(line__gt=after)
    if show == "problems":
        rows = rows.filter(has_problems=True)
    elif show:
        rows = rows.filter(plan=show)
    return list(rows.select_related("match", "person").order_by("line")[: ROWS_ON_A_PAGE + 1])


def open_cells(row: SourceRow) -> tuple[str, ...]:
    """Open the cells of a row, as they were written; none when the person was deleted since."""
    if not row.cells_sealed:
        return ()
    text = sealing.open_sealed(
        row.cells_sealed, table="registration_sourcerow", column="cells", row=row.pk
    )
    return tuple(json.loads(text))


def read_again(
    record: Import, rows: Sequence[SourceRow], options: RosterOptions
) -> list[RosterRow]:
    """Return what the rows of an import say, with the columns meaning what they mean now."""
    lines = [Line(row.line, open_cells(row)) for row in rows]
    return list(read_rows(lines, tuple(record.headings), columns_of(record), options))


def columns_of(record: Import) -> dict[int, Field]:
    """Return what each column of an import means."""
    return {int(column): Field(meaning) for column, meaning in record.columns.items()}


def problems_of(record: Import) -> Iterator[tuple[str, str, Sentence]]:
    """Yield (line, column, problem) for the file as a whole, whose line may be empty, then for each row."""
    for line, problem in record.problems:
        yield str(line or ""), "", unpacked(problem)
    for line, problems in (
        record.rows.filter(has_problems=True).order_by("line").values_list("line", "problems")
    ):
        for column, problem in problems:
            yield str(line), column, unpacked(problem)


REGISTER_HEADINGS: Final = (
    "name",
    "other_names",
    "nationality",
    "sex",
    "birth_year",
    "occupation",
    "languages",
    "phones",
    "emails",
    "household",
    "country",
    "area",
    "observed_at",
    "accuracy_km",
)


def register_rows(found: QuerySet[Person]) -> Iterator[list[str | int | float | None]]:
    """Yield the register as a table, without document numbers, exact points or keys that open more."""
    for start in itertools.count(step=EXPORTED_AT_ONCE):
        chunk = list(found.prefetch_related("contact_points")[start : start + EXPORTED_AT_ONCE])
        if not chunk:
            return
        keys = Person.objects.filter(pk__in=[person.pk for person in chunk])
        places = {place.person_id: place for place in people.newest_whereabouts(keys)}
        for person in chunk:
            place = places.get(person.pk)
            yield [
                person.name,
                "; ".join(map(str, person.other_names)),
                person.nationality,
                person.sex,
                person.birth_year,
                person.occupation,
                "; ".join(map(str, person.languages)),
                "; ".join(_addresses(person, Channel.SMS)),
                "; ".join(_addresses(person, Channel.EMAIL)),
                str(person.household_id or ""),
                place.country if place else "",
                place.area or place.place if place else "",
                place.observed_at.isoformat() if place else "",
                place.accuracy_km if place else None,
            ]


def _addresses(person: Person, channel: Channel) -> list[str]:
    return [point.address for point in person.contact_points.all() if point.channel == channel]


@dataclass(frozen=True, slots=True)
class Glance:
    """A person as a line of a list: with the newest claim of where they are, and a way to reach them."""

    person: Person
    place: Whereabouts | None
    address: ContactPoint | None
    at: datetime


def at_a_glance(chosen: Sequence[Person], *, at: datetime) -> list[Glance]:
    """Return the people of one page, in their order, with what a line shows of them."""
    keys = Person.objects.filter(pk__in=[person.pk for person in chosen])
    places = {place.person_id: place for place in people.newest_whereabouts(keys)}
    addresses: dict[UUID, ContactPoint] = {}
    for point in ContactPoint.objects.filter(person__in=keys).order_by("-rank"):
        addresses[point.person_id] = point
    moments = caseload.moments_of([one.pk for one in chosen], at=at)
    return [
        Glance(one, places.get(one.pk), addresses.get(one.pk), moments.get(one.pk, at))
        for one in chosen
    ]


def wardens_of(organisation: Organisation, *, at: datetime) -> QuerySet[User]:
    """Return the wardens of an organisation at a moment, by name."""
    held = organisations.roles_in_force(at=at).filter(organisation=organisation, role=Role.WARDEN)
    return User.objects.filter(pk__in=held.values("user_id")).order_by("display_name", "username")
