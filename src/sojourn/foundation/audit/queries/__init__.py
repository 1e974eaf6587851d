"""Questions to the audit trail."""

from sojourn.foundation.audit.queries.checkpoints import (
    Mark,
    kept_here,
    mark_in,
    mark_on_paper,
    newest_checkpoint,
    proof_from,
)
from sojourn.foundation.audit.queries.events import events_about, files_about, lists_with, reads_of
from sojourn.foundation.audit.queries.verification import Problem, Verdict, verify

__all__ = [
    "Mark",
    "Problem",
    "Verdict",
    "events_about",
    "files_about",
    "kept_here",
    "lists_with",
    "mark_in",
    "mark_on_paper",
    "newest_checkpoint",
    "proof_from",
    "reads_of",
    "verify",
]
