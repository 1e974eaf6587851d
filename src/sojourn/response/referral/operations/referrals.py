"""Deeds on referrals. Each step is appended, has its clock, and is audited at once; all are safe to repeat."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from sojourn.foundation.access import operations as access
from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import Basis, ConsentWay, Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Stage
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.operations import key_of
from sojourn.foundation.refusals import mark as _
from sojourn.response.referral import rules
from sojourn.response.referral.models import Referral, ReferralStep, Service
from sojourn.response.referral.rules import CannotRefer
from sojourn.response.referral.terms import Consent, State

__all__ = ["CannotRefer"]


@transaction.atomic
def offer_referral(
    *,
    case: Case,
    service: Service,
    kinds: Sequence[str],
    summary: str,
    by: User,
    at: datetime,
) -> Referral:
    """Begin a referral; the person is asked next. One that is open for the same service is returned.

    Raises CannotRefer when the service takes nobody now, or belongs to an exercise and the case does not.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("crisis").get(pk=case.pk)
    known = case.referrals.filter(service=service, ended_at__isnull=True).first()
    if known is not None:
        return known
    rules.check_takes_people(status=service.status, name=service.name)
    if service.is_exercise != case.crisis.is_exercise:
        raise CannotRefer(_("Exercise and reality do not mix: choose another service."))
    key = uuid7()
    referral = Referral.objects.create(
        id=key,
        case=case,
        service=service,
        from_organisation_id=case.responsible_id,
        kinds=list(kinds),
        priority=case.priority or 4,
        summary_sealed=sealing.seal(
            summary,
            table="referral_referral",
            column="summary",
            row=key,
            key=key_of(case.person, at=at),
        ),
        offered_by=by,
        offered_at=at,
        changed_at=at,
        due_at=_due(State.OFFERED, case.priority, at),
    )
    _append(referral, by=by, at=at, note="")
    _record(referral, "offered", by, at)
    return referral


@transaction.atomic
def record_consent(
    *, referral: Referral, how: Consent, note: str = "", by: Actor, at: datetime
) -> Referral:
    """Note that the person agreed, and how. Raises CannotRefer for a `how` that is no consent."""
    if how not in {Consent.SPOKEN, Consent.SIGNED, Consent.CARER}:
        raise CannotRefer(_("Say how the person agreed."))
    consented = _step(referral, State.CONSENTED, note=note, by=by, at=at, consent=how)
    partner = consented.service.organisation
    if partner is not None and consented.state == State.CONSENTED:
        person = consented.case.person
        access.say_yes(
            person_id=person.pk,
            organisation=partner,
            purpose=Purpose.ASSISTANCE,
            preferred=person.language or translation.get_language() or "en",
            way=ConsentWay.GUARDIAN if how == Consent.CARER else ConsentWay.HERSELF,
            given_by=note or str(how.label) if how == Consent.CARER else "",
            by=by,
            at=at,
        )
    return consented


@transaction.atomic
def send_without_consent(*, referral: Referral, reason: str, by: Actor, at: datetime) -> Referral:
    """Send a referral in the vital interest of a person who cannot be asked. The reason is kept and audited.

    Raises CannotRefer when no reason is given.
    """
    rules.check_vital_interest(reason)
    current = Referral.objects.get(pk=referral.pk)
    if current.state == State.OFFERED:
        _step(referral, State.CONSENTED, note=reason, by=by, at=at, consent=Consent.VITAL_INTEREST)
    return send_referral(referral=referral, by=by, at=at)


@transaction.atomic
def send_referral(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """Send a referral: from now on the partner sees the person. Raises CannotRefer without consent."""
    sent = _step(referral, State.SENT, note="", by=by, at=at)
    if sent.service.organisation is not None and sent.state == State.SENT:
        _share(sent, partner=sent.service.organisation, by=by, at=at)
    return sent


def _share(sent: Referral, *, partner: Organisation, by: Actor, at: datetime) -> None:
    is_vital = sent.consent == Consent.VITAL_INTEREST
    facts = access.GrantFacts(
        giver=sent.from_organisation,
        receiver=partner,
        person_id=sent.case.person_id,
        purpose=Purpose.ASSISTANCE,
        country=_country_of(sent),
        reason=_reason(sent),
        basis=Basis.VITAL_INTEREST if is_vital else Basis.CONSENT,
        expires_at=None if sent.case.crisis.is_exercise else at + rules.GRANT_LASTS,
    )
    try:
        access.give_grant(facts=facts, by=by, at=at)
    except access.CannotShare as refusal:
        raise CannotRefer(refusal.words, **refusal.values) from refusal


def _country_of(referral: Referral) -> str:
    """Where it is: the country of the service, or that of the crisis when it is in one country only."""
    countries = referral.case.crisis.countries
    return referral.service.country or (str(countries[0]) if len(countries) == 1 else "")


@transaction.atomic
def accept_referral(*, referral: Referral, note: str = "", by: Actor, at: datetime) -> Referral:
    """The partner takes it on."""
    return _step(referral, State.ACCEPTED, note=note, by=by, at=at)


@transaction.atomic
def serve_referral(*, referral: Referral, note: str = "", by: Actor, at: datetime) -> Referral:
    """The partner helped. The case shows that the person was assisted."""
    served = _step(referral, State.SERVED, note=note, by=by, at=at)
    if served.case.stage not in {Stage.EVACUATED, Stage.ASSISTED}:
        caseload.change_cases(
            crisis=served.case.crisis,
            case_ids=[served.case_id],
            change=caseload.CaseChange(what="referral_served", stage=Stage.ASSISTED),
            by=by,
            at=at,
        )
    return served


@transaction.atomic
def refuse_referral(*, referral: Referral, note: str, by: Actor, at: datetime) -> Referral:
    """The partner cannot help, and says why. Raises CannotRefer without a reason."""
    if not note.strip():
        raise CannotRefer(_("Say why, so that another way can be found."))
    return _end(referral, State.REFUSED, note=note, by=by, at=at)


@transaction.atomic
def close_referral(*, referral: Referral, note: str = "", by: Actor, at: datetime) -> Referral:
    """Whoever sent it has heard from the person, and it is done. The partner's access ends."""
    return _end(referral, State.CLOSED, note=note, by=by, at=at)


@transaction.atomic
def withdraw_referral(*, referral: Referral, note: str, by: Actor, at: datetime) -> Referral:
    """Take a referral back; the person may do so at any time. The partner's access ends."""
    return _end(referral, State.WITHDRAWN, note=note, by=by, at=at)


@transaction.atomic
def withdraw_all(
    *, person_id: UUID, partner: Organisation, note: str, by: Actor, at: datetime
) -> int:
    """Take back whatever of a person is with a partner or on its way there. Safe to repeat; returns how many."""
    open_ones = list(
        Referral.objects.filter(
            case__person_id=person_id, service__organisation=partner, ended_at__isnull=True
        ).order_by("id")
    )
    for referral in open_ones:
        withdraw_referral(referral=referral, note=note, by=by, at=at)
    return len(open_ones)


@transaction.atomic
def forget_words(*, cases: QuerySet[Case]) -> None:
    """Empty what was written about some people in their referrals; that they were referred stays."""
    theirs = Referral.objects.filter(case__in=cases)
    ReferralStep.objects.filter(referral__in=theirs).update(note_sealed=None)
    theirs.update(summary_sealed=b"")


def _end(referral: Referral, to: State, *, note: str, by: Actor, at: datetime) -> Referral:
    ended = _step(referral, to, note=note, by=by, at=at)
    access.end_grants(reason=_reason(ended), by=by, at=at)
    return ended


def _step(
    referral: Referral,
    to: State,
    *,
    note: str,
    by: Actor,
    at: datetime,
    consent: Consent | None = None,
) -> Referral:
    """Take one step under the lock of the row; a step that was taken already changes nothing."""
    row = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("service__organisation", "case__crisis", "from_organisation")
        .get(pk=referral.pk)
    )
    if row.state == to:
        return row
    if consent is not None:
        row.consent, row.consented_at = consent, at
    rules.check_can_step(state=State(row.state), to=to, consent=Consent(row.consent))
    row.state, row.changed_at = to, at
    row.due_at = _due(to, row.priority, at)
    row.ended_at = at if to in rules.ENDED else None
    row.save(update_fields=["state", "changed_at", "due_at", "ended_at", "consent", "consented_at"])
    _append(row, by=by, at=at, note=note)
    _record(row, to.value, by, at)
    return row


def _append(referral: Referral, *, by: Actor, at: datetime, note: str) -> None:
    key = uuid7()
    sealed = None
    if note.strip():
        sealed = sealing.seal(
            note.strip(),
            table="referral_referralstep",
            column="note",
            row=key,
            key=key_of(referral.case.person, at=at),
        )
    ReferralStep.objects.create(
        id=key,
        referral=referral,
        state=referral.state,
        at=at,
        by=by.audit_key,
        note_sealed=sealed,
    )


def _record(referral: Referral, what: str, by: Actor, at: datetime) -> None:
    audit.record(
        what=f"referral.{what}",
        about=referral,
        by=by,
        at=at,
        person_id=referral.case.person_id,
        service=referral.service_id,
        consent=referral.consent,
    )


def _due(state: State, priority: int | None, at: datetime) -> datetime | None:
    lasts = rules.due_after(state, priority)
    return None if lasts is None else at + lasts


def _reason(referral: Referral) -> str:
    return f"referral:{referral.pk}"
