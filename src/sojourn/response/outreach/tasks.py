"""Background work of outreach: a campaign for very many people is written by the worker, not in a request."""

from uuid import UUID

from django.utils.timezone import now

from sojourn.foundation.jobs.tasks import task
from sojourn.foundation.organisations.models import User
from sojourn.response.outreach.models.campaigns import Campaign
from sojourn.response.outreach.operations import campaigns


@task()
def start_campaign(campaign_id: str, user_id: str) -> int:
    """Start a campaign that was confirmed; nobody is written to twice, however often this runs."""
    return campaigns.start_campaign(
        campaign=Campaign.objects.get(pk=UUID(campaign_id)),
        by=User.objects.get(pk=UUID(user_id)),
        at=now(),
    )
