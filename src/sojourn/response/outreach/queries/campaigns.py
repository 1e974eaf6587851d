"""Questions about campaigns: to whom, how far, and who was not written to."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Count, QuerySet

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Stage
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.response.outreach.models.campaigns import Campaign, NotMessaged
from sojourn.response.outreach.terms import CampaignPurpose, CampaignState, WhyNot

LARGE: Final = 10_000


def campaigns(*, viewer: Viewer) -> QuerySet[Campaign]:
    """Return the campaigns of the organisations for which the viewer is a duty officer, newest first."""
    organisations = [
        held.organisation_id for held in viewer.memberships if held.role == Role.DUTY_OFFICER
    ]
    return (
        Campaign.objects.filter(organisation__in=organisations)
        .exclude(state=CampaignState.DROPPED)
        .select_related("crisis", "organisation", "drafted_by")
        .order_by("-drafted_at", "-id")
    )


def campaigns_of(*, crisis: Crisis, viewer: Viewer) -> QuerySet[Campaign]:
    """Return the viewer's campaigns in a crisis, newest first."""
    return campaigns(viewer=viewer).filter(crisis=crisis)


def cases_of(campaign: Campaign, *, only_messaged: bool) -> QuerySet[Case]:
    """Return the cases that a campaign is for. A word that takes back goes only to whom we wrote before.

    A first check is asked once: later ones are for cases that came since. Others get a reminder.
    """
    chosen = Case.objects.filter(
        crisis=campaign.crisis_id,
        responsible=campaign.organisation_id,
        answer__in=campaign.answers,
        standing__in=campaign.standings,
        person__erased_at__isnull=True,
    ).exclude(stage=Stage.CLOSED)
    if campaign.purpose == CampaignPurpose.CHECK and campaign.state == CampaignState.DRAFT:
        return chosen.filter(messaged_at__isnull=True)
    return chosen.filter(messaged_at__isnull=False) if only_messaged else chosen


def is_large(campaign: Campaign) -> bool:
    """Return whether a campaign is for more people than a page should wait for."""
    return cases_of(campaign, only_messaged=False).count() > LARGE


def not_messaged_counts(campaign: Campaign) -> Mapping[WhyNot, int]:
    """Return how many people a campaign did not write to, by reason."""
    rows = campaign.not_messaged.order_by().values_list("why").annotate(number=Count("pk"))
    return {WhyNot(why): number for why, number in rows}


def not_messaged(*, campaign: Campaign, viewer: Viewer) -> QuerySet[NotMessaged]:
    """Return whom a campaign did not write to, of the people that the viewer may see."""
    seen = people.people(viewer=viewer, purpose=Purpose.LOCATING)
    return (
        campaign.not_messaged.filter(person__in=seen).select_related("person").order_by("why", "id")
    )
