"""Deeds of the audit trail: append an event, seal what waits, sign what is sealed, note what a walk found."""

from sojourn.foundation.audit.operations.checkpoints import checkpoint
from sojourn.foundation.audit.operations.cosigning import CannotCosign, cosign
from sojourn.foundation.audit.operations.events import record, seal
from sojourn.foundation.audit.operations.listings import record_export, record_list
from sojourn.foundation.audit.operations.verifications import (
    ask_for_verification,
    finish_verification,
    note_progress,
)

__all__ = [
    "CannotCosign",
    "ask_for_verification",
    "checkpoint",
    "cosign",
    "finish_verification",
    "note_progress",
    "record",
    "record_export",
    "record_list",
    "seal",
]
