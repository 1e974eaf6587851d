"""What happens as the clock of an exercise runs: alerts come in, and people are asked how they are."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.caseload.operations import CrisisFacts
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.preparedness.alerts import operations as alerts
from sojourn.preparedness.alerts.models import Alert
from sojourn.procedures.alert_to_outreach import operations as alert_to_outreach
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations import channels
from sojourn.procedures.exercise.operations.staffing import DIRECTOR
from sojourn.procedures.exercise.scenarios.alert import cap_of
from sojourn.procedures.exercise.scenarios.files import scenario as scenario_of


@transaction.atomic
def take_in_next(*, exercise: Exercise, at: datetime) -> Alert | None:
    """Take in the next alert of the scenario, on the way that every alert takes; None when there is no more.

    The first one opens the crisis, with a clock that stands. `at` is the moment in the exercise.
    """
    scenario = scenario_of(exercise.scenario)
    number = exercise.messages_sent
    if number >= len(scenario.messages):
        return None
    data = cap_of(scenario, number, run=f"{exercise.begun_at:%y%m%d%H%M%S}")
    taken = alerts.ingest_file(
        name=f"{scenario.key}-{number + 1}.xml", data=data, by=DIRECTOR, at=at
    )
    alert = taken.alerts[0]
    exercise.messages_sent = number + 1
    exercise.events = sorted({*exercise.events, str(alert.event_id)})
    exercise.save(update_fields=["messages_sent", "events"])
    if exercise.crisis is None:
        _open_crisis(exercise, alert, at=at)
    return alert


def send_due_messages(*, exercise: Exercise, at: datetime, real: datetime) -> int:
    """Take in the alerts whose moment has come, ask who is exposed by them, and return how many.

    Safe to repeat: what was broken off is gone on with.
    """
    scenario = scenario_of(exercise.scenario)
    sent = 0
    follow_up(exercise=exercise, real=real)
    while exercise.messages_sent < len(scenario.messages):
        due_at = scenario.started_at + scenario.messages[exercise.messages_sent].after
        if due_at > at:
            break
        take_in_next(exercise=exercise, at=at)
        follow_up(exercise=exercise, real=real)
        sent += 1
    return sent


def follow_up(*, exercise: Exercise, real: datetime) -> None:
    """Open the cases of those whom the newest alert exposes, and ask them. In steps; safe to repeat."""
    if exercise.crisis is None or exercise.messages_asked >= exercise.messages_sent:
        return
    alert_to_outreach.keep_up(crisis=exercise.crisis, at=real)
    number = exercise.messages_asked + 1
    channels.ask_everybody(exercise=exercise, number=number, by=DIRECTOR, real=real)
    exercise.messages_asked = number
    exercise.save(update_fields=["messages_asked"])


def _open_crisis(exercise: Exercise, alert: Alert, *, at: datetime) -> None:
    scenario = scenario_of(exercise.scenario)
    facts = CrisisFacts(
        name=scenario.title,
        kind=CrisisKind(scenario.kind),
        countries=[scenario.host],
        time_zone=scenario.time_zone,
        alert_level=AlertLevel.PRECAUTION,
        is_exercise=True,
        clock=Clock(at, at, 0.0),
    )
    exercise.crisis, _following, _draft = alert_to_outreach.open_crisis(
        alert=alert,
        facts=facts,
        lead=exercise.lead,
        participants=exercise.organisations.exclude(pk=exercise.lead_id),
        by=DIRECTOR,
        at=at,
    )
    exercise.save(update_fields=["crisis"])
