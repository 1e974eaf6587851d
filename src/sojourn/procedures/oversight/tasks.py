"""Work for the worker: walk the whole audit trail and tell the data-protection officers what was bent."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit import queries
from sojourn.foundation.audit.models import Verification
from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.jobs.tasks import task
from sojourn.procedures.oversight import operations, trail

WORKER = System("worker")
AGAIN_AFTER = timedelta(days=1)


@task(most_tries=2)
def verify_trail(verification_id: str) -> None:
    """Walk the chain, noting how far it is; what is bent is told at once."""
    verification = Verification.objects.get(pk=UUID(verification_id))
    if verification.finished_at is not None:
        return

    def note(done: int, total: int) -> None:
        audit.note_progress(verification=verification, done=done, total=total)

    verdict = queries.verify(kept=queries.kept_here(), progress=note)
    with transaction.atomic():
        done = audit.finish_verification(
            verification=verification, verdict=verdict, by=WORKER, at=now()
        )
        operations.tell_of_bent_chain(verification=done, by=WORKER, at=now())


@transaction.atomic
def ask(*, by: Actor) -> Verification:
    """Ask the worker for a walk; the one that is under way will do."""
    verification, is_new = audit.ask_for_verification(by=by, at=now())
    if is_new:
        verify_trail.using(unique_key=f"verify:{verification.pk}").enqueue(str(verification.pk))
    return verification


def verify_daily() -> None:
    """Ask for a walk once a day. A chore of the worker."""
    newest = trail.newest_verification()
    if newest is None or newest.asked_at < now() - AGAIN_AFTER:
        ask(by=WORKER)
