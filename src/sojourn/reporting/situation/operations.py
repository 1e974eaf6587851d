"""The one deed: to note that a report left the house."""

from datetime import datetime

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Crisis


def note_taken(
    *, crisis: Crisis, edition: str, form: str, as_of: datetime, by: Actor, at: datetime
) -> None:
    """Record who took which edition as a file."""
    audit.record(
        what="report.taken",
        about=crisis,
        by=by,
        at=at,
        edition=edition,
        form=form,
        as_of=as_of.isoformat(),
    )
