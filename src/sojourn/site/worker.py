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
from typing import Final

from django.db import OperationalError, close_old_connections, connections
from django.utils.timezone import now

from sojourn.foundation.access import throttle
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.jobs import backends, runner
from sojourn.preparedness.alerts import operations as alerts
from sojourn.procedures.alert_to_outreach import operations as alert_to_outreach
from sojourn.procedures.exercise import operations as exercise
from sojourn.procedures.oversight import operations as oversight
from sojourn.procedures.oversight.tasks import verify_daily
from sojourn.procedures.reply_to_triage import operations as reply_to_triage
from sojourn.procedures.self_service import operations as self_service
from sojourn.response.outreach.operations import mail, outbox
from sojourn.response.outreach.outbox import post
from sojourn.response.triage import operations as triage

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
    """Return the chores of all apps."""
    return [
        Chore("seal the audit trail", 0.5, audit.seal),
        Chore("sign the audit trail", 60.0, _now(audit.checkpoint)),
        Chore("watch what is read", 30.0, oversight.watch),
        Chore("verify the audit trail once a day", 600.0, verify_daily),
        Chore("forget what was counted", 3600.0, _now(oversight.forget)),
        Chore("fold the tallies", 0.5, _now(caseload.fold_tallies)),
        Chore("tell cases what went out", 0.5, lambda: outbox.tell_cases(by=WORKER, at=now())),
        Chore("look after jobs", 5.0, runner.look_after),
        Chore("read replies", 0.3, _now(reply_to_triage.read_replies)),
        Chore("fetch mail", 30.0, _now(mail.fetch_mail)),
        Chore("ask alert feeds", 5.0, _now(alerts.poll_due_feeds)),
        Chore("keep crises up with their events", 5.0, _now(alert_to_outreach.follow_events)),
        Chore("let the people of an exercise act", 0.5, _now(exercise.play)),
        Chore("escalate what is overdue", 5.0, _now(triage.escalate)),
        Chore("forget old attempts", 300.0, _now(throttle.forget_whole)),
        Chore("delete who asked for it", 60.0, _now(self_service.erase_whose_time_has_come)),
    ]


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


def _now(deed: Callable[..., object]) -> Callable[[], object]:
    """Return a deed that needs nothing but the moment, called with the moment."""
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
