"""The worker: one process that sends, runs jobs and does the chores of every app until it is told to stop.

It may be killed at any moment: what it held is taken up again by leases. A part that breaks ends the process
with a status of 1, so that whoever keeps it starts it afresh.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final

from django.apps import apps
from django.db import OperationalError, close_old_connections, connections
from django.utils.timezone import now

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.jobs import backends, runner
from sojourn.response.outreach.operations import outbox
from sojourn.response.outreach.outbox import post

logger = logging.getLogger(__name__)

WORKER: Final = System("worker")
PATIENCE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again: its name, the pause after each time, and what to call."""

    name: str
    period_s: float
    deed: Callable[[], object]


def chores() -> list[Chore]:
    """Return the chores of the apps that are installed."""
    own = [
        Chore("seal the audit trail", 0.5, audit.seal),
        Chore("fold the tallies", 0.5, lambda: caseload.fold_tallies(at=now())),
        Chore("tell cases what went out", 0.5, lambda: outbox.tell_cases(by=WORKER, at=now())),
        Chore("look after jobs", 5.0, runner.look_after),
    ]
    theirs = [
        (
            "outreach",
            "read replies",
            0.3,
            "sojourn.procedures.reply_to_triage.operations",
            "read_replies",
        ),
        (
            "outreach",
            "fetch mail",
            30.0,
            "sojourn.response.outreach.operations.mail",
            "fetch_mail",
        ),
        (
            "alerts",
            "ask alert feeds",
            5.0,
            "sojourn.preparedness.alerts.operations",
            "poll_due_feeds",
        ),
        (
            "alert_to_outreach",
            "keep crises up with their events",
            5.0,
            "sojourn.procedures.alert_to_outreach.operations",
            "follow_events",
        ),
        (
            "exercise",
            "let the people of an exercise act",
            0.5,
            "sojourn.procedures.exercise.operations",
            "play",
        ),
        (
            "triage",
            "escalate what is overdue",
            5.0,
            "sojourn.response.triage.operations",
            "escalate",
        ),
        (
            "self_service",
            "delete who asked for it",
            60.0,
            "sojourn.procedures.self_service.operations",
            "erase_whose_time_has_come",
        ),
    ]
    for app, name, period_s, module, function in theirs:
        deed = _deed(app, module, function)
        if deed is not None:
            own.append(Chore(name, period_s, deed))
    return own


def run_worker(stop: threading.Event, *, only: Sequence[str] = ()) -> int:
    """Run all parts until `stop` is set; return 0, or 1 when a part broke. `only` names parts to run."""
    parts: dict[str, Callable[[threading.Event], None]] = {"outbox": post.run_until}
    if backends.current().runs_here:
        parts["jobs"] = partial(runner.run_until, worker=f"jobs-{os.getpid()}")
    for chore in chores():
        parts[chore.name] = partial(_repeat, chore)
    broken: list[str] = []
    threads = [
        threading.Thread(target=_guarded, args=(name, part, stop, broken), name=name, daemon=True)
        for name, part in parts.items()
        if not only or name in only
    ]
    for thread in threads:
        thread.start()
    logger.info("the worker runs: %s", ", ".join(thread.name for thread in threads))
    stop.wait()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return 1 if broken else 0


def _deed(app: str, module: str, function: str) -> Callable[[], object] | None:
    """Return a deed of an app that may not be installed, called with the moment."""
    if app not in apps.app_configs:
        return None
    try:
        deed: Any = getattr(import_module(module), function)
    except (ModuleNotFoundError, AttributeError):
        logger.warning("%s.%s is not there; this chore is left out", module, function)
        return None
    return lambda: deed(at=now())


def _repeat(chore: Chore, stop: threading.Event) -> None:
    """Do a chore again and again; a failure is logged and the next turn tries afresh."""
    while not stop.is_set():
        close_old_connections()
        try:
            chore.deed()
        except OperationalError as error:  # the database is busy or away for a while
            logger.warning("%s waits for the database: %s", chore.name, error)
        except Exception:  # the last barrier: one chore must not end the others
            logger.exception("%s failed", chore.name)
        stop.wait(chore.period_s)
    connections.close_all()


def _guarded(
    name: str,
    part: Callable[[threading.Event], None],
    stop: threading.Event,
    broken: list[str],
) -> None:
    try:
        part(stop)
    except Exception:
        logger.exception("the part %s of the worker broke", name)
        broken.append(name)
        stop.set()
