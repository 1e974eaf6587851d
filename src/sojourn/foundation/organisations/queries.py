"""Questions about organisations and memberships."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from sojourn.foundation.organisations import rules
from sojourn.foundation.organisations.models import Membership, Office, Organisation, User
from sojourn.foundation.organisations.terms import OrganisationKind, Role


def roles_in_force(*, at: datetime) -> QuerySet[Membership]:
    """Return the roles that count at a moment: begun, not over, of active users, in no locked office."""
    return (
        Membership.objects.filter(starts_at__lte=at, user__is_active=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .filter(Q(office__locked_at__isnull=True) | Q(office__locked_at__gt=at))
    )


def memberships_in_force(*, user: User, at: datetime) -> Sequence[Membership]:
    """Return the memberships of a user that count at a moment.

    An inactive user has none; a role in an office that is locked down does not count.
    """
    if not user.is_active:
        return []
    return list(
        roles_in_force(at=at)
        .filter(user=user)
        .select_related("organisation", "office")
        .order_by("starts_at", "id")
    )


def memberships_not_over(*, user: User, at: datetime) -> QuerySet[Membership]:
    """Return the roles a user has or will have, those in a locked office too."""
    return (
        Membership.objects.filter(user=user)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .select_related("organisation", "office")
        .order_by("starts_at", "id")
    )


def is_beholden(*, user: User, to: User, at: datetime) -> bool:
    """Return whether a user got the account or a password from another lately, see `rules`."""
    return rules.is_beholden(
        let_in_by=user.let_in_by, let_in_at=user.let_in_at, to=to.audit_key, at=at
    )


def is_locked(office: Office) -> bool:
    """Return whether an office is locked down, as the database has it now."""
    return Office.objects.filter(pk=office.pk, locked_at__isnull=False).exists()


def offices_of(organisations: Sequence[Organisation]) -> QuerySet[Office]:
    """Return the offices of some organisations, by name."""
    return Office.objects.filter(organisation__in=organisations).order_by("name", "id")


def is_administrator(*, user: User, organisation: Organisation, at: datetime) -> bool:
    """Return whether a user manages the users of an organisation at a moment."""
    return any(
        membership.role == Role.ADMINISTRATOR and membership.organisation_id == organisation.pk
        for membership in memberships_in_force(user=user, at=at)
    )


def administered_by(*, user: User, at: datetime) -> Sequence[Organisation]:
    """Return the organisations whose users a user manages at a moment."""
    return [
        membership.organisation
        for membership in memberships_in_force(user=user, at=at)
        if membership.role == Role.ADMINISTRATOR
    ]


def users_managed_by(*, user: User, at: datetime) -> QuerySet[User]:
    """Return everybody who has, or had, a role in an organisation that the user administers."""
    organisations = administered_by(user=user, at=at)
    return User.objects.filter(
        pk__in=Membership.objects.filter(organisation__in=organisations).values("user_id")
    ).order_by("display_name", "username")


def memberships_of(*, user: User, organisations: Sequence[Organisation]) -> QuerySet[Membership]:
    """Return the roles of a user in some organisations, the newest first, ended ones too."""
    return (
        Membership.objects.filter(user=user, organisation__in=organisations)
        .select_related("organisation", "office")
        .order_by("-starts_at", "-id")
    )


def memberships_ever(users: Collection[str]) -> Mapping[str, Sequence[Membership]]:
    """Return audit key → every role that some users (by key) hold or held."""
    found: dict[str, list[Membership]] = {}
    rows = Membership.objects.filter(user_id__in=set(users)).select_related("organisation")
    for held in rows.order_by("starts_at", "id"):
        found.setdefault(f"user:{held.user_id}", []).append(held)
    return found


def is_wholly_managed(*, user: User, by: User, at: datetime) -> bool:
    """Return whether every organisation a user has a role in is one that `by` administers."""
    managed = {organisation.pk for organisation in administered_by(user=by, at=at)}
    held = set(
        Membership.objects.filter(user=user)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .values_list("organisation_id", flat=True)
    )
    known = Membership.objects.filter(user=user, organisation__in=managed).exists()
    return known and held <= managed


def offices_with_staff(organisations: Sequence[Organisation], at: datetime) -> QuerySet[Office]:
    """Return the offices of some organisations with how many users have a role there now."""
    in_force = Q(memberships__starts_at__lte=at) & (
        Q(memberships__expires_at__isnull=True) | Q(memberships__expires_at__gt=at)
    )
    return offices_of(organisations).annotate(
        staff=Count("memberships__user", filter=in_force, distinct=True)
    )


def organisations_in(organisations: Sequence[Organisation]) -> QuerySet[Organisation]:
    """Return some organisations as a queryset, by name, for a form to choose from."""
    return Organisation.objects.filter(pk__in=[one.pk for one in organisations]).order_by("name")


def known_organisations() -> QuerySet[Organisation]:
    """Return every organisation that is one: no decoy. Lists to choose another one from start here."""
    return Organisation.objects.filter(is_decoy=False)


def other_organisations(mine: Sequence[Organisation]) -> QuerySet[Organisation]:
    """Return the organisations beside one's own; beside a decoy's, not the one that it stands in for either."""
    stood_in_for = [one.name for one in mine if one.is_decoy]
    return (
        known_organisations()
        .exclude(pk__in=[one.pk for one in mine])
        .exclude(name__in=stood_in_for)
    )


def has_administrator(*, organisation: Organisation, at: datetime) -> bool:
    """Return whether anybody can act for an organisation in here at a moment."""
    return (
        Membership.objects.filter(
            organisation=organisation,
            role=Role.ADMINISTRATOR,
            user__is_active=True,
            starts_at__lte=at,
        )
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .exists()
    )


def organisations_to_agree_with(mine: Sequence[Organisation]) -> QuerySet[Organisation]:
    """Return the other organisations with whom an agreement on people can be made, by name. No employer."""
    kept_apart = all(one.is_exercise for one in mine) if mine else False
    found = other_organisations(mine).exclude(kind=OrganisationKind.EMPLOYER)
    return found.filter(is_exercise=kept_apart).order_by("name", "id")
