"""From the address that a reply came from to the person, the crisis and the case; for many replies at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_noop

from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models.inbox import Inbound
from sojourn.response.outreach.models.outbox import Message

SAME_ANSWER_WITHIN: Final = timedelta(minutes=10)
UNKNOWN_ADDRESS: Final = gettext_noop("Nobody in the register has this address.")
SHARED_ADDRESS: Final = gettext_noop("People of several households share this address.")

Place = tuple[UUID, bool, str, str]  # organisation, is_exercise, channel, address


@dataclass(frozen=True, slots=True)
class Match:
    """Whose reply it is, or why nobody can say. `beside` share the address and the household."""

    person: Person | None = None
    crisis: Crisis | None = None
    case: Case | None = None
    point: ContactPoint | None = None
    beside: Sequence[UUID] = field(default_factory=tuple)
    why_not: str = ""


def has_waiting() -> bool:
    """Return whether anything in the inbox waits to be read. Reads only, so it takes no lock."""
    return Inbound.objects.filter(processed_at__isnull=True).exists()


def match(waiting: Sequence[Inbound]) -> Mapping[UUID, Match]:
    """Return the match of each row of the inbox."""
    points = _points_at({place_of(inbound) for inbound in waiting})
    last = _last_messages([point.pk for shared in points.values() for point in shared])
    people = {point.person_id for shared in points.values() for point in shared}
    cases = _open_cases(people)
    return {
        inbound.pk: _match(_of_claimed(inbound, points.get(place_of(inbound), [])), last, cases)
        for inbound in waiting
    }


def place_of(inbound: Inbound) -> Place:
    """Return where a reply came from, as seen by the organisation that it was sent to."""
    provider = inbound.provider
    return (
        provider.organisation_id,
        provider.is_exercise,
        inbound.channel,
        inbound.sender_address,
    )


def candidates(inbound: Inbound) -> Sequence[ContactPoint]:
    """Return the contact points that a reply may have come from."""
    return _points_at({place_of(inbound)}).get(place_of(inbound), [])


def _of_claimed(inbound: Inbound, points: list[ContactPoint]) -> list[ContactPoint]:
    """Where a person said whose a reply is, only theirs and their household's contact points count."""
    if inbound.claimed_for_id is None:
        return points
    own = [point for point in points if point.person_id == inbound.claimed_for_id]
    return own or points


def _points_at(places: set[Place]) -> dict[Place, list[ContactPoint]]:
    found: dict[Place, list[ContactPoint]] = {}
    wanted = ContactPoint.objects.filter(
        address__in={place[3] for place in places},
        person__responsible_id__in={place[0] for place in places},
        person__erased_at__isnull=True,
        channel__in=[Channel.SMS, Channel.EMAIL],
    )
    for point in wanted.select_related("person", "person__responsible").order_by(
        "rank", "added_at", "id"
    ):
        person = point.person
        place = (person.responsible_id, person.is_exercise, point.channel, point.address)
        if place in places:
            found.setdefault(place, []).append(point)
    return found


def _last_messages(points: Sequence[UUID]) -> dict[UUID, tuple[int, UUID | None]]:
    """Return for each contact point the newest message that went there: its order and its crisis."""
    newest = (
        Message.objects.filter(contact_point_id__in=points)
        .values("contact_point_id", "crisis_id")
        .annotate(last=Max("id"))
        .order_by("last")
    )
    return {row["contact_point_id"]: (row["last"], row["crisis_id"]) for row in newest}


def _open_cases(people: set[UUID]) -> dict[UUID, list[Case]]:
    found: dict[UUID, list[Case]] = {}
    cases = Case.objects.filter(person_id__in=people, crisis__closed_at__isnull=True)
    for case in cases.select_related("crisis").order_by("-opened_at", "-id"):
        found.setdefault(case.person_id, []).append(case)
    return found


def _match(
    points: Sequence[ContactPoint],
    last: Mapping[UUID, tuple[int, UUID | None]],
    cases: Mapping[UUID, Sequence[Case]],
) -> Match:
    if not points:
        return Match(why_not=UNKNOWN_ADDRESS)
    written = [point for point in points if point.pk in last]
    homes = {point.person.household_id or point.person_id for point in points}
    if len(homes) > 1:
        if len({point.person_id for point in written}) != 1:
            return Match(why_not=SHARED_ADDRESS)
        points = written
    point = max(written, key=lambda one: last[one.pk][0]) if written else points[0]
    person = point.person
    own = cases.get(person.pk, ())
    crisis_id = last[point.pk][1] if point.pk in last else None
    case = next((one for one in own if one.crisis_id == crisis_id), own[0] if own else None)
    return Match(
        person=person,
        crisis=case.crisis if case else None,
        case=case,
        point=point,
        beside=tuple({one.person_id for one in points} - {person.pk}),
    )
