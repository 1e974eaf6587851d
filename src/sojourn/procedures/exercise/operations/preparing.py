"""Prepare an exercise, step by step: each step is short, so that nobody who writes waits, and can be taken again.

What takes long to compute is computed first; what is written is written in one transaction with the mark of how
far the preparation is. Killed between two steps, or in one, it goes on from that mark.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person
from sojourn.foundation.turns import one_step, turn
from sojourn.procedures.alert_to_outreach import operations as alert_to_outreach
from sojourn.procedures.exercise import queries, rules
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations import channels, staffing
from sojourn.procedures.exercise.operations.happening import take_in_next
from sojourn.procedures.exercise.operations.peopling import made_people, write_people
from sojourn.procedures.exercise.operations.staffing import DIRECTOR
from sojourn.procedures.exercise.scenarios.files import scenario as scenario_of
from sojourn.procedures.exercise.terms import Step

Write = Callable[[], object]


def turn_of(exercise_id: UUID) -> AbstractContextManager[None]:
    """Let one process at a time prepare an exercise or take it away."""
    return turn(f"exercise:{exercise_id}")


def start_exercise(
    *, scenario: str, people: int, seed: int, speed: float, by: User, at: datetime
) -> Exercise:
    """Begin an exercise and prepare all of it here and now. `at` is the real moment.

    Raises CannotStart while another exercise is under way, NoSuchScenario for an unknown one.
    """
    exercise = begin_exercise(
        scenario=scenario, people=people, seed=seed, speed=speed, by=by, at=at
    )
    while not exercise.is_prepared:
        following = take_step(exercise_id=exercise.pk, at=at)
        if following is None:
            break
        exercise = following
    return exercise


def begin_exercise(
    *, scenario: str, people: int, seed: int, speed: float, by: User, at: datetime
) -> Exercise:
    """Write an exercise down, to be prepared step by step. `at` is the real moment.

    Raises CannotStart while another exercise is under way, NoSuchScenario for an unknown one.
    """
    facts = scenario_of(scenario)
    rules.check_speed(speed)
    with turn("exercise:begin"), transaction.atomic():
        rules.check_can_start(people=people, is_running=queries.is_any_under_way())
        state, users = staffing.found_state(facts, 0, run=staffing.run_of(at), real=at)
        exercise = Exercise.objects.create(
            scenario=scenario,
            seed=seed,
            people=people,
            speed=speed,
            lead=state.organisation,
            parts_done=1,
            begun_by=by,
            begun_at=at,
        )
        exercise.organisations.add(state.organisation)
        exercise.users.add(*users)
        audit.record(what="exercise.begun", about=exercise, by=by, at=at, scenario=scenario)
    return exercise


def take_step(*, exercise_id: UUID, at: datetime) -> Exercise | None:
    """Take the next step of a preparation; return the exercise after it, or None when it is gone. Safe to repeat.

    `at` is the real moment. One step of a thousand people is a fraction of a second.
    """
    with turn_of(exercise_id):
        exercise = queries.under_way(exercise_id)
        if exercise is None or exercise.is_prepared:
            return exercise
        write = DEEDS[Step(exercise.step)](exercise, at)
        with one_step():
            write()
            _mark(exercise, at)
        return exercise


def _mark(exercise: Exercise, at: datetime) -> None:
    """Note how far the preparation is; when it is at its end the clock begins to run."""
    step, done = rules.step_after(
        Step(exercise.step), done=exercise.parts_done, parts=queries.parts_of_step(exercise)
    )
    exercise.step, exercise.parts_done = step, done
    exercise.save(update_fields=["step", "parts_done"])
    crisis = exercise.crisis
    if step == Step.READY and crisis is not None:
        clock = Clock(at, crisis.clock.at(at), exercise.speed)
        caseload.set_clock(crisis=crisis, clock=clock, by=DIRECTOR, at=crisis.clock.at(at))
        crisis.refresh_from_db()
        audit.record(what="exercise.prepared", about=exercise, by=DIRECTOR, at=at)


def _found(exercise: Exercise, at: datetime) -> Write:
    """Found the next State, and after the last one the partners and the host authority."""
    return partial(_write_organisations, exercise, exercise.parts_done, at)


def _write_organisations(exercise: Exercise, number: int, at: datetime) -> None:
    facts, run = scenario_of(exercise.scenario), staffing.run_of(exercise.begun_at)
    if number < len(facts.homes):
        state, users = staffing.found_state(facts, number, run=run, real=at)
        founded = [state.organisation]
    else:
        founded, users = staffing.found_partners(facts, run=run, real=at)
    exercise.organisations.add(*founded)
    exercise.users.add(*users)


def _people(exercise: Exercise, _at: datetime) -> Write:
    made = made_people(
        exercise=exercise,
        scenario=scenario_of(exercise.scenario),
        states=staffing.states_of(exercise),
        part=exercise.parts_done,
    )
    return partial(write_people, made)


def _equip(exercise: Exercise, at: datetime) -> Write:
    """Give the next State its gateway, directory and figures, and the one who plays a seat in it."""
    return partial(_write_equipment, exercise, exercise.parts_done, at)


def _write_equipment(exercise: Exercise, number: int, at: datetime) -> None:
    facts = scenario_of(exercise.scenario)
    organisation = queries.states(exercise)[number]
    if exercise.begun_by is not None:
        organisations.give_role(
            user=exercise.begun_by,
            organisation=organisation,
            role=Role.DUTY_OFFICER,
            by=DIRECTOR,
            at=at,
        )
    channels.open_gateway(organisation=organisation, by=DIRECTOR, at=at)
    staffing.fill_directory(facts, organisation, queries.partners(exercise), at=facts.started_at)
    staffing.sign_agreements(facts, organisation, queries.helpers(exercise), at=facts.started_at)
    listed = Person.objects.filter(responsible=organisation).count()
    staffing.enter_stock(facts, organisation, listed=listed, at=facts.started_at)


def _alert(exercise: Exercise, _at: datetime) -> Write:
    """Let the first alert open the crisis; its clock stands until all is prepared."""
    facts = scenario_of(exercise.scenario)
    return partial(take_in_next, exercise=exercise, at=facts.started_at + facts.messages[0].after)


def _cases(exercise: Exercise, at: datetime) -> Write:
    if exercise.crisis is not None:
        alert_to_outreach.keep_up(crisis=exercise.crisis, at=at)
    return _nothing


def _messages(exercise: Exercise, at: datetime) -> Write:
    """Let the next State ask its people."""
    state = queries.states(exercise)[exercise.parts_done]
    channels.ask(exercise=exercise, organisation=state, number=1, by=DIRECTOR, real=at)
    exercise.messages_asked = 1
    return partial(exercise.save, update_fields=["messages_asked"])


def _nothing() -> None:
    """All was written before."""


DEEDS: Final[Mapping[Step, Callable[[Exercise, datetime], Write]]] = {
    Step.ORGANISATIONS: _found,
    Step.PEOPLE: _people,
    Step.EQUIPMENT: _equip,
    Step.ALERT: _alert,
    Step.CASES: _cases,
    Step.MESSAGES: _messages,
}
