"""Campaigns: one purpose, written to many people of a crisis; and who was not written to, and why."""

from django.db import models

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.models import Person
from sojourn.response.outreach.terms import (
    CampaignPurpose,
    CampaignState,
    FallbackPolicy,
    WhyNot,
)


class Campaign(models.Model):
    """A draft until somebody confirms it; then its messages are in the outbox under its key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=CampaignPurpose.choices)
    answers = models.JSONField(help_text="which answers of exposure")
    standings = models.JSONField(help_text="which standings")
    policy = models.CharField(max_length=12, choices=FallbackPolicy.choices)
    ladder = models.JSONField(default=list, help_text="languages, first choice first")
    state = models.CharField(
        max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["crisis", "-drafted_at"], name="campaigns_newest")]


class NotMessaged(models.Model):
    """A person whom a campaign did not write to, with the reason. Nobody is passed over in silence."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="not_messaged")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=16, choices=WhyNot.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"], name="not_messaged_once_per_campaign"
            )
        ]
