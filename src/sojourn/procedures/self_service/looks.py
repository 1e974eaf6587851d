"""Who looked at a person's record, as the person reads it: organisation, role, what and what for. Never a name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.audit import queries as audit
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Membership
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person

SHOWN: Final = 100
CASE_WORK: Final = (
    Role.DUTY_OFFICER,
    Role.POST_OFFICER,
    Role.WARDEN,
    Role.PARTNER_CASEWORKER,
)
WHAT: Final[Mapping[str, Promise]] = {
    "person.read": _("your record"),
    "case.read": _("your case"),
    "conversation.read": _("your messages"),
    "document.number_read": _("the number of a document"),
    "referral.read": _("a referral of yours"),
    "consents.read": _("what you agreed to"),
    "vault.read": _("a confidential note"),
    "vault.listed": _("that there is a confidential note or none"),
    "glass.broken": _("your record, opened in an emergency to save a life"),
    "register.exported": _("in a list that was handed out"),
    "exposure.exported": _("in a list that was handed out"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Someone looked: when last, for which organisation, in which role, at what, what for, how often that day."""

    at: datetime
    organisation: str
    role: str
    what: str
    purpose: str
    times: int = 1


def looks_at(person: Person) -> Sequence[Look]:
    """Return who looked at a person's record, the newest first; the same again on one day is told once."""
    events = [*audit.reads_of(person.pk)[:SHOWN], *audit.lists_with(person.pk)[:SHOWN]]
    events += _files_with(person)
    theirs = [event for event in events if event.by != person.audit_key]
    theirs.sort(key=lambda event: event.at, reverse=True)
    held = organisations.memberships_ever(
        [event.by.removeprefix("user:") for event in theirs if event.by.startswith("user:")]
    )
    return list(_once_a_day([_look(event, person, held) for event in theirs[:SHOWN]]))


def _files_with(person: Person) -> list[AuditEvent]:
    """Files of the register, and of the crises the person has a case in: each may have held them."""
    crises = Case.objects.filter(person=person).values_list("crisis_id", flat=True)
    return [
        *audit.files_about(f"organisation:{person.responsible_id}", since=person.registered_at)[
            :SHOWN
        ],
        *(
            event
            for crisis in crises
            for event in audit.files_about(f"crisis:{crisis}", since=person.registered_at)[:SHOWN]
        ),
    ]


def _look(event: AuditEvent, person: Person, held: Mapping[str, Sequence[Membership]]) -> Look:
    role = _role_of(event, person, held.get(event.by, ()))
    purposes = {purpose.value: str(purpose.label) for purpose in Purpose}
    is_list = "people" in event.keys and event.what not in WHAT
    what = gettext("in a list") if is_list else WHAT.get(event.what, WHAT["person.read"])
    return Look(
        at=event.at,
        organisation=role.organisation.name if role else gettext("The system"),
        role=str(Role(role.role).label) if role else "",
        what=str(what),
        purpose=purposes.get(str(event.keys.get("why", "")), ""),
    )


def _role_of(event: AuditEvent, person: Person, held: Sequence[Membership]) -> Membership | None:
    """The role in which a user most likely looked: in force then, of case work, for who keeps the record."""

    def fitness(one: Membership) -> tuple[bool, bool, bool]:
        in_force = one.starts_at <= event.at and (
            one.expires_at is None or one.expires_at > event.at
        )
        return in_force, one.role in CASE_WORK, one.organisation_id == person.responsible_id

    return max(held, key=fitness, default=None)


def _once_a_day(looks: Sequence[Look]) -> Iterator[Look]:
    """Looks that differ by the hour only, told once with how many they were."""

    def day_of(look: Look) -> tuple[object, ...]:
        return look.at.date(), look.organisation, look.role, look.what, look.purpose

    for _day, same in groupby(looks, key=day_of):
        newest, *others = same
        yield Look(
            newest.at,
            newest.organisation,
            newest.role,
            newest.what,
            newest.purpose,
            1 + len(others),
        )
