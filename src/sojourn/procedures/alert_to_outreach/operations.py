"""Deeds of the procedure: start a crisis from an alert, keep it up with its event."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.operations import CrisisFacts
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.turns import turn
from sojourn.preparedness.alerts import operations as alerts
from sojourn.preparedness.alerts import queries as alerts_queries
from sojourn.preparedness.alerts import rules as alerts_rules
from sojourn.preparedness.alerts.models import Alert, Following, Footprint
from sojourn.response.exposure import operations as exposure
from sojourn.response.exposure import rules as exposure_rules
from sojourn.response.exposure.models import ExposureRun
from sojourn.response.outreach.models.campaigns import Campaign
from sojourn.response.outreach.operations import campaigns
from sojourn.response.outreach.terms import CampaignPurpose, CampaignState

FOLLOWER: Final = System("alerts")
# Whoever may have been written to, also those found outside since.
TOLD: Final = tuple(Answer)


class CannotStart(Exception):
    """A crisis cannot be started so; the message says why."""


class CannotRecall(Exception):
    """There is nothing to take back; the message says why."""


@dataclass(frozen=True, slots=True)
class Started:
    """The crisis, who was found exposed, and the first message as a draft.

    No run while the event has no footprint. The draft is sent when an officer says so.
    """

    crisis: Crisis
    run: ExposureRun | None
    campaign: Campaign


def start_crisis(
    *,
    alert: Alert,
    facts: CrisisFacts,
    lead: Organisation,
    participants: Iterable[Organisation] = (),
    question: exposure.Question | None = None,
    by: Actor,
    at: datetime,
) -> Started:
    """Open a crisis from an alert, let it follow the event, draft the first message, find who is exposed.

    Without a footprint it is opened all the same; its cases follow when somebody has drawn one. The cases are
    opened in short transactions after the crisis; if that is broken off, `follow_events` goes on with it.
    Raises CannotStart for a real crisis on a message that says it is an exercise.
    """
    crisis, following, campaign = open_crisis(
        alert=alert, facts=facts, lead=lead, participants=participants, by=by, at=at
    )
    with _turn_of(following):
        run = bring_up_to_date(following=following, question=question, by=by, at=at)
    return Started(crisis, run, campaign)


@transaction.atomic
def open_crisis(
    *,
    alert: Alert,
    facts: CrisisFacts,
    lead: Organisation,
    participants: Iterable[Organisation] = (),
    by: Actor,
    at: datetime,
) -> tuple[Crisis, Following, Campaign]:
    """Open a crisis that follows the event of an alert, with the first message as a draft; cases come after.

    Raises CannotStart for a real crisis on a message that says it is an exercise.
    """
    if alerts_rules.is_exercise(alert.status) and not facts.is_exercise:
        raise CannotStart(_("This message is an exercise; a real crisis cannot start from it."))
    crisis = caseload.open_crisis(facts=facts, lead=lead, participants=participants, by=by, at=at)
    following = alerts.follow_event(crisis=crisis, event=alert.event, by=by, at=at)
    campaign = campaigns.draft_campaign(
        crisis=crisis,
        organisation=lead,
        facts=campaigns.CampaignFacts(purpose=CampaignPurpose.CHECK),
        by=by,
        at=at,
    )
    return crisis, following, campaign


@transaction.atomic
def draft_recall(
    *, crisis: Crisis, organisation: Organisation, by: Actor, at: datetime
) -> Campaign:
    """Draft the message that an earlier one no longer applies, to everyone of an organisation in a crisis.

    Safe to repeat: a draft that waits is returned. Raises CannotRecall when no event was taken back.
    """
    if not alerts_queries.recalled_in(crisis).exists():
        raise CannotRecall(_("No message about this crisis was taken back by its sender."))
    locked = Crisis.objects.select_for_update().get(pk=crisis.pk)
    waiting = Campaign.objects.filter(
        crisis=locked,
        organisation=organisation,
        purpose=CampaignPurpose.CANCELLED,
        state=CampaignState.DRAFT,
    ).first()
    return waiting or campaigns.draft_campaign(
        crisis=locked,
        organisation=organisation,
        facts=campaigns.CampaignFacts(
            purpose=CampaignPurpose.CANCELLED, answers=TOLD, standings=tuple(Standing)
        ),
        by=by,
        at=at,
    )


def bring_up_to_date(
    *,
    following: Following,
    question: exposure.Question | None = None,
    by: Actor,
    at: datetime,
) -> ExposureRun | None:
    """Find who is exposed by the present footprint of an event, in steps. Safe to repeat; None without one."""
    footprint = alerts_queries.present_footprint(following.event)
    if footprint is None:
        return None
    reading = exposure_rules.footprint_of(footprint.content, footprint.grid)
    try:
        run = exposure.run_exposure(
            crisis=following.crisis,
            footprint=reading.footprint,
            source=source_of(footprint),
            by=by,
            at=at,
            question=question,
            problems=reading.problems,
        )
    except exposure.CannotRun:
        run = None  # noted as applied: the same footprint would be refused again
    alerts.note_applied(following=following, footprint=footprint)
    return run


def follow_events(*, at: datetime) -> int:
    """Bring every open crisis up to date whose event has a newer footprint, and return how many.

    For the worker: plain looking, so that nothing is missed after a crash. Safe to repeat. What goes wrong in
    one crisis keeps no other waiting: it is raised as an ExceptionGroup when all were looked at.
    """
    count, failures = 0, []
    for following in list(alerts_queries.followings_behind()):
        try:
            count += _catch_up(following, at)
        except Exception as failure:  # noqa: BLE001  # raised below, when the others were served
            failure.add_note(f"crisis {following.crisis_id}, event {following.event_id}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Some crises could not be brought up to date.", failures)
    return count


def keep_up(*, crisis: Crisis, at: datetime) -> int:
    """Bring one crisis up to date with its events; return how many had a newer footprint. Safe to repeat.

    `at` is the real moment. Waits while a worker does so already.
    """
    behind = list(alerts_queries.followings_behind().filter(crisis=crisis))
    return sum(_catch_up(following, at) for following in behind)


def _catch_up(following: Following, at: datetime) -> bool:
    """Bring one crisis up to date, unless another worker just did."""
    with _turn_of(following):
        if not alerts_queries.followings_behind().filter(pk=following.pk).exists():
            return False
        following.refresh_from_db()
        there = following.crisis.clock.at(at)
        bring_up_to_date(following=following, by=FOLLOWER, at=there)
    return True


def _turn_of(following: Following) -> AbstractContextManager[None]:
    """One at a time for each crisis and event: a second look waits, and then finds nothing left to do."""
    return turn(f"following:{following.pk}")


def source_of(footprint: Footprint) -> str:
    """Return in words which message a footprint is from."""
    if footprint.alert is None:
        return f"footprint {footprint.version}"
    return f"{footprint.alert.format} {footprint.alert.identifier}, footprint {footprint.version}"
