"""Record a person's yes, take it back, and withhold her record from someone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sojourn.foundation.access import sealing
from sojourn.foundation.access.consent_texts import consent_text
from sojourn.foundation.access.models import Consent, Withholding
from sojourn.foundation.access.rules import CannotConsent, CannotWithhold, check_reason
from sojourn.foundation.access.terms import ConsentWay, Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.refusals import mark as _


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """A yes: to whom, for what, by which way, with which text, in which language (BCP 47).

    `given_by` is the name of a guardian or relative, or the reason when nobody could be asked.
    """

    organisation: Organisation
    purpose: Purpose
    way: ConsentWay
    language: str
    text: str
    given_by: str = ""
    expires_at: datetime | None = None


def say_yes(
    *,
    person_id: UUID,
    organisation: Organisation,
    purpose: Purpose,
    preferred: str,
    by: Actor,
    at: datetime,
    way: ConsentWay = ConsentWay.HERSELF,
    given_by: str = "",
) -> Consent:
    """Record a yes to our own text, as it is shown to who prefers a language (BCP 47). Raises CannotConsent."""
    shown = consent_text(organisation=organisation.name, purpose=purpose, preferred=preferred)
    facts = ConsentFacts(
        organisation=organisation,
        purpose=purpose,
        way=way,
        language=shown.language,
        text=shown.text,
        given_by=given_by,
    )
    return give_consent(person_id=person_id, facts=facts, by=by, at=at)


@transaction.atomic
def give_consent(*, person_id: UUID, facts: ConsentFacts, by: Actor, at: datetime) -> Consent:
    """Record a yes. One that stands for the same organisation and purpose makes place for it.

    Raises CannotConsent without the text that was shown, without the name of a guardian or relative,
    and for vital interest without a reason.
    """
    if not facts.text.strip():
        raise CannotConsent(_("Keep the text that was shown: a yes to nothing is no consent."))
    if facts.way == ConsentWay.VITAL_INTEREST:
        check_reason(facts.given_by, CannotConsent)
    elif facts.way != ConsentWay.HERSELF and not facts.given_by.strip():
        raise CannotConsent(_("Say who agreed for the person."))
    standing = Consent.objects.select_for_update().filter(
        person_id=person_id,
        organisation=facts.organisation,
        purpose=facts.purpose,
        withdrawn_at__isnull=True,
    )
    for earlier in standing:
        _end(earlier, by=by, at=at, what="consent.replaced")
    key = uuid7()
    consent = Consent.objects.create(
        id=key,
        person_id=person_id,
        organisation=facts.organisation,
        purpose=facts.purpose,
        way=facts.way,
        given_by_sealed=_sealed(facts.given_by, column="given_by", table=CONSENT, row=key),
        language=facts.language,
        text=facts.text,
        given_at=at,
        expires_at=facts.expires_at,
        recorded_by=by.audit_key,
    )
    audit.record(
        what="consent.given",
        about=consent,
        by=by,
        at=at,
        person_id=person_id,
        organisation=facts.organisation.pk,
        purpose=facts.purpose,
        way=facts.way,
    )
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Actor, at: datetime) -> Consent:
    """Take a yes back: what rests on it is seen no more, at once. Safe to repeat."""
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is None:
        _end(consent, by=by, at=at, what="consent.withdrawn")
    return consent


def _end(consent: Consent, *, by: Actor, at: datetime, what: str) -> None:
    consent.withdrawn_at, consent.withdrawn_by = max(at, consent.given_at), by.audit_key
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(
        what=what,
        about=consent,
        by=by,
        at=at,
        person_id=consent.person_id,
        organisation=consent.organisation_id,
        purpose=consent.purpose,
    )


Party = Organisation | Office | User

CONSENT = "access_consent"
WITHHOLDING = "access_withholding"


@transaction.atomic
def withhold(
    *,
    person_id: UUID,
    holder: Organisation,
    party: Party,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Withholding:
    """Keep a record from a user, an office or an organisation, at once and whatever else is allowed.

    Safe to repeat. Raises CannotWithhold from the organisation that holds the record: that is erasure.
    """
    if isinstance(party, Organisation) and party.pk == holder.pk:
        raise CannotWithhold(
            _(
                "%(holder)s holds this record. Choose one of its offices or people, or ask to be deleted."
            ),
            holder=holder.name,
        )
    column = _column_of(party)
    known = Withholding.objects.filter(
        person_id=person_id, lifted_at__isnull=True, **{column: party}
    ).first()
    if known is not None:
        return known
    key = uuid7()
    withheld = Withholding.objects.create(
        id=key,
        person_id=person_id,
        said_at=at,
        recorded_by=by.audit_key,
        reason_sealed=_sealed(reason, column="reason", table=WITHHOLDING, row=key),
        **{column: party},
    )
    audit.record(
        what="record.withheld", about=withheld, by=by, at=at, person_id=person_id, party=party.pk
    )
    return withheld


@transaction.atomic
def lift_withholding(*, withholding: Withholding, by: Actor, at: datetime) -> None:
    """Let them see the record again, as far as the policy goes. Safe to repeat."""
    if Withholding.objects.filter(pk=withholding.pk, lifted_at__isnull=True).update(lifted_at=at):
        audit.record(
            what="record.withheld_no_more",
            about=withholding,
            by=by,
            at=at,
            person_id=withholding.person_id,
        )


def _column_of(party: Party) -> str:
    if isinstance(party, User):
        return "user"
    return "office" if isinstance(party, Office) else "organisation"


def _sealed(text: str, *, table: str, column: str, row: UUID) -> bytes | None:
    return sealing.seal(text.strip(), table=table, column=column, row=row) if text.strip() else None
