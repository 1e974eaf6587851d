"""Watch what is read as the audit trail grows, and tell the data-protection officer what is unusual."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from sojourn.foundation import bulk
from sojourn.foundation.access import operations as access
from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.refusals import REFUSED
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.access.viewer import Viewer, viewer_of
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.models import AuditEvent, Seal, Verification
from sojourn.foundation.audit.rules.unusual import (
    Finding,
    areas_of,
    findings_of,
    is_night,
    table,
)
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.turns import one_step, turn
from sojourn.procedures.oversight import queries
from sojourn.procedures.oversight.models import Counted, Hour, Watch

WATCH: Final = "reading"
A_STEP: Final = 2_000
MOST_STEPS: Final = 20
KEPT: Final = timedelta(days=2)
HISTORY_KEPT: Final = timedelta(days=90)
USER: Final = "user:"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that an event tells of: what it counts as, of whom or what, and when."""

    user: str
    counts: str
    key: UUID
    at: datetime
    number: int = 1

    @property
    def hour(self) -> datetime:
        """Return the hour in which it was."""
        return self.at.replace(minute=0, second=0, microsecond=0)

    @property
    def once(self) -> tuple[str, datetime, str, UUID]:
        """Return what it is counted once by."""
        return self.user, self.hour, self.counts, self.key


def watch() -> int:
    """Count what was read since the last time and raise notices; return how many events were looked at.

    Begins with what is sealed from now on. Safe to repeat, and by several at once.
    """
    total = 0
    for _turn in range(MOST_STEPS):
        with one_step(), turn("watch the audit trail"):
            looked = _step()
        total += looked
        if looked < A_STEP:
            break
    return total


def forget(*, at: datetime) -> int:
    """Delete what is too old to compare with. A chore of the worker."""
    return (
        Counted.objects.filter(at__lt=at - KEPT).delete()[0]
        + Hour.objects.filter(hour__lt=at - HISTORY_KEPT).delete()[0]
    )


def _step() -> int:
    newest = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    mark, is_new = Watch.objects.get_or_create(name=WATCH, defaults={"number": newest})
    if is_new:
        return 0
    seals = list(
        Seal.objects.filter(number__gt=mark.number)
        .order_by("number")
        .values_list("number", "event_id")[:A_STEP]
    )
    if not seals:
        return 0
    Watch.objects.filter(name=WATCH).update(number=seals[-1][0])
    events = AuditEvent.objects.filter(
        Q(is_read=True) | Q(what=REFUSED),
        pk__in=[key for _number, key in seals],
        by__startswith=USER,
    ).order_by("at", "id")
    _take_in([seen for event in events for seen in _seen_in(event)])
    return len(seals)


def _seen_in(event: AuditEvent) -> Iterator[Seen]:
    """What an event tells of."""
    keys: Mapping[str, Any] = event.keys
    if event.what == REFUSED:
        yield Seen(
            event.by, "refused", UUID(keys["key"]) if keys.get("key") else event.pk, event.at
        )
    elif event.person_id is not None:
        yield Seen(event.by, "opened", event.person_id, event.at)
    elif isinstance(keys.get("people"), list):
        for person in keys["people"]:
            yield Seen(event.by, "listed", UUID(person), event.at)
    elif isinstance(keys.get("people"), int):
        yield Seen(event.by, "taken", event.pk, event.at, number=keys["people"])


def _take_in(seen: Sequence[Seen]) -> None:
    """Count each thing once an hour, then look at each user at their last moment of each hour."""
    countries = queries.countries_of(
        {one.key for one in seen if one.counts in {"opened", "listed"}}
    )
    fresh: dict[tuple[str, datetime, str, UUID], Seen] = {}
    for one in seen:
        if one.counts in {"taken", "refused"} or one.key in countries:  # else: of an exercise
            fresh.setdefault(one.once, one)
    for known in _known(fresh.values()):
        fresh.pop(known, None)
    by_user: dict[str, list[Seen]] = {}
    for one in fresh.values():
        by_user.setdefault(one.user, []).append(one)
    users = User.objects.in_bulk([UUID(key.removeprefix(USER)) for key in by_user])
    for key, theirs in by_user.items():
        user = users.get(UUID(key.removeprefix(USER)))
        if user is not None:
            _count(user, theirs, countries)


def _known(seen: Iterable[Seen]) -> set[tuple[str, datetime, str, UUID]]:
    seen = list(seen)
    rows = Counted.objects.filter(
        user__in={one.user for one in seen},
        hour__in={one.hour for one in seen},
        key__in={one.key for one in seen},
    )
    return set(rows.values_list("user", "hour", "counts", "key"))


def _count(user: User, seen: Sequence[Seen], countries: Mapping[UUID, str]) -> None:
    viewer = viewer_of(user, at=seen[-1].at)
    zone, crises = queries.zone_of(viewer), queries.countries_in_crisis(viewer)
    areas = _areas(viewer, crises or frozenset(), at=seen[-1].at)

    def is_elsewhere(one: Seen) -> bool:
        country = countries.get(one.key, "")
        return areas is not None and country != "" and country not in areas

    bulk.insert(
        [
            Counted(
                user=one.user,
                counts=one.counts,
                key=one.key,
                number=one.number,
                hour=one.hour,
                at=one.at,
                is_night=is_night(one.at, zone),
                is_elsewhere=one.counts == "opened" and is_elsewhere(one),
            )
            for one in seen
        ]
    )
    _add_to_history(seen, countries, zone)
    last_of_hour = {one.hour: one.at for one in seen}
    for at in last_of_hour.values():
        _tell(viewer_of(user, at=at), at=at, is_in_crisis=crises is not None)


def _areas(viewer: Viewer, crises: frozenset[str], *, at: datetime) -> frozenset[str] | None:
    since = at - timedelta(days=table().history_days)
    return areas_of(
        offices=frozenset(held.office.country for held in viewer.memberships if held.office),
        is_everywhere=any(
            held.office is None and held.role in queries.CASE_WORK for held in viewer.memberships
        ),
        crises=crises,
        usual=queries.usual_countries(viewer.audit_key, since=since),
    )


def _add_to_history(seen: Sequence[Seen], countries: Mapping[UUID, str], zone: str) -> None:
    added: Counter[tuple[str, str, datetime, str, bool]] = Counter()
    for one in seen:
        place = countries.get(one.key, "")
        added[one.user, one.counts, one.hour, place, is_night(one.at, zone)] += one.number
    for (user, counts, hour, country, night), number in added.items():
        row, is_new = Hour.objects.get_or_create(
            user=user,
            counts=counts,
            hour=hour,
            country=country,
            is_night=night,
            defaults={"number": number},
        )
        if not is_new:
            Hour.objects.filter(pk=row.pk).update(number=F("number") + number)


def _tell(viewer: Viewer, *, at: datetime, is_in_crisis: bool) -> None:
    """Raise a notice for each rule that tells, in every organisation of the user, unless it was raised lately."""
    reading = queries.reading_of(viewer, at=at, rules=table(), is_in_crisis=is_in_crisis)
    for finding in findings_of(reading, table()):
        for organisation in viewer.organisations:
            lately = Notice.objects.filter(
                organisation=organisation,
                kind=finding.rule.kind,
                by=viewer.audit_key,
                keys__rule=finding.rule.id,
                raised_at__gt=at - timedelta(hours=finding.rule.quiet_h),
            )
            if not lately.exists():
                access.raise_notice(
                    organisation=organisation,
                    kind=NoticeKind(finding.rule.kind),
                    about=viewer.audit_key,
                    by=viewer.user,
                    at=at,
                    **_facts(finding),
                )


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.id,
        "count": finding.count,
        "limit": finding.limit,
        "minutes": finding.rule.window_min,
        "table": table().version,
    }


@transaction.atomic
def tell_of_bent_chain(*, verification: Verification, by: Actor, at: datetime) -> int:
    """Tell every data-protection officer that the audit trail was changed; return how many organisations."""
    if not verification.problems:
        return 0
    watched = Organisation.objects.filter(
        memberships__role=Role.DATA_PROTECTION_OFFICER, is_exercise=False
    ).distinct()
    for organisation in watched:
        access.raise_notice(
            organisation=organisation,
            kind=NoticeKind.CHAIN_BENT,
            about=f"verification:{verification.pk}",
            by=by,
            at=at,
            problems=len(verification.problems),
        )
    return len(watched)


def note_search(*, person_id: UUID | None, user: User | None, by: Actor, at: datetime) -> None:
    """Note what was looked for in the audit trail: who watches is watched as well."""
    audit.record(
        what="trail.searched",
        about=user,
        by=by,
        at=at,
        person_id=person_id,
        user=user.pk if user else None,
    )


def note_checkpoint_taken(*, size: int, by: Actor, at: datetime) -> None:
    """Note that a checkpoint was handed out, to be kept elsewhere."""
    audit.record(what="checkpoint.taken", about=None, by=by, at=at, size=size)
