"""Questions of oversight: what a user read in a window, what is usual for them, for colleagues, and where."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import shapely
from django.db.models import Count, Q, Sum
from tzfpy import get_tz

from sojourn.exchange import gazetteer
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.audit.rules.unusual import Reading, Rule, Table
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.organisations.models import Membership
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person
from sojourn.procedures.oversight.models import Counted, Hour

CASE_WORK = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.WARDEN, Role.PARTNER_CASEWORKER)


def countries_of(people: Collection[UUID]) -> Mapping[UUID, str]:
    """Return person → the country of the post that looks after them; none for the people of an exercise."""
    rows = Person.objects.filter(pk__in=people, is_exercise=False)
    return {key: country or "" for key, country in rows.values_list("pk", "office__country")}


def zone_of(viewer: Viewer) -> str:
    """Return the time zone of the user's office, else of their organisation's country; UTC where none is known."""
    for held in viewer.memberships:
        office = held.office
        if office and office.latitude is not None and office.longitude is not None:
            return get_tz(office.longitude, office.latitude) or "UTC"
    for held in viewer.memberships:
        country = held.office.country if held.office else held.organisation.country
        if country:
            return _zone_in(country)
    return "UTC"


@cache
def _zone_in(country: str) -> str:
    place = gazetteer.country(country)
    if place is None:
        return "UTC"
    middle = shapely.geometry.shape(place.geometry).representative_point()
    return get_tz(middle.x, middle.y) or "UTC"


def countries_in_crisis(viewer: Viewer) -> frozenset[str] | None:
    """Return the countries of the open crises that the user's organisations work in; None without a crisis."""
    organisations = [one.pk for one in viewer.organisations]
    crises = Crisis.objects.filter(
        Q(lead__in=organisations) | Q(participants__in=organisations),
        closed_at__isnull=True,
        is_exercise=False,
    )
    found = list(crises.values_list("countries", flat=True))
    return frozenset(country for countries in found for country in countries) if found else None


def usual_countries(user: str, *, since: datetime) -> Mapping[str, int]:
    """Return country → how many records of people there a user opened since a moment."""
    rows = Hour.objects.filter(user=user, counts="opened", hour__gte=since)
    return dict(rows.values_list("country").annotate(Sum("number")))


def reading_of(viewer: Viewer, *, at: datetime, rules: Table, is_in_crisis: bool) -> Reading:
    """Return what a user read in the windows that end at a moment, beside what is usual."""
    user = viewer.audit_key
    since = at - timedelta(days=rules.history_days)
    own = _own_hours(user, since=since, upto=at - timedelta(hours=1))
    return Reading(
        counted={rule.id: _counted(rule, [user], at=at).get(user, 0) for rule in rules.rules},
        own=own,
        peers={
            rule.counts: list(_counted(rule, _colleagues(viewer, at=at), at=at).values())
            for rule in rules.rules
            if rule.times_peers
        },
        is_in_crisis=is_in_crisis,
    )


def _counted(rule: Rule, users: Sequence[str], *, at: datetime) -> Mapping[str, int]:
    """User → what a rule counts in its window, for those with anything to count."""
    rows = Counted.objects.filter(
        user__in=users, at__gt=at - timedelta(minutes=rule.window_min), at__lte=at
    )
    rows = {
        "elsewhere": rows.filter(counts="opened", is_elsewhere=True),
        "night": rows.filter(counts="opened", is_night=True),
    }.get(rule.counts, rows.filter(counts=rule.counts))
    how = Sum("number") if rule.counts == "taken" else Count("key", distinct=True)
    return dict(rows.values_list("user").annotate(how))


def _own_hours(user: str, *, since: datetime, upto: datetime) -> Mapping[str, Sequence[int]]:
    """What the user read in each active hour, by what is counted."""
    hours: dict[str, Counter[datetime]] = {}
    rows = Hour.objects.filter(user=user, hour__gte=since, hour__lt=upto)
    for counts, hour, is_night, number in rows.values_list("counts", "hour", "is_night", "number"):
        hours.setdefault(counts, Counter())[hour] += number
        if is_night and counts == "opened":
            hours.setdefault("night", Counter())[hour] += number
    return {counts: list(by_hour.values()) for counts, by_hour in hours.items()}


def _colleagues(viewer: Viewer, *, at: datetime) -> list[str]:
    """Who else has one of the user's roles of case work in the same organisation."""
    same = Q(pk__in=[])
    for held in viewer.memberships:
        if held.role in CASE_WORK:
            same |= Q(organisation=held.organisation_id, role=held.role)
    rows = Membership.objects.filter(same, starts_at__lte=at)
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    users = rows.exclude(user=viewer.user).values_list("user_id", flat=True).distinct()
    return [f"user:{key}" for key in users]
