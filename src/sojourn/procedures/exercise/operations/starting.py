"""Begin an exercise, and take it away again."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Household, Person
from sojourn.preparedness.alerts.models import Alert, Event, Original
from sojourn.procedures.exercise import rules
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.procedures.exercise.operations import channels, staffing
from sojourn.procedures.exercise.operations.happening import send_message
from sojourn.procedures.exercise.operations.peopling import State, register_people
from sojourn.procedures.exercise.operations.staffing import DIRECTOR
from sojourn.procedures.exercise.operations.sweeping import Sweep
from sojourn.procedures.exercise.scenarios.files import scenario as scenario_of
from sojourn.procedures.exercise.scenarios.shape import Scenario

RUN_DIGITS: Final = 6


@transaction.atomic
def start_exercise(
    *, scenario: str, people: int, seed: int, speed: float, by: User, at: datetime
) -> Exercise:
    """Make the world of a scenario, let the first alert come in, and ask everybody exposed how they are.

    `at` is the real moment. The one who plays gets the role of duty officer in every State of the exercise. Raises
    CannotStart while another exercise is under way, NoSuchScenario for an unknown one.
    """
    facts = scenario_of(scenario)
    rules.check_can_start(people=people, is_running=Exercise.objects.exists())
    rules.check_speed(speed)
    run = f"{at:%y%m%d%H%M%S}"
    states, users = {}, []
    for number, home in enumerate(facts.homes):
        states[home.country], own = staffing.found_state(facts, home, number, run=run, real=at)
        users += own
    lead = next(iter(states.values())).organisation
    others, more = staffing.found_partners(facts, lead, run=run, real=at)
    exercise = Exercise.objects.create(
        scenario=scenario, seed=seed, people=people, lead=lead, begun_by=by, begun_at=at
    )
    exercise.organisations.set([*(state.organisation for state in states.values()), *others])
    exercise.users.set([*users, *more])
    register_people(exercise=exercise, scenario=facts, states=states, at=facts.started_at)
    _equip(facts, states, others, by=by, at=at)
    audit.record(what="exercise.started", about=exercise, by=by, at=at, scenario=scenario)
    clock = Clock(at, facts.started_at + facts.messages[0].after, speed)
    send_message(exercise=exercise, clock=clock, at=clock.at(at), real=at)
    return exercise


def _equip(
    facts: Scenario,
    states: dict[str, State],
    partners: list[Organisation],
    *,
    by: User,
    at: datetime,
) -> None:
    """Give each State its gateway, directory and figures, and the one who plays a seat in each."""
    for state in states.values():
        organisation = state.organisation
        organisations.give_role(
            user=by, organisation=organisation, role=Role.DUTY_OFFICER, by=DIRECTOR, at=at
        )
        channels.open_gateway(organisation=organisation, by=DIRECTOR, at=at)
        staffing.fill_directory(facts, organisation, partners[:-1], at=facts.started_at)
        staffing.sign_agreements(facts, organisation, partners, at=facts.started_at)
        listed = Person.objects.filter(responsible=organisation).count()
        staffing.enter_stock(facts, organisation, listed=listed, at=facts.started_at)


@transaction.atomic
def set_speed(*, exercise: Exercise, speed: float, by: User, at: datetime) -> None:
    """Let the clock of an exercise run, faster or slower, or stand still (0). `at` is the real moment."""
    rules.check_speed(speed)
    crisis = exercise.crisis
    if crisis is None:
        return
    crisis.refresh_from_db()
    caseload.set_clock(
        crisis=crisis, clock=Clock(at, crisis.clock.at(at), speed), by=by, at=crisis.clock.at(at)
    )


@transaction.atomic
def reset_exercise(*, exercise_id: UUID, by: User, at: datetime) -> int:
    """Delete everything of an exercise and only that; return how many rows. Safe to repeat.

    Raises CannotReset, and deletes nothing, when something real hangs on it.
    """
    exercise = Exercise.objects.select_for_update().filter(pk=exercise_id).first()
    if exercise is None:
        return 0
    audit.record(what="exercise.reset", about=exercise, by=by, at=at, scenario=exercise.scenario)
    people = Person.objects.filter(pk__in=StandIn.objects.filter(exercise=exercise).values("pk"))
    alerts = Alert.objects.filter(event_id__in=exercise.events)
    sweep = Sweep()
    sweep.take([exercise])
    sweep.take(Household.objects.filter(members__in=people).distinct())
    sweep.take(Event.objects.filter(pk__in=exercise.events))
    sweep.take(Original.objects.filter(pk__in=alerts.values("original")))
    if exercise.crisis is not None:
        sweep.take([exercise.crisis])
    sweep.take(exercise.organisations.all())
    sweep.take(exercise.users.all())
    sweep.check()
    return sweep.delete()
