"""The second password: the same pages with nobody in them, for whoever is forced to open them.

It opens an account of its own, a decoy, with the same names and roles in organisations that hold nothing. So every page
works by itself and the one policy on people keeps the two apart; no page knows which of the two it shows.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from sojourn.foundation.access.operations import raise_notice
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.accounts import factors, queries, rules
from sojourn.foundation.accounts.models import SecondPassword, Twin
from sojourn.foundation.accounts.operations import approvals
from sojourn.foundation.accounts.operations.sessions import end_sessions
from sojourn.foundation.accounts.terms import Deed
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations import queries as organisation_queries
from sojourn.foundation.organisations.models import Membership, Office, Organisation, User
from sojourn.foundation.organisations.terms import OfficeKind, Role
from sojourn.foundation.refusals import mark as _

ACCOUNTS: Final = System("accounts")
UNSEEN: Final = "\u2060"  # word joiner: user names are unique, and the two must look the same


@transaction.atomic
def set_second_password(*, user: User, password: str, at: datetime) -> None:
    """Set or replace the second password of a user. A decoy who asks for one gets the same answer and nothing else.

    Raises CannotSetSecondPassword for the user's own password.
    """
    if user.is_decoy:
        return
    if user.check_password(password):
        raise rules.CannotSetSecondPassword(_("This is your own password. It must be another one."))
    found = queries.second_password_of(user)
    if found is None:
        decoy = User(username=user.username + UNSEEN, is_decoy=True)
        decoy.set_password(password)
        decoy.save(force_insert=True)
        found = SecondPassword.objects.create(user=user, decoy=decoy, set_at=at)
    else:
        found.decoy.set_password(password)
        found.decoy.save(update_fields=["password"])
        found.set_at = at
        found.save(update_fields=["set_at"])
    mirror(second=found, at=at)
    audit.record(what="second_password.set", about=user, by=user, at=at)


@transaction.atomic
def remove_second_password(*, user: User, at: datetime) -> None:
    """Let the second password open nothing any more. Safe to repeat.

    While disclosures are locked it stays: removing it must not unlock them.
    """
    found = queries.second_password_of(user)
    if found is None or user.is_decoy:
        return
    end_sessions(user=found.decoy, by=ACCOUNTS, at=at)
    found.decoy.set_unusable_password()
    found.decoy.save(update_fields=["password"])
    audit.record(what="second_password.removed", about=user, by=user, at=at)


@transaction.atomic
def bring_in(*, user: User, at: datetime) -> None:
    """Do at the door what a second password asks for; the same work whichever of the two was used.

    When it was the second one, the data-protection officer of every organisation is told, silently, and the user's
    own account hands nothing out until two others say so.
    """
    found = (
        SecondPassword.objects.select_for_update(of=("self",))
        .select_related("user", "decoy")
        .filter(**{"decoy" if user.is_decoy else "user": user})
        .first()
    )
    if found is None:
        return
    mirror(second=found, at=at)
    if not user.is_decoy:
        return
    found.used_at = at
    found.locked_at = found.locked_at or at
    found.save(update_fields=["used_at", "locked_at"])
    for organisation in queries.organisations_of(found.user, at=at):
        raise_notice(
            organisation=organisation,
            kind=NoticeKind.DURESS,
            about=found.user.audit_key,
            by=found.user,
            at=at,
        )


@transaction.atomic
def unlock_disclosures(*, user: User, by: User, at: datetime) -> None:
    """Let an account hand things out again, after two others agreed. Raises NotApproved."""
    approvals.use(deed=Deed.DISCLOSURES_UNLOCK, about=user, by=by, at=at)
    SecondPassword.objects.filter(user=user).update(locked_at=None)
    audit.record(what="disclosures.unlocked", about=user, by=by, at=at)


@transaction.atomic
def mirror(*, second: SecondPassword, at: datetime) -> None:
    """Give the decoy the names, factors and roles that the user has now, each in a twin of the organisation."""
    user, decoy = second.user, second.decoy
    facts = ("display_name", "email", "language", "is_active")
    if any(getattr(decoy, name) != getattr(user, name) for name in facts):
        for name in facts:
            setattr(decoy, name, getattr(user, name))
        decoy.save(update_fields=facts)
    factors.copy(of=user, to=decoy)
    wanted = set()
    for held in organisation_queries.memberships_in_force(user=user, at=at):
        if held.organisation.is_exercise:
            continue
        twin = _twin(second, held.organisation)
        office = _twin_office(twin, held.office, at) if held.office else None
        given = organisations.give_role(
            user=decoy,
            organisation=twin,
            role=Role(held.role),
            office=office,
            expires_at=held.expires_at,
            by=ACCOUNTS,
            at=at,
        )
        wanted.add(given.pk)
    for membership in Membership.objects.filter(user=decoy).exclude(pk__in=wanted):
        organisations.end_role(membership=membership, by=ACCOUNTS, at=at)


def _twin(second: SecondPassword, organisation: Organisation) -> Organisation:
    """The organisation that stands in for one, made when it is first needed."""
    found = Twin.objects.filter(second_password=second, organisation=organisation).first()
    if found is None:
        found = Twin.objects.create(
            second_password=second,
            organisation=organisation,
            twin=Organisation.objects.create(kind=organisation.kind, is_decoy=True),
        )
    twin = found.twin
    if (twin.name, twin.country) != (organisation.name, organisation.country):
        twin.name, twin.country = organisation.name, organisation.country
        twin.save(update_fields=["name", "country"])
    return twin


def _twin_office(twin: Organisation, office: Office, at: datetime) -> Office:
    return organisations.open_office(
        organisation=twin,
        name=office.name,
        kind=OfficeKind(office.kind),
        country=office.country,
        latitude=office.latitude,
        longitude=office.longitude,
        phone=office.phone,
        by=ACCOUNTS,
        at=at,
    )
