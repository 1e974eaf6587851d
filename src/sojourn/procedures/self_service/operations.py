"""Deeds of the person on their own record."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation.access import operations as access
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import ContactPoint, NameToken, Person
from sojourn.procedures.self_service import queries, rules
from sojourn.procedures.self_service.models import AccessCode, Erasure
from sojourn.procedures.self_service.rules import CannotErase
from sojourn.response.outreach.models.inbox import Inbound
from sojourn.response.outreach.operations import links
from sojourn.response.referral import operations as referrals
from sojourn.response.triage.models import Note, Override, Report, TriageTask

__all__ = ["CannotErase"]


@transaction.atomic
def make_code(*, person: Person, by: Actor, at: datetime) -> str:
    """Make a code that opens a person's page for a month, and return it; it is kept nowhere."""
    code = "".join(secrets.choice(rules.SIGNS) for _ in range(rules.CODE_SIGNS))
    made = AccessCode.objects.create(
        person=person,
        code_index=queries.code_index(code),
        made_at=at,
        expires_at=at + rules.CODE_LIVES,
    )
    audit.record(what="access_code.made", about=made, by=by, at=at, person_id=person.pk)
    return code


@transaction.atomic
def open_by_code(*, typed: str, at: datetime) -> str | None:
    """Return the token of a fresh link for whoever typed a good code, or None."""
    person = queries.person_by_code(typed, at=at)
    if person is None:
        return None
    return token_in(links.personal_link(person=person, crisis=None, by=person, at=at))


def token_in(address: str) -> str:
    """Return the token of a personal link."""
    return address.rstrip("/").rpartition("/")[2]


@transaction.atomic
def add_companion(*, person: Person, name: str, at: datetime) -> Person:
    """Add someone who is with the person: to the register, the household and the open crises."""
    companion = people.register_person(
        facts=people.PersonFacts(name=name, languages=list(map(str, person.languages))),
        responsible=person.responsible,
        household=person.household,
        office=person.office,
        is_exercise=person.is_exercise,
        by=person,
        at=at,
    )
    for case in queries.cases_of(person):
        caseload.open_cases(
            crisis=case.crisis,
            findings=[
                caseload.CaseFinding(
                    person=companion,
                    answer=Answer.REPORTED,
                    reason="said to be with a member of the household",
                    area=case.area,
                )
            ],
            what="named_by_household",
            by=person,
            at=case.crisis.clock.at(at),
        )
    return companion


@transaction.atomic
def drop_address(*, person: Person, address_id: UUID, at: datetime) -> bool:
    """Take away a telephone or e-mail address that is not the person's any more. Safe to repeat."""
    point = ContactPoint.objects.filter(person=person, pk=address_id).first()
    if point is None:
        return False
    ContactPoint.objects.filter(pk=point.pk, invalid_at__isnull=True).update(invalid_at=at)
    audit.record(what="contact_point.dropped", about=point, by=person, at=at, person_id=person.pk)
    return True


@transaction.atomic
def ask_for_erasure(*, person: Person, at: datetime) -> Erasure:
    """Note that a person wants to be deleted, which happens three days later. Safe to repeat."""
    standing = queries.erasure_of(person)
    if standing is not None:
        return standing
    wish = Erasure.objects.create(person=person, asked_at=at, due_at=rules.erased_from(at))
    audit.record(what="erasure.asked", about=wish, by=person, at=at, person_id=person.pk)
    return wish


@transaction.atomic
def stop_erasure(*, person: Person, at: datetime) -> None:
    """Keep the record after all. Safe to repeat. Raises CannotErase once it is deleted."""
    rules.check_can_stop(is_done=person.erased_at is not None)
    wish = queries.erasure_of(person)
    if wish is not None:
        wish.stopped_at = at
        wish.save(update_fields=["stopped_at"])
        audit.record(what="erasure.stopped", about=wish, by=person, at=at, person_id=person.pk)


def erase_whose_time_has_come(*, at: datetime) -> int:
    """Delete the records whose three days are over. A chore of the worker; safe to repeat."""
    return erase_due(keys=queries.due(at), by=System("erasure"), at=at)


@transaction.atomic
def erase_due(*, keys: Collection[UUID], by: Actor, at: datetime) -> int:
    """Delete the records whose time has come and return how many. Safe to repeat.

    A tombstone stays: a key, the counts it stands in and the audit trail. None of them says who it was.
    """
    wishes = Erasure.objects.select_for_update(of=("self",)).filter(
        pk__in=list(keys), due_at__lte=at, stopped_at__isnull=True, done_at__isnull=True
    )
    done = 0
    for wish in wishes.select_related("person"):
        _erase(wish.person, by=by, at=at)
        wish.done_at = at
        wish.save(update_fields=["done_at"])
        audit.record(what="person.erased", about=wish, by=by, at=at, person_id=wish.person_id)
        done += 1
    return done


def _erase(person: Person, *, by: Actor, at: datetime) -> None:
    access.forget_person(person_id=person.pk, by=by, at=at)
    for related in (
        person.contact_points,
        person.documents,
        person.places_told,
        person.whereabouts,
        person.access_codes,
        person.confidential_notes,
        person.links,
        person.messages,
    ):
        related.all().delete()
    _erase_words(person)
    NameToken.objects.filter(person=person).delete()
    for row in person.source_rows.all():
        row.cells_sealed, row.problems, row.person = b"", [], None
        row.save(update_fields=["cells_sealed", "problems", "person"])
    for name, value in people.fields_of(people.PersonFacts()).items():
        setattr(person, name, value)
    person.household, person.warden, person.erased_at = None, None, at
    person.save()
    person.cases.update(household=None, reason="")


def _erase_words(person: Person) -> None:
    """What they wrote, and what was written about them, is emptied; that it was there stays."""
    said = Inbound.objects.filter(reply__conversation__person=person)
    said.update(sealed=b"", sender_address="")
    person.conversations.all().delete()
    cases = person.cases.all()
    Report.objects.filter(case__in=cases).update(text_sealed=None, suggestions=[])
    Note.objects.filter(case__in=cases).update(text_sealed=b"")
    TriageTask.objects.filter(case__in=cases).update(words_sealed=b"")
    Override.objects.filter(case__in=cases).update(reason_sealed=b"")
    referrals.forget_words(cases=cases)
