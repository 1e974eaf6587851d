"""Beginning an exercise and taking it away: everything of it and nothing else."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from tests.conftest import SET_UP

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload import queries as caseload_queries
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Answer, CrisisKind, Measure
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.models import Person
from sojourn.procedures.exercise import operations
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.procedures.exercise.scenarios.files import scenario

TRAIL = {"audit.AuditEvent", "audit.Pending", "audit.Seal"}


def rows():
    """Every row of every table, by its key."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in TRAIL:
            found[model._meta.label] = sorted(model._base_manager.values_list(), key=repr)
    return found


@pytest.fixture
def exercise(officer, noon):
    return operations.start_exercise(
        scenario="kathmandu", people=150, seed=3, speed=60, by=officer, at=noon
    )


def test_the_alert_opens_a_crisis_on_the_exercise_clock_with_cases_of_many_states(exercise, noon):
    crisis = exercise.crisis

    assert crisis.is_exercise
    assert crisis.clock.at(noon) == scenario("kathmandu").started_at + timedelta(minutes=9)
    assert crisis.clock.at(noon + timedelta(minutes=1)) - crisis.clock.at(noon) == timedelta(
        hours=1
    )
    assert Person.objects.filter(is_exercise=True).count() == 150
    answers = Counter(Case.objects.filter(crisis=crisis).values_list("answer", flat=True))
    assert answers[Answer.INSIDE] > 50
    assert len(set(Case.objects.values_list("responsible", flat=True))) > 5


def test_who_begins_it_sees_its_people_and_another_officer_does_not(
    exercise, officer, other_officer, noon
):
    later = noon + timedelta(minutes=1)

    def seen(user):
        viewer = viewer_of(user, at=later)
        return people_queries.people(viewer=viewer, purpose=Purpose.LOCATING).count()

    assert seen(officer) == 150
    assert seen(other_officer) == 0


def test_the_update_adds_cases_and_takes_none_away(exercise, noon):
    before = set(Case.objects.values_list("pk", flat=True))
    due = scenario("kathmandu").started_at + scenario("kathmandu").messages[1].after

    assert (
        operations.send_due_messages(exercise=exercise, at=due - timedelta(minutes=1), real=noon)
        == 0
    )
    assert operations.send_due_messages(exercise=exercise, at=due, real=noon) == 1

    after = set(Case.objects.values_list("pk", flat=True))
    assert before < after


def test_a_second_exercise_waits_until_the_first_is_gone(exercise, officer, noon):
    with pytest.raises(operations.CannotStart, match="Reset it"):
        operations.start_exercise(
            scenario="tripoli", people=20, seed=1, speed=1, by=officer, at=noon
        )


def test_the_same_seed_makes_the_same_cases(officer, noon):
    outcomes = []
    for _ in range(2):
        exercise = operations.start_exercise(
            scenario="salalah", people=80, seed=5, speed=0, by=officer, at=noon
        )
        outcomes.append(
            sorted(Case.objects.values_list("person__name", "answer", "band", "probability"))
        )
        operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon)

    assert outcomes[0]
    assert outcomes[0] == outcomes[1]


def test_reset_leaves_every_live_row_as_it_was(register, crisis, officer, noon):
    person = register("Real Person", nationality="PHL")
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )
    before = rows()
    for name in ("kathmandu", "tripoli"):
        exercise = operations.start_exercise(
            scenario=name, people=60, seed=1, speed=600, by=officer, at=noon
        )
        assert rows() != before
        assert operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon) > 500

        assert rows() == before


def test_reset_can_be_asked_for_twice_and_the_trail_remembers(exercise, officer, noon):
    assert operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon) > 0
    assert operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon) == 0

    assert AuditEvent.objects.filter(what="exercise.reset").count() == 1
    assert not Exercise.objects.exists()
    assert not StandIn.objects.exists()


def test_reset_is_refused_when_something_real_hangs_on_the_exercise(exercise, officer, noon):
    organisation = Organisation.objects.filter(is_exercise=True).first()
    real = caseload.open_crisis(
        facts=caseload.CrisisFacts(name="Real", kind=CrisisKind.FLOOD),
        lead=organisation,
        by=SET_UP,
        at=noon,
    )

    with pytest.raises(operations.CannotReset, match="nothing was deleted"):
        operations.reset_exercise(exercise_id=exercise.pk, by=officer, at=noon)

    assert Crisis.objects.filter(pk=real.pk).exists()
    assert Person.objects.filter(is_exercise=True).count() == 150


def test_the_clock_pauses_and_goes_on_without_a_jump(exercise, officer, noon):
    operations.set_speed(exercise=exercise, speed=0, by=officer, at=noon + timedelta(minutes=1))
    exercise.crisis.refresh_from_db()
    paused = exercise.crisis.clock.at(noon + timedelta(minutes=30))
    assert paused == exercise.crisis.clock.at(noon + timedelta(minutes=2))

    operations.set_speed(exercise=exercise, speed=600, by=officer, at=noon + timedelta(hours=1))
    exercise.crisis.refresh_from_db()
    assert exercise.crisis.clock.at(noon + timedelta(hours=1)) == paused
    with pytest.raises(operations.CannotStart, match="600"):
        operations.set_speed(exercise=exercise, speed=601, by=officer, at=noon)


def test_the_board_counts_what_the_cases_say(exercise, noon):
    assert not caseload_queries.drift(exercise.crisis)
    numbers = caseload_queries.tallies(crisis=exercise.crisis, organisations=None)[""]
    assert numbers[Measure.UNACCOUNTED] > 0
