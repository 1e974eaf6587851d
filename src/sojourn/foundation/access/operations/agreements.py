"""Draft, sign and end an agreement between two organisations. A signed one is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sojourn.foundation.access import queries
from sojourn.foundation.access.models import Agreement
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.rules import CannotAgree
from sojourn.foundation.access.terms import FieldGroup, Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import OrganisationKind
from sojourn.foundation.refusals import mark as _


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What may be shared. `countries` ISO 3166-1 alpha-3, none: everywhere; `ends_at` None: until ended."""

    giver: Organisation
    receiver: Organisation
    purpose: Purpose
    fields: Sequence[FieldGroup]
    starts_at: datetime
    ends_at: datetime | None = None
    countries: Sequence[str] = ()
    reference: str = ""


@transaction.atomic
def draft_agreement(*, facts: AgreementFacts, by: Actor, at: datetime) -> Agreement:
    """Write down what two organisations mean to agree. It counts once both have signed.

    Raises CannotAgree for an employer, for one organisation with itself, for a purpose that opens no
    record, and for facts that the purpose does not look at.
    """
    _check_parties(facts)
    allowed = purpose_rules()[facts.purpose].fields
    if not facts.fields or not set(facts.fields) <= allowed:
        raise CannotAgree(_("Choose facts that this purpose may look at."))
    if facts.ends_at is not None and facts.ends_at <= facts.starts_at:
        raise CannotAgree(_("The last day is before the first."))
    agreement = Agreement.objects.create(
        giver=facts.giver,
        receiver=facts.receiver,
        purpose=facts.purpose,
        fields=sorted(facts.fields),
        countries=sorted(facts.countries),
        reference=facts.reference,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        drafted_by=by.audit_key,
        drafted_at=at,
    )
    audit.record(
        what="agreement.drafted",
        about=agreement,
        by=by,
        at=at,
        giver=facts.giver.pk,
        receiver=facts.receiver.pk,
        purpose=facts.purpose,
    )
    return agreement


def _check_parties(facts: AgreementFacts) -> None:
    if facts.giver.pk == facts.receiver.pk:
        raise CannotAgree(_("An agreement is between two organisations."))
    if (
        facts.giver.is_exercise != facts.receiver.is_exercise
        and facts.receiver.is_exercise is False
    ):
        raise CannotAgree(_("Exercise and reality do not mix: choose another organisation."))
    if OrganisationKind.EMPLOYER in {facts.giver.kind, facts.receiver.kind}:
        raise CannotAgree(_("Nothing about people is shared with an employer or recruiter."))


@transaction.atomic
def sign_agreement(
    *, agreement: Agreement, party: Organisation, signatory: str, by: Actor, at: datetime
) -> Agreement:
    """Sign for one party; `signatory` is the name and function of who did. Safe to repeat.

    An administrator signs for the own organisation. The giver's may enter the receiver's signature from
    paper when nobody of the receiver could do it in here. Raises CannotAgree otherwise, and when it has ended.
    """
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if not signatory.strip():
        raise CannotAgree(_("Say who signs: name and function."))
    if agreement.ended_at is not None:
        raise CannotAgree(_("This agreement has ended. Draft a new one."))
    if isinstance(by, User):
        _check_may_sign(agreement, party, by, at)
    side = "giver" if party.pk == agreement.giver_id else "receiver"
    if party.pk not in {agreement.giver_id, agreement.receiver_id}:
        raise CannotAgree(_("Only the two organisations sign."))
    if getattr(agreement, f"{side}_signed_at") is not None:
        return agreement
    setattr(agreement, f"{side}_signed_at", at)
    setattr(agreement, f"{side}_signatory", signatory.strip())
    agreement.save(update_fields=[f"{side}_signed_at", f"{side}_signatory"])
    audit.record(what="agreement.signed", about=agreement, by=by, at=at, party=party.pk)
    return agreement


def _check_may_sign(agreement: Agreement, party: Organisation, by: User, at: datetime) -> None:
    may = {one.pk for one in queries.parties_to_sign(agreement, user=by, at=at)}
    is_signed = {
        agreement.giver_id: agreement.giver_signed_at,
        agreement.receiver_id: agreement.receiver_signed_at,
    }
    if party.pk not in may and is_signed.get(party.pk) is None:
        raise CannotAgree(_("Only an administrator of the organisation signs for it."))


@transaction.atomic
def end_agreement(*, agreement: Agreement, by: Actor, at: datetime) -> Agreement:
    """End an agreement at once: what rests on it is seen no more. Safe to repeat; either party may."""
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if agreement.ended_at is None:
        agreement.ended_at = at
        agreement.save(update_fields=["ended_at"])
        audit.record(what="agreement.ended", about=agreement, by=by, at=at)
    return agreement
