"""A scripted duty officer: takes the most urgent case, calls, refers, and closes when the partner has helped.

Every deed is the real operation. What the person says on the telephone is what is true of them in the exercise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.organisations.models import User
from sojourn.procedures.exercise.models import Exercise, StandIn
from sojourn.response.outreach.models import Conversation
from sojourn.response.outreach.operations import conversations
from sojourn.response.referral import operations as referral
from sojourn.response.referral.models import Referral, Service
from sojourn.response.referral.terms import Consent, State
from sojourn.response.triage import operations as triage
from sojourn.response.triage.models import Report
from sojourn.response.triage.terms import ClosingReason, NeedKind, Source

CASES_PER_HOUR: Final = 90.0  # twelve desks, eight minutes a call
HELP_TAKES: Final = timedelta(hours=3)
GRAVE: Final = frozenset({NeedKind.MEDICAL, NeedKind.CHILD, NeedKind.PROTECTION})


@dataclass(slots=True)
class Officer:
    """Works on the cases of one exercise. `by` holds the role in every State of it."""

    exercise: Exercise
    crisis: Crisis
    by: User
    credit: float = 0.0
    helped: list[tuple[datetime, UUID]] = field(default_factory=list)
    services: dict[UUID, list[Service]] = field(default_factory=dict)
    called: int = 0
    referred: int = 0
    closed: int = 0

    def work(self, *, minutes: float, at: datetime, real: datetime) -> None:
        """Do what can be done in so many minutes of the exercise, up to the moment `at`."""
        self.credit = min(self.credit + minutes / 60 * CASES_PER_HOUR, CASES_PER_HOUR)
        self._hear_partners(at)
        self._take_cases(at)
        self._read_conversations(at, real)

    def _take_cases(self, at: datetime) -> None:
        waiting = (
            Case.objects.filter(
                crisis=self.crisis, triage__closed_at__isnull=True, triage__acted_at__isnull=True
            )
            .exclude(priority=None)
            .select_related("crisis", "person")
            .order_by("priority", "due_at", "person__name", "pk")
        )
        for case in waiting[: int(self.credit)]:
            self.credit -= 1
            self._call(case, at)

    def _call(self, case: Case, at: datetime) -> None:
        """Call the person: what they say is true."""
        self.called += 1
        needs = self._truth(case.person_id)
        triage.act(case=case, what="called", by=self.by, at=at)
        said = _said(needs)
        for report in Report.objects.filter(case=case, confirmed_at__isnull=True):
            triage.confirm_needs(report=report, needs=said, by=self.by, at=at)
        if not needs:
            self._close(case, ClosingReason.NOT_NEEDED, at)
        elif needs == [NeedKind.INFORMATION]:
            self._close(case, ClosingReason.HELPED, at)
        else:
            self._refer(case, needs, at)

    def _refer(self, case: Case, needs: Sequence[str], at: datetime) -> None:
        service = next(
            (one for one in self._services(case.responsible_id) if set(needs) & set(one.kinds)),
            None,
        )
        if service is None:
            return
        offered = referral.offer_referral(
            case=case,
            service=service,
            kinds=list(needs),
            summary="Exercise: as told on the telephone.",
            by=self.by,
            at=at,
        )
        if offered.state != State.OFFERED:  # the same service has them already
            return
        referral.record_consent(referral=offered, how=Consent.SPOKEN, by=self.by, at=at)
        referral.send_referral(referral=offered, by=self.by, at=at)
        self.referred += 1
        self.helped.append((at + HELP_TAKES, offered.pk))

    def _hear_partners(self, at: datetime) -> None:
        """What partners have done by now: accepted, served; then the case is closed."""
        done = [key for due_at, key in self.helped if due_at <= at]
        self.helped = [one for one in self.helped if one[0] > at]
        found = Referral.objects.select_related("case__crisis", "service").in_bulk(done)
        for key in done:
            sent = found[key]
            partner = self._partner(sent)
            referral.accept_referral(referral=sent, by=partner, at=at)
            referral.serve_referral(referral=sent, by=partner, at=at)
            self._close(sent.case, ClosingReason.HELPED, at)

    def _read_conversations(self, at: datetime, real: datetime) -> None:
        """Read what no machine understood, and call the person about it."""
        waiting = (
            Conversation.objects.filter(crisis=self.crisis, waits_since__isnull=False)
            .select_related("person")
            .order_by("person__name", "pk")
        )
        for conversation in waiting[: int(self.credit)]:
            self.credit -= 1
            conversations.mark_read(conversation=conversation, by=self.by, at=real)
            case = (
                Case.objects.select_related("crisis", "person")
                .filter(crisis=self.crisis, person=conversation.person_id)
                .first()
            )
            if case is not None and case.standing == Standing.UNACCOUNTED:
                self._settle(case, at)

    def _settle(self, case: Case, at: datetime) -> None:
        needs = self._truth(case.person_id)
        if needs:
            triage.report_needs(
                case=case,
                text="",
                needs=_said(needs),
                source=Source.CALL,
                by=self.by,
                said_by=case.person,
                at=at,
            )
            return
        change = caseload.CaseChange(what="safe_by_call", standing=Standing.SAFE, is_reached=True)
        caseload.change_cases(
            crisis=self.crisis, case_ids=[case.pk], change=change, by=self.by, at=at
        )

    def _close(self, case: Case, reason: ClosingReason, at: datetime) -> None:
        triage.close_case(
            case=case,
            reason=reason,
            words="",
            organisation=self.exercise.lead,
            by=self.by,
            at=at,
        )
        self.closed += 1

    def _truth(self, person_id: UUID) -> list[str]:
        return list(StandIn.objects.values_list("needs", flat=True).get(pk=person_id))

    def _services(self, keeper: UUID) -> list[Service]:
        if keeper not in self.services:
            found = Service.objects.filter(kept_by_id=keeper, is_exercise=True).order_by("name")
            self.services[keeper] = list(found)
        return self.services[keeper]

    def _partner(self, sent: Referral) -> Actor:
        users = User.objects.filter(memberships__organisation=sent.service.organisation)
        return users.order_by("username").first() or self.by


def _said(needs: Sequence[str]) -> list[triage.Said]:
    return [triage.Said(need, "urgent" if need in GRAVE else "can_wait") for need in needs]
