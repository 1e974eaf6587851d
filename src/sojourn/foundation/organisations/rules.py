"""Decisions on memberships, on plain values."""

from datetime import datetime


class CannotChangeMembership(Exception):
    """The membership may not be given or ended by this user; the message says why."""


def is_in_force(*, starts_at: datetime, expires_at: datetime | None, at: datetime) -> bool:
    """Return whether a membership counts at a moment: from its start until before its end."""
    return starts_at <= at and (expires_at is None or at < expires_at)


def check_can_give(*, is_self: bool, is_administrator: bool) -> None:
    """Refuse when a user would raise their own rights, or gives what is not theirs to give."""
    if is_self:
        raise CannotChangeMembership("Nobody changes their own role. Ask another administrator.")
    if not is_administrator:
        raise CannotChangeMembership("Only an administrator of the organisation gives roles.")
