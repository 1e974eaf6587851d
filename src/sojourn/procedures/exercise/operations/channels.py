"""How the people of an exercise are written to: its own gateway, and the campaign that every crisis has."""

from datetime import datetime

from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.organisations.models import Organisation
from sojourn.procedures.exercise import queries
from sojourn.procedures.exercise.models import Exercise
from sojourn.response.outreach.models.campaigns import Campaign
from sojourn.response.outreach.operations import campaigns
from sojourn.response.outreach.operations.loopback import connect_loopback
from sojourn.response.outreach.terms import CampaignPurpose


def open_gateway(*, organisation: Organisation, by: Actor, at: datetime) -> None:
    """Connect an organisation to the phones and mailboxes of this machine, and to nothing else."""
    connect_loopback(organisation=organisation, by=by, at=at)


def ask_everybody(*, exercise: Exercise, number: int, by: Actor, real: datetime) -> int:
    """Let every State ask after the `number`-th alert (from 1); return how many messages that makes."""
    return sum(
        ask(exercise=exercise, organisation=state, number=number, by=by, real=real)
        for state in queries.states(exercise)
    )


def ask(
    *, exercise: Exercise, organisation: Organisation, number: int, by: Actor, real: datetime
) -> int:
    """Ask the people of a State who are exposed and were not asked yet whether they are safe.

    Once after the `number`-th alert, however often this is called. A draft that somebody dropped stays dropped.
    """
    if exercise.crisis is None:
        return 0
    try:
        return campaigns.start_campaign(
            campaign=_campaign(exercise.crisis, organisation, number, by=by, real=real),
            by=by,
            at=real,
        )
    except campaigns.CannotCampaign:
        return 0


def _campaign(
    crisis: Crisis, organisation: Organisation, number: int, *, by: Actor, real: datetime
) -> Campaign:
    """Return the campaign of ours that follows the `number`-th alert, drafted now when there is none."""
    ours = Campaign.objects.filter(
        crisis=crisis,
        organisation=organisation,
        purpose=CampaignPurpose.CHECK,
        drafted_by__isnull=True,
    ).order_by("drafted_at", "id")
    return ours[number - 1 :].first() or campaigns.draft_campaign(
        crisis=crisis,
        organisation=organisation,
        facts=campaigns.CampaignFacts(purpose=CampaignPurpose.CHECK),
        by=by,
        at=real,
    )
