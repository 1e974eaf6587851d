"""Decisions on memberships, on plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

BEHOLDEN: Final = timedelta(days=30)
CASEWORK: Final = ("duty_officer", "post_officer", "warden", "partner_caseworker")


class CannotChangeMembership(Refusal):
    """The membership may not be given or ended by this user; the message says why."""


@dataclass(frozen=True, slots=True)
class Incompatible:
    """Two roles that one user may not hold: in the same organisation, or anywhere."""

    one: str
    other: str
    anywhere: bool
    because: str


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a user holds or will hold, where, and whether it is in an exercise."""

    role: str
    organisation: UUID
    is_exercise: bool


# Who may not be who. A second pair of eyes that is the first one's own sees nothing.
INCOMPATIBLE: Final = (
    Incompatible(
        "data_protection_officer",
        "administrator",
        anywhere=False,
        because=_("Whoever gives roles cannot be the one who checks them."),
    ),
    *(
        Incompatible(
            "data_protection_officer",
            role,
            anywhere=False,
            because=_("Whoever opens records cannot be the one who checks who opened them."),
        )
        for role in CASEWORK
    ),
    *(
        Incompatible(
            "host_authority",
            role,
            anywhere=True,
            because=_("The host authority sees numbers. Its officers open no record anywhere."),
        )
        for role in CASEWORK
    ),
)


def is_in_force(*, starts_at: datetime, expires_at: datetime | None, at: datetime) -> bool:
    """Return whether a membership counts at a moment: from its start until before its end."""
    return starts_at <= at and (expires_at is None or at < expires_at)


def is_beholden(*, let_in_by: str, let_in_at: datetime | None, to: str, at: datetime) -> bool:
    """Return whether a user got a password from `to` (an audit key) less than 30 days ago.

    Whoever made an account lately can open it, so its word is not a second one.
    """
    return let_in_by == to and let_in_at is not None and at < let_in_at + BEHOLDEN


def check_can_give(*, is_self: bool, is_administrator: bool, is_beholden: bool = False) -> None:
    """Refuse when a user would raise their own rights, or gives what is not theirs to give."""
    if is_self:
        raise CannotChangeMembership(_("Nobody changes their own role. Ask another administrator."))
    if not is_administrator:
        raise CannotChangeMembership(_("Only an administrator of the organisation gives roles."))
    if is_beholden:
        raise CannotChangeMembership(
            _("This user gave you your password less than 30 days ago. Ask another administrator.")
        )


def check_is_open(*, is_locked: bool) -> None:
    """Refuse to give a role in an office that is locked down."""
    if is_locked:
        raise CannotChangeMembership(_("This office is locked down. Open it again first."))


def check_compatible(*, given: Held, held: Iterable[Held]) -> None:
    """Refuse a role that does not go with one that the user has. An exercise is a world of its own."""
    for other in held:
        if other.is_exercise != given.is_exercise:
            continue
        for pair in INCOMPATIBLE:
            is_near = pair.anywhere or other.organisation == given.organisation
            if is_near and {pair.one, pair.other} == {given.role, other.role}:
                raise CannotChangeMembership(pair.because)
