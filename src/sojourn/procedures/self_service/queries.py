"""Questions of the person's page. The person is the viewer: only their own record is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.audit import queries as audit
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.organisations.models import Membership
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import Person
from sojourn.procedures.self_service import rules
from sojourn.procedures.self_service.models import AccessCode, Erasure
from sojourn.response.outreach.queries import links

READS_SHOWN: Final = 100
EXPORT: Final = "register.exported"


def person_by_code(typed: str, *, at: datetime) -> Person | None:
    """Return whose page a typed code opens, or None."""
    code = rules.canonical_code(typed)
    if len(code) != rules.CODE_SIGNS:
        return None
    found = (
        AccessCode.objects.filter(code_index=code_index(code), expires_at__gt=at)
        .select_related("person")
        .first()
    )
    return found.person if found and found.person.erased_at is None else None


def code_index(code: str) -> bytes:
    """Return the blind index of a code."""
    return sealing.blind_index(code, name="access_code")


def cases_of(person: Person) -> QuerySet[Case]:
    """Return the person's cases in crises that are not closed, the newest first."""
    return (
        Case.objects.filter(person=person, crisis__closed_at__isnull=True)
        .select_related("crisis")
        .order_by("-opened_at")
    )


def household_of(person: Person) -> QuerySet[Person]:
    """Return who else is in the person's household."""
    if person.household_id is None:
        return Person.objects.none()
    return (
        Person.objects.filter(household=person.household_id, erased_at__isnull=True)
        .exclude(pk=person.pk)
        .order_by("registered_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Someone looked at the record: when, for which organisation, and what for. Never who by name."""

    at: datetime
    organisation: str
    purpose: str


def looks_at(person: Person) -> Sequence[Look]:
    """Return who read the person's record, the newest first."""
    events = [
        event for event in audit.reads_of(person.pk)[:READS_SHOWN] if event.by != person.audit_key
    ]
    events += _lists_handed_out(person)
    events.sort(key=lambda event: event.at, reverse=True)
    keys = {event.by.removeprefix("user:") for event in events if event.by.startswith("user:")}
    organisations: dict[str, str] = {}
    for held in Membership.objects.filter(user_id__in=keys).select_related("organisation"):
        organisations[f"user:{held.user_id}"] = held.organisation.name
    purposes = {purpose.value: str(purpose.label) for purpose in Purpose}
    return [
        Look(
            event.at,
            organisations.get(event.by, gettext("The system")),
            purposes.get(str(event.keys.get("why", "")), "")
            or (gettext("in a list that was handed out") if event.what == EXPORT else ""),
        )
        for event in events
    ]


def _lists_handed_out(person: Person) -> list[AuditEvent]:
    """Exports of the register since the person is in it: each may have held them."""
    return list(
        AuditEvent.objects.filter(
            what=EXPORT,
            about=f"organisation:{person.responsible_id}",
            at__gte=person.registered_at,
        ).order_by("-at")[:READS_SHOWN]
    )


def erasure_of(person: Person) -> Erasure | None:
    """Return the person's wish to be deleted that still stands, or None."""
    return Erasure.objects.filter(
        person=person, stopped_at__isnull=True, done_at__isnull=True
    ).first()


def due(at: datetime) -> list[UUID]:
    """Return the keys of wishes to be deleted that come true now."""
    return list(
        Erasure.objects.filter(
            due_at__lte=at, stopped_at__isnull=True, done_at__isnull=True
        ).values_list("pk", flat=True)
    )


def record_of(person: Person) -> dict[str, object]:
    """Return all that is kept of a person, in plain words, for the person to take away."""
    place = people.last_known_location(person)
    return {
        "name": person.name,
        "description": person.description,
        "other_names": person.other_names,
        "nationality": person.nationality,
        "second_nationality": person.second_nationality,
        "languages": person.languages,
        "sex": person.sex,
        "year_of_birth": person.birth_year,
        "occupation": person.occupation,
        "registered_at": person.registered_at.isoformat(),
        "kept_by": person.responsible.name,
        "reach": [
            {"channel": point.channel, "address": point.address, "stopped": bool(point.stopped_at)}
            for point in person.contact_points.order_by("rank", "added_at")
        ],
        "documents": [
            {
                "kind": document.kind,
                "country": document.country,
                "number": sealing.open_sealed(
                    document.number_sealed,
                    table="people_identitydocument",
                    column="number",
                    row=document.pk,
                ),
            }
            for document in person.documents.order_by("kind")
        ],
        "places": [
            {
                "observed_at": claim.observed_at.isoformat(),
                "said_by": claim.source,
                "place": claim.place or claim.area,
                "country": claim.country,
                "accuracy_km": claim.accuracy_km,
            }
            for claim in person.whereabouts.order_by("-observed_at")
        ],
        "last_known_place_at": place.observed_at.isoformat() if place else None,
        "household": [member.name or member.description for member in household_of(person)],
        "crises": [
            {
                "crisis": case.crisis.name,
                "standing": case.standing,
                "stage": case.stage,
                "since": case.opened_at.isoformat(),
                "why": case.reason,
            }
            for case in Case.objects.filter(person=person).select_related("crisis")
        ],
        "read_by": [
            {"at": look.at.isoformat(), "organisation": look.organisation, "for": look.purpose}
            for look in looks_at(person)
        ],
    }


def person_by_token(token: str, *, at: datetime) -> Person | None:
    """Return whose page a link opens, or None."""
    return links.person_by_token(token, at)


def shown_code(code: str) -> str:
    """Return a code as it is read aloud."""
    return rules.shown_code(code)
