"""Questions about who may see one person, for those who look after her, for herself and for those who watch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sojourn.foundation.access import queries as access
from sojourn.foundation.access.models import Consent, Notice, Withholding
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.rules import Decision
from sojourn.foundation.access.terms import Basis, Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import Person


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person could say yes to: an organisation and a purpose."""

    organisation: Organisation
    purpose: Purpose


def standing_consents(person: Person, *, at: datetime) -> Sequence[Consent]:
    """Return the consents of a person that stand."""
    return list(
        access.consents_in_force(at=at)
        .filter(person_id=person.pk)
        .select_related("organisation")
        .order_by("given_at", "id")
    )


def past_consents(person: Person) -> Sequence[Consent]:
    """Return the consents of a person that were taken back or replaced, the newest first."""
    return list(access.consents_of(person.pk).filter(withdrawn_at__isnull=False)[:50])


def withholdings(person: Person) -> QuerySet[Withholding]:
    """Return from whom a person withholds her record now."""
    return access.withholdings_of(person.pk)


def questions_for(person: Person, *, at: datetime) -> Sequence[Question]:
    """Return what the person could say yes to and has not: her holder's asked purposes, and each agreement's."""
    said = {(one.organisation_id, one.purpose) for one in standing_consents(person, at=at)}
    open_questions = [
        Question(person.responsible, purpose)
        for purpose, rule in purpose_rules().items()
        if rule.holder == Basis.CONSENT
    ]
    agreements = (
        access.agreements_in_force(at=at)
        .filter(giver=person.responsible)
        .select_related("receiver")
        .order_by("receiver__name", "purpose", "id")
    )
    open_questions += [Question(one.receiver, Purpose(one.purpose)) for one in agreements]
    unique = {(one.organisation.pk, one.purpose.value): one for one in open_questions}
    return [one for key, one in unique.items() if key not in said]


def parties_for(person: Person, *, at: datetime) -> tuple[Sequence[Organisation], Sequence[Office]]:
    """Return the partners and the holder's offices from which a record may be withheld."""
    partners = {
        one.receiver_id: one.receiver
        for one in access.agreements_in_force(at=at)
        .filter(giver=person.responsible)
        .select_related("receiver")
    }
    offices = organisations.offices_of([person.responsible])
    return sorted(partners.values(), key=str), list(offices)


def colleagues_of(person: Person, *, at: datetime) -> Sequence[User]:
    """Return who works for the organisation that holds the record now, by name."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__organisation=person.responsible,
            memberships__starts_at__lte=at,
        )
        .filter(Q(memberships__expires_at__isnull=True) | Q(memberships__expires_at__gt=at))
        .distinct()
        .order_by("display_name", "username")
    )


def consent_of(person: Person, key: UUID) -> Consent | None:
    """Return one consent of a person."""
    return access.consents_of(person.pk).filter(pk=key).first()


def withholding_of(person: Person, key: UUID) -> Withholding | None:
    """Return one party that a person withholds her record from."""
    return access.withholdings_of(person.pk).filter(pk=key).first()


def watched_by(viewer: Viewer) -> Sequence[Organisation]:
    """Return the organisations whose data-protection officer the viewer is."""
    return [
        held.organisation
        for held in viewer.memberships
        if held.role == Role.DATA_PROTECTION_OFFICER
    ]


def notices(viewer: Viewer) -> QuerySet[Notice]:
    """Return the notices to the viewer as data-protection officer, the newest first."""
    return access.notices_for([one.pk for one in watched_by(viewer)])


def staff_watched(viewer: Viewer) -> QuerySet[User]:
    """Return everybody who has, or had, a role in an organisation that the viewer watches, and its partners' staff.

    Partners are those with whom an agreement was ever drafted.
    """
    mine = {one.pk for one in watched_by(viewer)}
    partners = access.agreements_of(mine).values_list("giver_id", "receiver_id")
    known = mine | {key for pair in partners for key in pair}
    return (
        User.objects.filter(memberships__organisation__in=known)
        .distinct()
        .order_by("display_name", "username")
    )


def person_watched(viewer: Viewer, key: UUID) -> Person | None:
    """Return a person whose record an organisation holds that the viewer watches. Only for the policy's answer."""
    return (
        Person.objects.filter(pk=key, responsible__in=watched_by(viewer))
        .select_related("responsible")
        .first()
    )


def decisions_on(person: Person, *, user: User, at: datetime) -> Mapping[Purpose, Decision]:
    """Return, for each purpose, whether a user may see a person, and why."""
    return {
        purpose: people.decision_on(person, user=user, purpose=purpose, at=at)
        for purpose in Purpose
    }
