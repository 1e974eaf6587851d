"""Deeds on accounts, by what they are about."""

from sojourn.foundation.accounts.operations.approvals import (
    approve,
    ask,
    go_alone,
    refuse,
    use,
)
from sojourn.foundation.accounts.rules import (
    CannotApprove,
    CannotAsk,
    CannotGoAlone,
    NotApproved,
)

__all__ = [
    "CannotApprove",
    "CannotAsk",
    "CannotGoAlone",
    "NotApproved",
    "approve",
    "ask",
    "go_alone",
    "refuse",
    "use",
]
