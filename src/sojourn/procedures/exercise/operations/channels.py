"""How the people of an exercise are written to: its own gateway, and the campaign that every crisis has."""

from datetime import datetime

from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.organisations.terms import OrganisationKind
from sojourn.procedures.exercise.models import Exercise
from sojourn.response.outreach.operations import campaigns
from sojourn.response.outreach.operations.loopback import connect_loopback
from sojourn.response.outreach.terms import CampaignPurpose


def open_gateway(*, organisation: Organisation, by: Actor, at: datetime) -> None:
    """Connect an organisation to the phones and mailboxes of this machine, and to nothing else."""
    connect_loopback(organisation=organisation, by=by, at=at)


def ask_everybody(*, exercise: Exercise, by: Actor, real: datetime) -> int:
    """Ask all who are exposed and were not asked yet whether they are safe; return how many messages that makes."""
    if exercise.crisis is None:
        return 0
    total = 0
    for organisation in exercise.organisations.filter(kind=OrganisationKind.STATE_OF_ORIGIN):
        campaign = campaigns.draft_campaign(
            crisis=exercise.crisis,
            organisation=organisation,
            facts=campaigns.CampaignFacts(purpose=CampaignPurpose.CHECK),
            by=by,
            at=real,
        )
        total += campaigns.start_campaign(campaign=campaign, by=by, at=real)
    return total
