"""Questions about accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Model, Q, QuerySet

from sojourn.foundation.access.viewer import Viewer, viewer_of
from sojourn.foundation.accounts import factors, rules
from sojourn.foundation.accounts.models import Approval, OpenSession, SecondPassword
from sojourn.foundation.accounts.session_store import CONFIRMED_AT, OPENED_AT
from sojourn.foundation.accounts.terms import Deed, Ground
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Membership, Office, Organisation, User

ABOUT_USERS = frozenset({Deed.FACTORS_RESET, Deed.DISCLOSURES_UNLOCK})


def key_of(about: Model) -> str:
    """Return the key under which an approval, like the audit trail, knows a record."""
    return f"{about._meta.model_name}:{about.pk}"


def approved(*, deed: Deed, about: Model, at: datetime) -> Approval | None:
    """Return the yes to a deed that still stands: given, less than seven days ago, not yet used."""
    return (
        Approval.objects.filter(
            deed=deed,
            about=key_of(about),
            closed_at__isnull=True,
            approved_at__gt=at - rules.LASTS,
            approved_at__lte=at,
        )
        .select_related("organisation")
        .first()
    )


def waiting_for_yes(*, deed: Deed, about: Model, at: datetime) -> Approval | None:
    """Return the request for a deed that nobody has decided yet."""
    return (
        _undecided(at)
        .filter(deed=deed, about=key_of(about))
        .select_related("asked_by", "organisation")
        .first()
    )


def for_me_to_approve(*, viewer: Viewer, at: datetime) -> list[Approval]:
    """Return what waits for the viewer to approve, the oldest first. Not what they asked for or are in."""
    waiting = (
        _undecided(at)
        .filter(organisation__in=viewer.organisation_ids)
        .exclude(asked_by=viewer.user)
        .select_related("asked_by", "organisation")
        .order_by("asked_at", "id")
    )
    return [one for one in waiting if may_approve(approval=one, user=viewer.user, at=at)]


def asked_by_me(*, viewer: Viewer, at: datetime) -> QuerySet[Approval]:
    """Return what the viewer asked for and is not carried out, the newest first."""
    return (
        Approval.objects.filter(asked_by=viewer.user, asked_at__gt=at - 2 * rules.LASTS)
        .filter(closed_at__isnull=True)
        .select_related("approved_by", "organisation")
        .order_by("-asked_at", "-id")
    )


def decided_in(*, viewer: Viewer) -> QuerySet[Approval]:
    """Return what was decided in the viewer's organisations, alone or by two, the newest first."""
    return (
        Approval.objects.filter(organisation__in=viewer.organisation_ids)
        .filter(Q(approved_at__isnull=False) | Q(refused_at__isnull=False))
        .select_related("asked_by", "approved_by", "refused_by", "organisation")
        .order_by("-asked_at", "-id")
    )


def may_approve(*, approval: Approval, user: User, at: datetime) -> bool:
    """Return whether a user is a second pair of eyes for a request."""
    try:
        check_second(approval=approval, user=user, at=at)
    except rules.CannotApprove:
        return False
    return True


def check_second(*, approval: Approval, user: User, at: datetime) -> None:
    """Refuse whoever is no second pair of eyes. Raises CannotApprove."""
    deed = Deed(approval.deed)
    rules.check_can_approve(
        deed=deed,
        roles=roles_in(organisation=approval.organisation, user=user, at=at),
        is_asker=approval.asked_by_id == user.pk,
        is_party=is_party(deed=deed, about=approval.about, user=user),
        is_beholden=organisations.is_beholden(user=user, to=approval.asked_by, at=at),
    )


def roles_in(*, organisation: Organisation, user: User, at: datetime) -> frozenset[str]:
    """Return the roles that a user holds in one organisation at a moment."""
    return frozenset(
        held.role
        for held in viewer_of(user, at=at).memberships
        if held.organisation_id == organisation.pk
    )


def is_party(*, deed: Deed, about: str, user: User) -> bool:
    """Return whether a deed is about the user, or about an office where the user has worked."""
    _model, _colon, key = about.partition(":")
    if deed in ABOUT_USERS:
        return key == str(user.pk)
    if deed == Deed.OFFICE_REOPEN:
        return Membership.objects.filter(user=user, office_id=key).exists()
    return False


def ground_for_one(
    *, deed: Deed, organisation: Organisation, by: User, at: datetime
) -> Ground | None:
    """Return on what ground one person may do a deed of an organisation, or None."""
    return rules.ground_of(
        deed=deed,
        is_exercise=organisation.is_exercise,
        others=len(others_who_may(deed=deed, organisation=organisation, by=by, at=at)),
    )


def others_who_may(*, deed: Deed, organisation: Organisation, by: User, at: datetime) -> list[User]:
    """Return who beside `by` could approve a deed of an organisation, by name."""
    holding = (
        organisations.roles_in_force(at=at)
        .filter(organisation=organisation, role__in=rules.FOUR_EYES[deed].approvers)
        .exclude(user=by)
    )
    return list(
        User.objects.filter(pk__in=holding.values("user_id")).order_by("display_name", "username")
    )


def _undecided(at: datetime) -> QuerySet[Approval]:
    return Approval.objects.filter(
        closed_at__isnull=True, approved_at__isnull=True, asked_at__gt=at - rules.LASTS
    )


def limits() -> rules.Limits:
    """Return how long sessions last here."""
    return rules.Limits(
        idle=timedelta(minutes=settings.SESSION_IDLE_MIN),
        shared_idle=timedelta(minutes=settings.SESSION_SHARED_IDLE_MIN),
        total=timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def is_confirmed(session: SessionBase, *, at: datetime) -> bool:
    """Return whether the user of a session showed in the last minutes who they are: at the door or since."""
    shown_at = session.get(CONFIRMED_AT) or session.get(OPENED_AT)
    lasts = timedelta(minutes=settings.FRESH_MIN)
    if not shown_at:
        return False
    return rules.is_fresh(shown_at=datetime.fromisoformat(shown_at), lasts=lasts, at=at)


def factors_of(user: User) -> Sequence[factors.Factor]:
    """Return the second factors of a user, the oldest first."""
    return factors.factors_of(user)


def organisations_of(user: User, *, at: datetime) -> list[Organisation]:
    """Return the organisations a user works for or will, each once, by name. No exercise, no decoy."""
    held = organisations.memberships_not_over(user=user, at=at)
    found = {one.organisation_id: one.organisation for one in held}
    real = [one for one in found.values() if not (one.is_exercise or one.is_decoy)]
    return sorted(real, key=lambda one: (one.name, one.pk))


def administered_ids(user: User, *, at: datetime) -> frozenset[UUID]:
    """Return the keys of the organisations whose users a user manages."""
    return frozenset(one.pk for one in organisations.administered_by(user=user, at=at))


def has_factor(user: User) -> bool:
    """Return whether a user has a second factor."""
    return factors.held_by(user).any


def sessions_of(user: User, *, at: datetime) -> QuerySet[OpenSession]:
    """Return the sessions of a user that are open, the one used last first."""
    now_and = limits()
    return (
        OpenSession.objects.filter(
            user=user,
            password_mark=user.get_session_auth_hash(),
            expire_date__gt=at,
            opened_at__gt=at - now_and.total,
        )
        .filter(
            Q(is_shared=False, seen_at__gt=at - now_and.idle)
            | Q(is_shared=True, seen_at__gt=at - now_and.shared_idle)
        )
        .order_by("-seen_at", "session_key")
    )


def are_disclosures_locked(user: User) -> bool:
    """Return whether an account hands nothing out until two others allow it again."""
    return SecondPassword.objects.filter(user=user, locked_at__isnull=False).exists()


def second_password_of(user: User) -> SecondPassword | None:
    """Return the second password of a user, if one is set."""
    return SecondPassword.objects.filter(user=user).select_related("decoy").first()


def locked_accounts(*, viewer: Viewer) -> list[User]:
    """Return whose disclosures are locked in the organisations that the viewer keeps; never the viewer."""
    kept = [held.organisation_id for held in viewer.memberships if held.role in rules.KEEPERS]
    return list(
        User.objects.filter(
            second_password__locked_at__isnull=False, memberships__organisation__in=kept
        )
        .exclude(pk=viewer.user.pk)
        .select_related("second_password")
        .distinct()
        .order_by("display_name", "username")
    )


def staff_of(office: Office, *, at: datetime) -> list[User]:
    """Return who has a role in an office now, or would if it were not locked; by name."""
    held = Membership.objects.filter(office=office, starts_at__lte=at).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    )
    return list(
        User.objects.filter(pk__in=held.values("user_id")).order_by("display_name", "username")
    )


def accounts_of(user: User) -> list[User]:
    """Return what a user can be signed in as: the account, and what the second password opens."""
    second = second_password_of(user)
    return [user, second.decoy] if second else [user]


def may_lock(*, office: Office, user: User, at: datetime) -> bool:
    """Return whether a user may lock an office down."""
    held = viewer_of(user, at=at).memberships
    return rules.may_lock(
        [(one.role, one.organisation_id, one.office_id) for one in held],
        organisation=office.organisation_id,
        office=office.pk,
    )


def offices_to_lock(*, viewer: Viewer) -> list[Office]:
    """Return the offices that the viewer may lock down or ask to open again, by name."""
    found = organisations.offices_of(viewer.organisations).select_related("organisation")
    return [one for one in found if may_lock(office=one, user=viewer.user, at=viewer.at)]


def colleague(*, viewer: Viewer, key: UUID) -> User | None:
    """Return a user of an organisation that the viewer keeps, as administrator or data-protection officer."""
    kept = [held.organisation_id for held in viewer.memberships if held.role in rules.KEEPERS]
    return User.objects.filter(pk=key, memberships__organisation__in=kept).distinct().first()


def shared_organisations(*, viewer: Viewer, user: User, at: datetime) -> list[Organisation]:
    """Return the organisations of a user that the viewer keeps, by name."""
    kept = {held.organisation_id for held in viewer.memberships if held.role in rules.KEEPERS}
    return [one for one in organisations_of(user, at=at) if one.pk in kept]


def offices_with_phone(*, viewer: Viewer) -> list[Office]:
    """Return the open offices of the viewer's organisations that can be called, by name."""
    found = organisations.offices_of(viewer.organisations)
    return list(found.filter(locked_at__isnull=True).exclude(phone=""))
