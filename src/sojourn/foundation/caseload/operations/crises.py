"""Deeds on crises: open, close, set the alert level and the clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.terms import Deed
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.rules import WORLD_CLOCK, Clock
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.foundation.organisations.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisFacts:
    """What a crisis is when it is opened."""

    name: str
    kind: CrisisKind
    countries: Sequence[str] = ()
    time_zone: str = "UTC"
    alert_level: AlertLevel = AlertLevel.PRECAUTION
    is_exercise: bool = False
    clock: Clock = WORLD_CLOCK


@transaction.atomic
def open_crisis(
    *,
    facts: CrisisFacts,
    lead: Organisation,
    participants: Iterable[Organisation] = (),
    by: Actor,
    at: datetime,
) -> Crisis:
    """Open a crisis that `lead` leads and `participants` work on, each for its own people."""
    crisis = Crisis.objects.create(
        name=facts.name,
        kind=facts.kind,
        countries=list(facts.countries),
        time_zone=facts.time_zone,
        alert_level=facts.alert_level,
        is_exercise=facts.is_exercise,
        lead=lead,
        started_at=at,
        clock_started_at=facts.clock.started_at,
        clock_shows_at=facts.clock.shows_at,
        clock_speed=facts.clock.speed,
    )
    crisis.participants.set(participants)
    audit.record(what="crisis.opened", about=crisis, by=by, at=at, is_exercise=facts.is_exercise)
    return crisis


@transaction.atomic
def set_alert_level(*, crisis: Crisis, level: AlertLevel, by: Actor, at: datetime) -> None:
    """Change what people are advised to do. Safe to repeat."""
    changed = (
        Crisis.objects.filter(pk=crisis.pk).exclude(alert_level=level).update(alert_level=level)
    )
    if changed:
        audit.record(what="crisis.level_set", about=crisis, by=by, at=at, level=level)


@transaction.atomic
def set_clock(*, crisis: Crisis, clock: Clock, by: Actor, at: datetime) -> None:
    """Let the clock of an exercise run, pause or jump. A database constraint keeps live crises out."""
    Crisis.objects.filter(pk=crisis.pk).update(
        clock_started_at=clock.started_at, clock_shows_at=clock.shows_at, clock_speed=clock.speed
    )
    audit.record(what="crisis.clock_set", about=crisis, by=by, at=at, speed=clock.speed)


@transaction.atomic
def close_crisis(*, crisis: Crisis, by: Actor, at: datetime) -> None:
    """Close a crisis that two officers agreed to close. Its cases stay as they are, and help stays open.

    Safe to repeat. Raises NotApproved without the yes of a second person, or of one who may go alone
    (`accounts.operations`: `ask`, `approve`, `go_alone` for `Deed.CRISIS_CLOSE`).
    """
    if Crisis.objects.filter(pk=crisis.pk, closed_at__isnull=True).update(closed_at=at):
        yes = accounts.use(deed=Deed.CRISIS_CLOSE, about=crisis, by=by, at=at)
        audit.record(what="crisis.closed", about=crisis, by=by, at=at, approval=yes.pk)
