"""Deeds on organisations, users and memberships."""

from datetime import datetime
from typing import Any

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations import queries
from sojourn.foundation.organisations.models import Membership, Office, Organisation, User
from sojourn.foundation.organisations.rules import (
    CannotChangeMembership,
    Held,
    check_can_give,
    check_compatible,
    check_is_open,
)
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role

__all__ = ["CannotChangeMembership"]


@transaction.atomic
def found_organisation(
    *,
    name: str,
    kind: OrganisationKind,
    country: str,
    by: Actor,
    at: datetime,
    is_exercise: bool = False,
) -> Organisation:
    """Make an organisation. Safe to repeat: the same name, kind and country is the same one."""
    organisation, is_new = Organisation.objects.get_or_create(
        name=name, kind=kind, country=country, is_exercise=is_exercise, is_decoy=False
    )
    if is_new:
        audit.record(what="organisation.founded", about=organisation, by=by, at=at)
    return organisation


@transaction.atomic
def open_office(
    *,
    organisation: Organisation,
    name: str,
    kind: OfficeKind,
    country: str,
    by: Actor,
    at: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
    phone: str = "",
) -> Office:
    """Open an office. Safe to repeat: one name once in an organisation."""
    office, is_new = Office.objects.get_or_create(
        organisation=organisation,
        name=name,
        defaults={
            "kind": kind,
            "country": country,
            "latitude": latitude,
            "longitude": longitude,
            "phone": phone,
        },
    )
    if is_new:
        audit.record(what="office.opened", about=office, by=by, at=at)
    return office


@transaction.atomic
def add_user(
    *,
    username: str,
    password: str | None,
    display_name: str,
    by: Actor,
    at: datetime,
    language: str = "en",
    email: str = "",
) -> User:
    """Add a user without any role. Roles are given one by one, see `give_role`."""
    user = User.objects.create_user(
        username,
        password,
        display_name=display_name,
        language=language,
        email=email,
        **_let_in(by, at),
    )
    audit.record(what="user.added", about=user, by=by, at=at)
    return user


@transaction.atomic
def give_role(
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    by: Actor,
    at: datetime,
    office: Office | None = None,
    expires_at: datetime | None = None,
) -> Membership:
    """Give a user a role from now on. Safe to repeat: the same role in force is given once.

    Raises CannotChangeMembership when a user gives one to themselves or to whom they owe their own account,
    is no administrator there, or the role does not go with one that the user has.
    The system itself (set-up, an exercise) may give roles.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if isinstance(by, User):
        check_can_give(
            is_self=by.pk == user.pk,
            is_administrator=queries.is_administrator(user=by, organisation=organisation, at=at),
            is_beholden=queries.is_beholden(user=by, to=user, at=at),
        )
    check_is_open(is_locked=office is not None and queries.is_locked(office))
    for membership in queries.memberships_in_force(user=user, at=at):
        if (membership.organisation_id, membership.role, membership.office_id) == (
            organisation.pk,
            role,
            office.pk if office else None,
        ):
            return membership
    check_compatible(
        given=Held(role, organisation.pk, organisation.is_exercise),
        held=[
            Held(held.role, held.organisation_id, held.organisation.is_exercise)
            for held in queries.memberships_not_over(user=user, at=at)
        ],
    )
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        office=office,
        role=role,
        starts_at=at,
        expires_at=expires_at,
    )
    audit.record(what="role.given", about=membership, by=by, at=at, user=user.pk, role=role)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by: Actor, at: datetime) -> None:
    """End a membership now. Safe to repeat.

    Raises CannotChangeMembership as `give_role` does.
    """
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if isinstance(by, User):
        check_can_give(
            is_self=by.pk == membership.user_id,
            is_administrator=queries.is_administrator(
                user=by, organisation=membership.organisation, at=at
            ),
        )
    if membership.expires_at is not None and membership.expires_at <= at:
        return
    if membership.starts_at >= at:
        membership.delete()
    else:
        membership.expires_at = at
        membership.save(update_fields=["expires_at"])
    audit.record(what="role.ended", about=membership, by=by, at=at, user=membership.user_id)


@transaction.atomic
def correct_user(
    *, user: User, display_name: str, email: str, language: str, by: Actor, at: datetime
) -> None:
    """Change how a user is called, reached and spoken to. Rights are not among it. Safe to repeat."""
    facts = {"display_name": display_name, "email": email, "language": language}
    changed = [name for name, value in facts.items() if getattr(user, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(user, name, facts[name])
    user.save(update_fields=changed)
    audit.record(what="user.corrected", about=user, by=by, at=at, fields=changed)


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Give a user a new password; every session opened with the old one ends by itself.

    One that somebody else gave is changed at the next sign-in.
    """
    user.set_password(password)
    facts = {"must_change_password": False}
    if by.audit_key != user.audit_key:
        facts = _let_in(by, at)
    for name, value in facts.items():
        setattr(user, name, value)
    user.save(update_fields=["password", *facts])
    audit.record(what="user.password_set", about=user, by=by, at=at)


@transaction.atomic
def add_colleague(
    *,
    username: str,
    password: str,
    display_name: str,
    email: str,
    language: str,
    organisation: Organisation,
    role: Role,
    by: User,
    at: datetime,
    office: Office | None = None,
    expires_at: datetime | None = None,
) -> User:
    """Add a user with a first role: both or neither. Raises CannotChangeMembership as `give_role` does."""
    user = add_user(
        username=username,
        password=password,
        display_name=display_name,
        email=email,
        language=language,
        by=by,
        at=at,
    )
    give_role(
        user=user,
        organisation=organisation,
        role=role,
        office=office,
        expires_at=expires_at,
        by=by,
        at=at,
    )
    return user


@transaction.atomic
def renew_password(*, user: User, password: str, by: User, at: datetime) -> None:
    """Give a user who lost it a new password.

    Raises CannotChangeMembership for oneself, and for users who work elsewhere as well: their
    password opens other organisations' records.
    """
    check_can_give(
        is_self=by.pk == user.pk,
        is_administrator=queries.is_wholly_managed(user=user, by=by, at=at),
    )
    set_password(user=user, password=password, by=by, at=at)


@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User, at: datetime) -> None:
    """Let a user in, or keep them out at once. Users are never deleted: what they did stays theirs.

    Raises CannotChangeMembership for oneself, and for users who work elsewhere as well.
    """
    check_can_give(
        is_self=by.pk == user.pk,
        is_administrator=queries.is_wholly_managed(user=user, by=by, at=at),
    )
    if User.objects.filter(pk=user.pk).exclude(is_active=is_active).update(is_active=is_active):
        what = "user.let_in" if is_active else "user.kept_out"
        audit.record(what=what, about=user, by=by, at=at)


def _let_in(by: Actor, at: datetime) -> dict[str, Any]:
    """Who gave the password, and whether it must be changed because a colleague has seen it."""
    return {
        "let_in_by": by.audit_key,
        "let_in_at": at,
        "must_change_password": isinstance(by, User),
    }
