"""Questions of the person's page. The person is the viewer: only their own record is asked for."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sojourn.foundation.access import sealing
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import Person
from sojourn.procedures.self_service import rules
from sojourn.procedures.self_service.looks import looks_at
from sojourn.procedures.self_service.models import AccessCode, Erasure
from sojourn.response.outreach.queries import links


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
        "places_in_words": [
            {"told_at": told.told_at.isoformat(), "told_by": told.source, "words": told.words}
            for told in person.places_told.order_by("-told_at")
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
            {
                "at": look.at.isoformat(),
                "organisation": look.organisation,
                "role": look.role,
                "what": look.what,
                "for": look.purpose,
                "times": look.times,
            }
            for look in looks_at(person)
        ],
    }


def person_by_token(token: str, *, at: datetime) -> Person | None:
    """Return whose page a link opens, or None."""
    return links.person_by_token(token, at)


def shown_code(code: str) -> str:
    """Return a code as it is read aloud."""
    return rules.shown_code(code)
