"""Signing in, and ending sessions."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.accounts import queries, rules
from sojourn.foundation.accounts.models import OpenSession
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import User
from sojourn.foundation.refusals import mark as _


@transaction.atomic
def note_sign_in(*, user: User, factor: str, is_shared: bool, at: datetime) -> None:
    """Note that a user came in: with which second factor (empty: none), on a shared computer or not."""
    audit.record(
        what="user.signed_in", about=user, by=user, at=at, factor=factor, is_shared=is_shared
    )


@transaction.atomic
def end_session(*, session: OpenSession, by: Actor, at: datetime) -> None:
    """End one session at once. Safe to repeat."""
    gone, _by_table = OpenSession.objects.filter(pk=session.pk).delete()
    if gone:
        audit.record(what="session.ended", about=session.user, by=by, at=at, ticket=session.ticket)


@transaction.atomic
def end_sessions(*, user: User, by: Actor, at: datetime, but: str | None = None) -> int:
    """End every session of a user at once, but the one with the key `but`; return how many. Safe to repeat."""
    found = OpenSession.objects.filter(user=user)
    if but is not None:
        found = found.exclude(session_key=but)
    gone, _by_table = found.delete()
    if gone:
        audit.record(what="sessions.ended", about=user, by=by, at=at, count=gone)
    return gone


@transaction.atomic
def end_sessions_of_colleague(*, user: User, by: User, at: datetime) -> int:
    """End every session of a user of an organisation that `by` administers; return how many.

    Raises CannotEndSessions for users of other organisations.
    """
    if not organisations.users_managed_by(user=by, at=at).filter(pk=user.pk).exists():
        raise rules.CannotEndSessions(_("Only an administrator of the organisation ends sessions."))
    return sum(end_sessions(user=account, by=by, at=at) for account in queries.accounts_of(user))
