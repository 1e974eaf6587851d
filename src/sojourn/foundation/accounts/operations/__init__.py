"""Deeds on accounts, by what they are about."""

from sojourn.foundation.accounts.operations.approvals import (
    approve,
    ask,
    go_alone,
    refuse,
    use,
)
from sojourn.foundation.accounts.operations.factors import (
    add_code,
    add_passkey,
    ask_to_let_in,
    forget_factors,
    let_in,
    remove_factor,
    renew_recovery_codes,
)
from sojourn.foundation.accounts.operations.lock_downs import Locked, lock_office, reopen_office
from sojourn.foundation.accounts.operations.second_passwords import (
    bring_in,
    remove_second_password,
    set_second_password,
    unlock_disclosures,
)
from sojourn.foundation.accounts.operations.sessions import (
    end_session,
    end_sessions,
    end_sessions_of_colleague,
    note_sign_in,
)
from sojourn.foundation.accounts.rules import (
    CannotAddFactor,
    CannotApprove,
    CannotAsk,
    CannotEndSessions,
    CannotGoAlone,
    CannotLock,
    CannotRemoveFactor,
    CannotSetSecondPassword,
    NotApproved,
)

__all__ = [
    "CannotAddFactor",
    "CannotApprove",
    "CannotAsk",
    "CannotEndSessions",
    "CannotGoAlone",
    "CannotLock",
    "CannotRemoveFactor",
    "CannotSetSecondPassword",
    "Locked",
    "NotApproved",
    "add_code",
    "add_passkey",
    "approve",
    "ask",
    "ask_to_let_in",
    "bring_in",
    "end_session",
    "end_sessions",
    "end_sessions_of_colleague",
    "forget_factors",
    "go_alone",
    "let_in",
    "lock_office",
    "note_sign_in",
    "refuse",
    "remove_factor",
    "remove_second_password",
    "renew_recovery_codes",
    "reopen_office",
    "set_second_password",
    "unlock_disclosures",
    "use",
]
