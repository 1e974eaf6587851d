"""Four eyes: one asks, another approves or refuses, then the deed is done once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model

from sojourn.foundation.accounts import queries, rules
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.refusals import mark as _


@transaction.atomic
def ask(
    *, deed: Deed, about: Model, organisation: Organisation, why: Why, by: User, at: datetime
) -> Approval:
    """Ask that a second person of the organisation approves a deed. Safe to repeat: the open request is it.

    Raises CannotAsk when the deed is about the one who asks, or their role does not ask for it.
    """
    rules.check_can_ask(
        deed=deed,
        roles=queries.roles_in(organisation=organisation, user=by, at=at),
        is_party=queries.is_party(deed=deed, about=queries.key_of(about), user=by),
    )
    return open_request(deed=deed, about=about, organisation=organisation, why=why, by=by, at=at)


@transaction.atomic
def open_request(
    *, deed: Deed, about: Model, organisation: Organisation, why: Why, by: User, at: datetime
) -> Approval:
    """Return the open request for a deed, or make it. Whoever calls has checked who asks, as `ask` does."""
    key = queries.key_of(about)
    standing = _standing(deed, key, at)
    if standing is not None:
        return standing
    approval = Approval.objects.create(
        deed=deed, about=key, organisation=organisation, why=why, asked_by=by, asked_at=at
    )
    audit.record(
        what="approval.asked", about=approval, by=by, at=at, deed=deed, subject=key, why=why
    )
    return approval


@transaction.atomic
def approve(*, approval: Approval, by: User, at: datetime) -> Approval:
    """Say yes as the second person. The yes stands for seven days and for one deed.

    Raises CannotApprove for the one who asked, for whom it is about, for other roles, and too late.
    """
    approval = _locked(approval)
    queries.check_second(approval=approval, user=by, at=at)
    _check_is_open(approval, at)
    approval.approved_by, approval.approved_at = by, at
    approval.save(update_fields=["approved_by", "approved_at"])
    audit.record(what="approval.given", about=approval, by=by, at=at, deed=approval.deed)
    return approval


@transaction.atomic
def refuse(*, approval: Approval, by: User, at: datetime) -> None:
    """Say no as the second person, or take one's own request back.

    Raises CannotApprove as `approve` does, but not for the one who asked.
    """
    approval = _locked(approval)
    if approval.asked_by_id != by.pk:
        queries.check_second(approval=approval, user=by, at=at)
    _check_is_open(approval, at)
    approval.refused_by, approval.refused_at, approval.closed_at = by, at, at
    approval.save(update_fields=["refused_by", "refused_at", "closed_at"])
    audit.record(what="approval.refused", about=approval, by=by, at=at, deed=approval.deed)


@transaction.atomic
def go_alone(
    *,
    deed: Deed,
    about: Model,
    organisation: Organisation,
    why: Why,
    reason: str,
    by: User,
    at: datetime,
) -> Approval:
    """Take one person as enough: in an exercise, or where nobody else could approve. It is shown for ever.

    Raises CannotGoAlone without such a ground or a reason in words, CannotAsk as `ask` does.
    """
    ground = queries.ground_for_one(deed=deed, organisation=organisation, by=by, at=at)
    rules.check_can_go_alone(ground=ground, reason=reason)
    approval = ask(deed=deed, about=about, organisation=organisation, why=why, by=by, at=at)
    _check_is_open(approval, at)
    approval.alone_on, approval.alone_because, approval.approved_at = (
        str(ground),
        reason.strip(),
        at,
    )
    approval.save(update_fields=["alone_on", "alone_because", "approved_at"])
    audit.record(
        what="approval.alone", about=approval, by=by, at=at, deed=deed, ground=approval.alone_on
    )
    return approval


@transaction.atomic
def use(*, deed: Deed, about: Model, by: Actor, at: datetime) -> Approval:
    """Take the yes to a deed and close it, in the deed's own transaction: one yes, one deed.

    Raises NotApproved when there is none.
    """
    found = queries.approved(deed=deed, about=about, at=at)
    approval = _locked(found) if found else None
    if approval is None or approval.closed_at is not None:
        raise rules.NotApproved(_("This needs the yes of a second person first."))
    approval.closed_at = at
    approval.save(update_fields=["closed_at"])
    audit.record(what="approval.used", about=approval, by=by, at=at, deed=deed)
    return approval


def _standing(deed: Deed, key: str, at: datetime) -> Approval | None:
    """The open request for a deed; one that lapsed is closed first."""
    found = Approval.objects.select_for_update(of=("self",)).filter(
        deed=deed, about=key, closed_at__isnull=True
    )
    approval = found.select_related("asked_by", "organisation").first()
    if approval is None:
        return None
    if (approval.approved_at or approval.asked_at) + rules.LASTS > at:
        return approval
    approval.closed_at = at
    approval.save(update_fields=["closed_at"])
    return None


def _locked(approval: Approval) -> Approval:
    found = Approval.objects.select_for_update(of=("self",))
    return found.select_related("asked_by", "organisation").get(pk=approval.pk)


def _check_is_open(approval: Approval, at: datetime) -> None:
    is_open = approval.closed_at is None and approval.approved_at is None
    rules.check_is_open(is_open=is_open, asked_at=approval.asked_at, at=at)
