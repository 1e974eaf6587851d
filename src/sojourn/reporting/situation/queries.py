"""Questions the situation report asks, all of them about a past moment."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import Case, CaseStep, Crisis
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.reporting.situation import rules
from sojourn.response.outreach.models import Message
from sojourn.response.referral.models import ReferralStep
from sojourn.response.triage.models import Need
from sojourn.response.triage.terms import NeedSeverity


@dataclass(frozen=True, slots=True)
class Scope:
    """Which crisis, as of when, and whose cases: None for everybody's together."""

    crisis: Crisis
    at: datetime
    organisations: Collection[UUID] | None

    def steps(self) -> QuerySet[CaseStep]:
        """Return the step that held for each case at the moment."""
        steps = caseload.steps_as_of(self.crisis, self.at)
        if self.organisations is None:
            return steps
        return steps.filter(case__responsible_id__in=self.organisations)


def groups_as_of(scope: Scope) -> list[rules.Group]:
    """Return how the cases stood at a moment, those that stood alike together."""
    fields = (
        "answer",
        "standing",
        "is_messaged",
        "is_reached",
        "area",
        "band",
        "case__nationality",
        "case__language",
        "case__office_id",
    )
    rows = scope.steps().values(*fields).annotate(count=Count("id")).order_by(*fields)
    return [
        rules.Group(
            answer=row["answer"],
            standing=row["standing"],
            is_messaged=row["is_messaged"],
            is_reached=row["is_reached"],
            area=row["area"],
            band=row["band"],
            nationality=row["case__nationality"],
            language=row["case__language"],
            office=str(row["case__office_id"] or ""),
            count=row["count"],
        )
        for row in rows
    ]


def ages_of_unaccounted(scope: Scope) -> Mapping[str, int]:
    """Return how many people were unaccounted for at a moment, by the age of their last known location."""
    steps = scope.steps().filter(
        standing=Standing.UNACCOUNTED,
        answer__in=[Answer.INSIDE, Answer.POSSIBLE, Answer.TOO_OLD, Answer.REPORTED],
    )
    observed = Case.objects.filter(pk__in=steps.values("case_id")).values_list(
        "position_observed_at", flat=True
    )
    return Counter(
        rules.age_of(moment, at=scope.at) for moment in observed.iterator(chunk_size=5_000)
    )


def messages_by_channel(scope: Scope, *, until: datetime) -> Mapping[str, tuple[int, int, int]]:
    """Return channel → messages written, sent and delivered until a real moment."""
    messages = Message.objects.filter(crisis=scope.crisis, queued_at__lte=until)
    if scope.organisations is not None:
        messages = messages.filter(organisation_id__in=scope.organisations)
    rows = (
        messages.values("channel")
        .annotate(
            written=Count("id"),
            sent=Count("id", filter=Q(sent_at__lte=until)),
            delivered=Count("id", filter=Q(delivered_at__lte=until)),
        )
        .order_by("channel")
    )
    return {row["channel"]: (row["written"], row["sent"], row["delivered"]) for row in rows}


def needs_by_kind(scope: Scope) -> Mapping[str, tuple[int, int, int]]:
    """Return kind → people with an open need, of them with life in danger, and people whose need was met."""
    needs = Need.objects.filter(case__crisis=scope.crisis, said_at__lte=scope.at)
    if scope.organisations is not None:
        needs = needs.filter(case__responsible_id__in=scope.organisations)
    is_open = Q(met_at__isnull=True) | Q(met_at__gt=scope.at)
    rows = (
        needs.values("kind")
        .annotate(
            open=Count("case", filter=is_open, distinct=True),
            grave=Count("case", filter=is_open & Q(severity=NeedSeverity.LIFE), distinct=True),
            met=Count("case", filter=Q(met_at__lte=scope.at), distinct=True),
        )
        .order_by("-open", "kind")
    )
    return {row["kind"]: (row["open"], row["grave"], row["met"]) for row in rows}


def referrals_by_service(scope: Scope) -> Mapping[str, Mapping[str, int]]:
    """Return service → state → people, as the referrals stood at the moment."""
    newest = Window(
        RowNumber(), partition_by=F("referral_id"), order_by=[F("at").desc(), F("id").desc()]
    )
    steps = ReferralStep.objects.filter(referral__case__crisis=scope.crisis, at__lte=scope.at)
    if scope.organisations is not None:
        steps = steps.filter(referral__case__responsible_id__in=scope.organisations)
    held = steps.annotate(rank=newest).filter(rank=1).values("pk")
    counts: dict[str, Counter[str]] = {}
    for name, provider, area, state in ReferralStep.objects.filter(pk__in=held).values_list(
        "referral__service__name",
        "referral__service__provider",
        "referral__service__area",
        "state",
    ):
        words = ", ".join(word for word in (provider, name, area) if word)
        counts.setdefault(words, Counter())[state] += 1
    return dict(sorted(counts.items()))
