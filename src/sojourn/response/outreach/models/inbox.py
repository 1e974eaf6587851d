"""What comes in: providers that bring replies, and the append-only inbox that their doors write."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.terms import ProviderForm


class Provider(models.Model):
    """Whoever brings replies to one organisation: a gateway's webhook or a mailbox, with its secret."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="providers"
    )
    name = models.CharField(max_length=100)
    form = models.CharField(max_length=10, choices=ProviderForm.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    secret_sealed = models.BinaryField(help_text="of `outreach_provider.secret`")
    url = models.CharField(max_length=300, blank=True, help_text="of a mailbox: imaps://host:port")
    username = models.CharField(max_length=150, blank=True)
    is_enabled = models.BooleanField(default=True)
    is_exercise = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Inbound(models.Model):
    """One message as it came in. Written by the inbox process, appended only; `processed_at` is set once.

    `sealed` holds text and raw body, sealed for this row (`outreach_inbound.sealed`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    provider_message_id = models.CharField(max_length=200)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    sender_address = models.CharField(max_length=254)
    sealed = models.BinaryField()
    said_at = models.DateTimeField(null=True, help_text="as the sender's side says")
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    claimed_for = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="whose it is, as a person said",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_message_id"], name="inbound_once_per_provider_message"
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                name="inbound_waiting",
                condition=Q(processed_at__isnull=True),
            )
        ]
