"""Questions of access: the pieces of the one policy that rows decide, all at the viewer's moment."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from sojourn.foundation.access.models import (
    Agreement,
    BrokenGlass,
    Consent,
    Grant,
    Notice,
    Withholding,
)
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.rules import Shared, Standing
from sojourn.foundation.access.terms import Basis, FieldGroup, Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Organisation, User


def agreements_in_force(*, at: datetime) -> QuerySet[Agreement]:
    """Return the agreements that count at a moment: signed by both, begun, not over and not ended."""
    return (
        Agreement.objects.filter(
            starts_at__lte=at, giver_signed_at__lte=at, receiver_signed_at__lte=at
        )
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    )


def agreement_for(
    *,
    giver: Organisation,
    receiver: Organisation,
    purpose: Purpose,
    country: str,
    at: datetime,
) -> Agreement | None:
    """Return the newest agreement in force under which `giver` may share for a purpose in a country."""
    between = agreements_in_force(at=at).filter(giver=giver, receiver=receiver, purpose=purpose)
    for agreement in between.order_by("-starts_at", "-id"):
        if not agreement.countries or country in agreement.countries:
            return agreement
    return None


def consents_in_force(*, at: datetime) -> QuerySet[Consent]:
    """Return the consents that stand at a moment: not withdrawn and not run out."""
    return Consent.objects.filter(withdrawn_at__isnull=True).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    )


def people_consenting(
    *, organisations: Collection[UUID], purpose: Purpose, at: datetime
) -> QuerySet[Consent, UUID]:
    """Return the keys of the people who said yes to one of some organisations for a purpose."""
    return (
        consents_in_force(at=at)
        .filter(organisation_id__in=organisations, purpose=purpose)
        .values_list("person_id", flat=True)
    )


def grants_in_force(*, purpose: Purpose, at: datetime) -> QuerySet[Grant]:
    """Return the grants that count for a purpose: running, and carried by agreement and consent.

    A grant in vital interest needs neither.
    """
    running = Grant.objects.filter(purpose=purpose, starts_at__lte=at).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    )
    consent = consents_in_force(at=at).filter(
        purpose=purpose,
        person_id=OuterRef("person_id"),
        organisation_id=OuterRef("organisation_id"),
    )
    carried = Q(agreement__in=agreements_in_force(at=at)) & Q(Exists(consent))
    return running.filter(Q(basis=Basis.VITAL_INTEREST) | carried)


def people_granted(*, viewer: Viewer, purpose: Purpose) -> QuerySet[Grant, UUID]:
    """Return the keys of the people shared with the viewer's organisations, each for its area."""
    reach = Q(pk__in=[])
    for organisation, country in viewer.scope.granted:
        reach |= Q(organisation_id=organisation, **({"country": country} if country else {}))
    granted = grants_in_force(purpose=purpose, at=viewer.at).filter(reach)
    return granted.values_list("person_id", flat=True)


def people_opened_by(viewer: Viewer) -> QuerySet[BrokenGlass, UUID]:
    """Return the keys of the people whose record the viewer opened to save a life, while it is open."""
    return BrokenGlass.objects.filter(
        user=viewer.user, opened_at__lte=viewer.at, closes_at__gt=viewer.at
    ).values_list("person_id", flat=True)


def withheld_from(viewer: Viewer) -> QuerySet[Withholding]:
    """Return what people withhold from the viewer, their offices or their organisations."""
    offices = [held.office_id for held in viewer.memberships if held.office_id]
    return Withholding.objects.filter(lifted_at__isnull=True).filter(
        Q(user=viewer.user) | Q(office__in=offices) | Q(organisation__in=viewer.organisation_ids)
    )


def fields_shared(*, viewer: Viewer, person_id: UUID, purpose: Purpose) -> frozenset[FieldGroup]:
    """Return the groups of facts that grants let the viewer look at: those of the agreement, no more.

    In vital interest all that the purpose may look at.
    """
    whole = purpose_rules()[purpose].fields
    seen: set[FieldGroup] = set()
    grants = grants_in_force(purpose=purpose, at=viewer.at).filter(
        organisation_id__in=[organisation for organisation, _country in viewer.scope.granted],
        person_id=person_id,
    )
    for grant in grants.select_related("agreement"):
        if grant.agreement is None:
            return whole
        seen.update(map(FieldGroup, grant.agreement.fields))
    return whole & seen


def agreements_of(organisations: Collection[UUID]) -> QuerySet[Agreement]:
    """Return the agreements in which some organisations give or receive, the newest first."""
    return (
        Agreement.objects.filter(Q(giver__in=organisations) | Q(receiver__in=organisations))
        .select_related("giver", "receiver")
        .order_by("-drafted_at", "-id")
    )


def consents_of(person_id: UUID) -> QuerySet[Consent]:
    """Return every consent of a person, withdrawn ones too, the newest first."""
    return (
        Consent.objects.filter(person_id=person_id)
        .select_related("organisation")
        .order_by("-given_at", "-id")
    )


def withholdings_of(person_id: UUID) -> QuerySet[Withholding]:
    """Return from whom a person withholds her record now."""
    return (
        Withholding.objects.filter(person_id=person_id, lifted_at__isnull=True)
        .select_related("organisation", "office", "user")
        .order_by("-said_at", "-id")
    )


def notices_for(organisations: Collection[UUID]) -> QuerySet[Notice]:
    """Return the notices to the data-protection officer of some organisations, the newest first."""
    return Notice.objects.filter(organisation__in=organisations).order_by("-raised_at", "-id")


def shared_of(person_id: UUID, *, at: datetime) -> tuple[Shared, ...]:
    """Return every grant on a person as it stands at a moment, ended ones too."""
    agreements = set(agreements_in_force(at=at).values_list("pk", flat=True))
    consents = set(
        consents_in_force(at=at)
        .filter(person_id=person_id)
        .values_list("organisation_id", "purpose")
    )
    return tuple(
        Shared(
            organisation=grant.organisation_id,
            purpose=grant.purpose,
            country=grant.country,
            basis=grant.basis,
            is_running=grant.starts_at <= at
            and (grant.expires_at is None or grant.expires_at > at),
            has_agreement=grant.agreement_id in agreements,
            has_consent=(grant.organisation_id, grant.purpose) in consents,
        )
        for grant in Grant.objects.filter(person_id=person_id).order_by("starts_at", "id")
    )


def standing_of(
    *,
    person_id: UUID,
    responsible: UUID,
    office: UUID | None,
    warden: UUID | None,
    is_erased: bool,
    at: datetime,
) -> Standing:
    """Return what the policy must know of one person at a moment."""
    withheld = withholdings_of(person_id)
    return Standing(
        responsible=responsible,
        office=office,
        warden=warden,
        is_erased=is_erased,
        consents=frozenset(
            consents_in_force(at=at)
            .filter(person_id=person_id)
            .values_list("organisation_id", "purpose")
        ),
        withheld_users=frozenset(one.user_id for one in withheld if one.user_id),
        withheld_offices=frozenset(one.office_id for one in withheld if one.office_id),
        withheld_organisations=frozenset(
            one.organisation_id for one in withheld if one.organisation_id
        ),
        shared=shared_of(person_id, at=at),
        opened_by=frozenset(
            BrokenGlass.objects.filter(
                person_id=person_id, opened_at__lte=at, closes_at__gt=at
            ).values_list("user_id", flat=True)
        ),
    )


def parties_to_sign(agreement: Agreement, *, user: User, at: datetime) -> list[Organisation]:
    """Return for which parties a user may sign now: the own, and a receiver who has nobody in here."""
    waiting = [
        party
        for party, signed_at in (
            (agreement.giver, agreement.giver_signed_at),
            (agreement.receiver, agreement.receiver_signed_at),
        )
        if signed_at is None and agreement.ended_at is None
    ]
    mine = {one.pk for one in organisations.administered_by(user=user, at=at)}
    return [
        party
        for party in waiting
        if party.pk in mine
        or (
            party.pk == agreement.receiver_id
            and agreement.giver_id in mine
            and not organisations.has_administrator(organisation=party, at=at)
        )
    ]
