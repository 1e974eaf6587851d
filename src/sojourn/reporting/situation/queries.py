"""Questions the situation report asks, all of them about a past moment."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case as Conditional
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import CaseStep, Crisis
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
        "age",
    )
    aged = scope.steps().annotate(age=_age_of_position(scope.at))
    rows = aged.values(*fields).annotate(count=Count("id")).order_by(*fields)
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
            age=row["age"],
            count=row["count"],
        )
        for row in rows
    ]


def _age_of_position(at: datetime) -> Conditional:
    """Return how old the last known location of a case was: the name of the first age that it is within."""
    observed = "case__position_observed_at"
    whens = [
        When(**{f"{observed}__gte": at - limit}, then=Value(name)) for name, limit in rules.AGES
    ]
    unknown = When(**{f"{observed}__isnull": True}, then=Value("unknown"))
    return Conditional(unknown, *whens, default=Value("older"), output_field=CharField())


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
