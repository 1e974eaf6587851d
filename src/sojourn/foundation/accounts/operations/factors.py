"""Second factors: add, remove, renew recovery codes, and let in a colleague who lost all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from sojourn.foundation.accounts import factors, queries, rules
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.operations import approvals
from sojourn.foundation.accounts.operations.sessions import end_sessions
from sojourn.foundation.accounts.terms import Deed, FactorKind, Why
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.refusals import mark as _


@transaction.atomic
def add_code(*, user: User, secret: str, counter: int, at: datetime) -> Sequence[str]:
    """Add an app that shows codes; return recovery codes when it is the first factor, to be shown once.

    Raises CannotAddFactor when there is one already.
    """
    if factors.held_by(user).has_code:
        raise rules.CannotAddFactor(_("You have a code app already. Remove it first."))
    is_first = not factors.held_by(user).any
    factors.add_code(user=user, secret=secret, counter=counter, at=at)
    audit.record(what="factor.added", about=user, by=user, at=at, kind=FactorKind.CODE)
    return factors.renew_recovery_codes(user=user) if is_first else ()


@transaction.atomic
def add_passkey(
    *, user: User, name: str, credential: dict[str, Any], at: datetime
) -> Sequence[str]:
    """Add a passkey that was checked; return recovery codes when it is the first factor, to be shown once."""
    is_first = not factors.held_by(user).any
    factors.add_passkey(user=user, name=name, credential=credential)
    audit.record(what="factor.added", about=user, by=user, at=at, kind=FactorKind.PASSKEY)
    return factors.renew_recovery_codes(user=user) if is_first else ()


@transaction.atomic
def remove_factor(*, user: User, pk: int, at: datetime) -> bool:
    """Remove one factor of one's own; return whether there was one.

    Raises CannotRemoveFactor for the last one where a second factor is required.
    """
    held = [factor.pk for factor in queries.factors_of(user)]
    if pk not in held:
        return False
    if settings.SECOND_FACTOR == "required" and held == [pk]:
        raise rules.CannotRemoveFactor(_("This is your last one. Add another one first."))
    factors.remove(user=user, pk=pk)
    audit.record(what="factor.removed", about=user, by=user, at=at)
    return True


@transaction.atomic
def renew_recovery_codes(*, user: User, at: datetime) -> Sequence[str]:
    """Replace the recovery codes of a user who has a factor; return the new ones, to be shown once."""
    if not factors.held_by(user).any:
        return ()
    codes = factors.renew_recovery_codes(user=user)
    audit.record(what="recovery_codes.renewed", about=user, by=user, at=at)
    return codes


@transaction.atomic
def ask_to_let_in(*, user: User, organisation: Organisation, by: User, at: datetime) -> Approval:
    """Ask a second colleague to let in a user who lost every factor. There is no question to answer instead.

    A user who works for several organisations is let in by two of them: `organisation` is where the second
    colleague is. Raises CannotAsk when `by` administers none of the user's organisations, or it is not one.
    """
    works_for = queries.organisations_of(user, at=at)
    administered = queries.administered_ids(by, at=at)
    others = [one for one in works_for if one.pk not in administered]
    is_own = user.pk == by.pk
    if is_own or not administered.intersection(one.pk for one in works_for):
        raise rules.CannotAsk(_("Only an administrator of the user's organisation asks for this."))
    if organisation not in (others or works_for):
        raise rules.CannotAsk(
            _("This user works for another organisation too. Somebody there has to agree.")
        )
    return approvals.open_request(
        deed=Deed.FACTORS_RESET,
        about=user,
        organisation=organisation,
        why=Why.LOST,
        by=by,
        at=at,
    )


@transaction.atomic
def let_in(*, user: User, password: str, by: User, at: datetime) -> None:
    """Let in a user who lost every factor, after two colleagues agreed: no factor, a new password, no session.

    The password is handed over in person by the second colleague; at the next sign-in it is changed and a factor is
    added. Raises NotApproved.
    """
    approvals.use(deed=Deed.FACTORS_RESET, about=user, by=by, at=at)
    forget_factors(user=user, by=by, at=at)
    organisations.set_password(user=user, password=password, by=by, at=at)


@transaction.atomic
def forget_factors(*, user: User, by: Actor, at: datetime) -> int:
    """Remove every factor of a user and end the sessions; return how many factors. For two colleagues, or who
    keeps the machine (`sojourn manage forget_factors`).
    """
    gone = factors.remove_all(user=user)
    audit.record(what="factors.forgotten", about=user, by=by, at=at, count=gone)
    end_sessions(user=user, by=by, at=at)
    return gone
