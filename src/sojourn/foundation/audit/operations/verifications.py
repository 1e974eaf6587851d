"""Walks of the whole chain by the worker, written down so that they can be watched."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from sojourn.foundation.audit.models import Verification
from sojourn.foundation.audit.operations.events import record
from sojourn.foundation.audit.queries.verification import Verdict
from sojourn.foundation.audit.terms import Actor

ABANDONED_AFTER: Final = timedelta(hours=6)
PROBLEMS_KEPT: Final = 100


@transaction.atomic
def ask_for_verification(*, by: Actor, at: datetime) -> tuple[Verification, bool]:
    """Return the walk that is under way, or a new one, and whether it is new."""
    running = (
        Verification.objects.filter(finished_at__isnull=True, asked_at__gt=at - ABANDONED_AFTER)
        .order_by("asked_at")
        .last()
    )
    if running is not None:
        return running, False
    made = Verification.objects.create(asked_by=by.audit_key, asked_at=at)
    record(what="verification.asked", about=made, by=by, at=at)
    return made, True


def note_progress(*, verification: Verification, done: int, total: int) -> None:
    """Note how far a walk is."""
    Verification.objects.filter(pk=verification.pk).update(done=done, total=total)


@transaction.atomic
def finish_verification(
    *, verification: Verification, verdict: Verdict, by: Actor, at: datetime
) -> Verification:
    """Write down what a walk found."""
    verification.done = verification.total = verdict.sealed
    verification.checkpoints = verdict.checkpoints
    verification.problems = [asdict(problem) for problem in verdict.problems[:PROBLEMS_KEPT]]
    verification.finished_at = at
    verification.save(update_fields=["done", "total", "checkpoints", "problems", "finished_at"])
    record(
        what="verification.finished",
        about=verification,
        by=by,
        at=at,
        sealed=verdict.sealed,
        problems=len(verdict.problems) + verdict.more,
    )
    return verification
