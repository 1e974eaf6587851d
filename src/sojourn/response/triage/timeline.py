"""The history of a case as one list: steps, priorities, escalations and referrals, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Stage, Standing
from sojourn.response.referral.models import ReferralStep
from sojourn.response.referral.terms import State
from sojourn.response.triage.queries import names_of
from sojourn.response.triage.reasons import shown
from sojourn.response.triage.terms import EscalationLevel, Source

STEPS = {
    "exposed": gettext_lazy("Found by exposure"),
    "walked_in": gettext_lazy("Came to us"),
    "in_need": gettext_lazy("Asked for help"),
    "called": gettext_lazy("Called"),
    "closed": gettext_lazy("Closed"),
    "reopened": gettext_lazy("Opened again"),
    "referral_served": gettext_lazy("Helped by a partner"),
    "messaged": gettext_lazy("Message sent"),
    "delivered": gettext_lazy("Message delivered"),
    "answered": gettext_lazy("Answered"),
    "safe_reply": gettext_lazy("Said they are safe"),
    "safe_by_call": gettext_lazy("Said on the telephone that they are safe"),
    "safe_by_family": gettext_lazy("Somebody of the household said that they are safe"),
    "named_by_household": gettext_lazy("Named by somebody of the household"),
    "no_longer_inside": gettext_lazy("No longer found inside"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the history. `by` is an audit key, `who` the name to show where there is one."""

    at: datetime
    words: str
    by: str
    tone: str = ""
    who: str = ""


def timeline_of(case: Case) -> list[Moment]:
    """Return the history of a case that the caller may see."""
    moments = [*_steps(case), *_assessments(case), *_escalations(case), *_reports(case)]
    moments += _referrals(case)
    names = names_of(moment.by for moment in moments)
    named = [
        Moment(one.at, one.words, one.by, one.tone, names.get(one.by, _plain(one.by)))
        for one in moments
    ]
    return sorted(named, key=lambda moment: moment.at, reverse=True)


def _plain(key: str) -> str:
    if key.startswith("person:"):
        return _("the person")
    return _("the system") if key.startswith("system:") else ""


def _steps(case: Case) -> Iterable[Moment]:
    for step in case.steps.order_by("at", "id"):
        what = str(STEPS.get(step.what, step.what.replace("_", " ")))
        words = _("%(what)s: %(stage)s, %(standing)s") % {
            "what": what,
            "stage": Stage(step.stage).label,
            "standing": Standing(step.standing).label,
        }
        yield Moment(step.at, words, step.by, step.standing)


def _assessments(case: Case) -> Iterable[Moment]:
    for one in case.assessments.order_by("at", "id"):
        words = _("Priority %(priority)d by rules %(version)s: %(why)s") % {
            "priority": one.priority,
            "version": one.rules_version,
            "why": shown(one.reasons[:1])[0].words,
        }
        yield Moment(one.at, words, one.by, "info")


def _escalations(case: Case) -> Iterable[Moment]:
    for one in case.escalations.order_by("at", "id"):
        yield Moment(one.at, str(EscalationLevel(one.level).label), "system:triage", "in_need")


def _reports(case: Case) -> Iterable[Moment]:
    for one in case.reports.order_by("said_at", "id"):
        yield Moment(one.said_at, str(Source(one.source).label), one.said_by, "info")


def _referrals(case: Case) -> Iterable[Moment]:
    steps = ReferralStep.objects.filter(referral__case=case).select_related("referral__service")
    for step in steps.order_by("at", "id"):
        words = _("Referral to %(service)s: %(state)s") % {
            "service": step.referral.service.name,
            "state": State(step.state).label,
        }
        yield Moment(step.at, words, step.by, "info")
