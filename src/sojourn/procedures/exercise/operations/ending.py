"""Take an exercise away again: household by household, so that nobody who writes waits; then all the rest."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people.models import Household, Person
from sojourn.foundation.turns import one_step
from sojourn.preparedness.alerts.models import Alert, Event, Original
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.procedures.exercise.operations.preparing import turn_of
from sojourn.procedures.exercise.operations.sweeping import Sweep

HOUSEHOLDS_AT_ONCE: Final = 40


def reset_exercise(*, exercise_id: UUID, by: User, at: datetime) -> int:
    """Delete everything of an exercise and only that; return how many rows. Safe to repeat, at any state.

    An exercise that is being prepared stops first. What was broken off is gone on with by the next call.
    Raises CannotReset, and deletes nothing, when something real hangs on it.
    """
    with turn_of(exercise_id):
        exercise = Exercise.objects.select_related("crisis").filter(pk=exercise_id).first()
        if exercise is None:
            return 0
        _take_all(exercise).check()
        _note_end(exercise, by=by, at=at)
        total = 0
        while some := list(_households(exercise)[:HOUSEHOLDS_AT_ONCE]):
            total += _delete(some)
        return total + _delete_rest(exercise)


@transaction.atomic
def _note_end(exercise: Exercise, *, by: User, at: datetime) -> None:
    if Exercise.objects.filter(pk=exercise.pk, ended_at__isnull=True).update(ended_at=at):
        what = "exercise.reset"
        audit.record(what=what, about=exercise, by=by, at=at, scenario=exercise.scenario)


@one_step()
def _delete(rows: Iterable[Model]) -> int:
    """Delete some rows and all that hangs on them. Raises CannotReset when something real does."""
    sweep = Sweep()
    sweep.take(rows)
    sweep.check()
    return sweep.delete()


@transaction.atomic
def _delete_rest(exercise: Exercise) -> int:
    sweep = _take_all(exercise)
    sweep.check()
    return sweep.delete()


def _take_all(exercise: Exercise) -> Sweep:
    """Find everything of an exercise. Reads only."""
    alerts = Alert.objects.filter(event_id__in=exercise.events)
    sweep = Sweep()
    sweep.take([exercise])
    sweep.take(_households(exercise))
    sweep.take(Event.objects.filter(pk__in=exercise.events))
    sweep.take(Original.objects.filter(pk__in=alerts.values("original")))
    if exercise.crisis is not None:
        sweep.take([exercise.crisis])
    sweep.take(exercise.organisations.all())
    sweep.take(exercise.users.all())
    return sweep


def _households(exercise: Exercise) -> QuerySet[Household]:
    people = Person.objects.filter(pk__in=StandIn.objects.filter(exercise=exercise).values("pk"))
    return Household.objects.filter(members__in=people).distinct()
