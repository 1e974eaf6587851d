"""Prepares an exercise in processes that a test may kill. Speaks lines on standard input and output.

`begin` makes an empty database when there is none and begins an exercise; `start` forks a process that runs its
jobs and prints the process id; `reap PID` waits for its end and lets two minutes pass, so that its leases end;
`state` prints how far the preparation is; `facts` what is in the database; `reset` takes the exercise away.
"""

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.apps import apps  # noqa: E402  # Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from sojourn.foundation.audit.terms import System  # noqa: E402
from sojourn.foundation.caseload import queries as caseload  # noqa: E402
from sojourn.foundation.jobs import runner  # noqa: E402
from sojourn.foundation.jobs.models import Job  # noqa: E402
from sojourn.foundation.organisations import operations as organisations  # noqa: E402
from sojourn.foundation.organisations.models import User  # noqa: E402
from sojourn.foundation.people.models import Person  # noqa: E402
from sojourn.procedures.exercise import operations, tasks  # noqa: E402
from sojourn.procedures.exercise.models import Exercise  # noqa: E402
from sojourn.response.outreach.models import Message  # noqa: E402

BY = System("tests")
# Each of these tells of one deed, and a deed that was broken off is told again.
TOLD = ("audit.", "jobs.", "caseload.TallyDelta", "exposure.Exposure", "exposure.Unlisted")


def begin(people: int) -> None:
    """Begin an exercise; the database is made first."""
    call_command("migrate", verbosity=0)
    user = User.objects.filter(username="player").first() or organisations.add_user(
        username="player", password=None, display_name="P", by=BY, at=datetime.now(UTC)
    )
    tasks.begin(scenario="tripoli", people=people, seed=5, speed=60, by=user)


def start() -> int:
    """Fork a process that runs jobs until none is due."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        while runner.run_one(worker=f"tests-{os.getpid()}"):
            pass
        os._exit(0)
    return pid


def reap(pid: int) -> None:
    """Wait for the end of a process, let its leases end, and go on where it was given up after eight deaths."""
    os.waitpid(pid, 0)
    past = datetime.now(UTC) - timedelta(minutes=1)
    Job.objects.filter(state="running").update(lease_until=past)
    Job.objects.filter(state="ready").update(run_after=past)
    runner.look_after()
    exercise = Exercise.objects.get()
    if not exercise.is_prepared:
        tasks.go_on(exercise)


def facts() -> dict[str, object]:
    """Return how many rows each table has, and what must not be there twice."""
    rows = {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.label.startswith(TOLD)
    }
    exercise = Exercise.objects.select_related("crisis").get()
    written = Counter(Message.objects.values_list("person", flat=True))
    return {
        "rows": rows,
        "people": sorted(Person.objects.values_list("name", "birth_year")),
        "numbers": caseload.tallies(crisis=exercise.crisis, organisations=None)[""],
        "adrift": len(caseload.drift(exercise.crisis)),
        "most messages to one": max(written.values()),
        "speed": exercise.crisis.clock_speed,
    }


def reset() -> int:
    """Take the exercise away."""
    player = User.objects.get(username="player")
    keys = list(Exercise.objects.values_list("pk", flat=True))
    return sum(
        operations.reset_exercise(exercise_id=key, by=player, at=datetime.now(UTC)) for key in keys
    )


def state() -> str:
    """Return the step of the preparation."""
    return str(Exercise.objects.values_list("step", flat=True).first())


def main() -> None:
    """Answer each line with a line."""
    deeds = {
        "begin": begin,
        "start": start,
        "reap": reap,
        "facts": facts,
        "reset": reset,
        "state": state,
    }
    for line in sys.stdin:
        name, *numbers = line.split()
        answer = deeds[name](*map(int, numbers))
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
