"""What goes out: messages, and the senders that take them to a gateway."""

from typing import Final

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.terms import Ability, MessageClass, MessageState, SenderKind

LOOPBACK: Final = r"^[a-z]+://(127(\.[0-9]+){3}|localhost|\[::1\])(:[0-9]+)?(/.*)?$"


class Sender(models.Model):
    """A way out for one organisation: a gateway, how to speak to it, how fast, and what it can do."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="senders")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=SenderKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    url = models.CharField(max_length=500, help_text="http(s)://…, or smtp(s)://host:port")
    ask_url = models.CharField(
        max_length=500,
        blank=True,
        help_text="with {key}: answers 200 for a known message, 404 else",
    )
    username = models.CharField(max_length=150, blank=True)
    password_sealed = models.BinaryField(null=True)
    from_address = models.CharField(max_length=254, blank=True, help_text="number or e-mail")
    ability = models.CharField(max_length=14, choices=Ability.choices)
    callback_window_s = models.PositiveIntegerField(default=900)
    connections = models.PositiveSmallIntegerField(default=32)
    rate_per_s = models.FloatField(null=True, blank=True, help_text="empty: no limit")
    tokens = models.FloatField(default=0.0)
    tokens_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True, blank=True, help_text="it could not be reached")
    is_enabled = models.BooleanField(default=True)
    is_exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_exercise=False) | Q(url__regex=LOOPBACK),
                name="exercise_sender_stays_on_loopback",
            ),
            models.CheckConstraint(
                condition=Q(rate_per_s__isnull=True) | Q(rate_per_s__gt=0),
                name="sender_rate_is_above_zero",
            ),
            models.CheckConstraint(condition=Q(connections__gte=1), name="sender_has_connections"),
        ]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message to one person at one contact point. `id` is the order of writing; `key` is what others see.

    `sealed` holds subject, text and short text, sealed for this row (`outreach_message.sealed`).
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, help_text="of reason, person, channel and step")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    crisis = models.ForeignKey(
        Crisis, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=24, help_text="what asked for it, such as `campaign`")
    reason_id = models.UUIDField(help_text="key of what asked for it")
    step = models.PositiveSmallIntegerField(default=1, help_text="of the ladder of channels")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    message_class = models.CharField(max_length=8, choices=MessageClass.choices)
    urgency = models.PositiveSmallIntegerField(help_text="of class and need; lowest goes first")
    language = models.CharField(max_length=16, blank=True)
    sealed = models.BinaryField()
    is_exercise = models.BooleanField()
    queued_at = models.DateTimeField()

    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.QUEUED
    )
    is_held = models.BooleanField(default=False, help_text="a person holds it back")
    not_before = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sender = models.ForeignKey(
        Sender, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    bound_to = models.ForeignKey(
        Sender,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="may have taken it already: no other may try",
    )
    sender_is_exercise = models.BooleanField(null=True)
    worker = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    resolve_after = models.DateTimeField(null=True, help_text="none: a person must decide")
    provider_id = models.CharField(max_length=100, blank=True)
    failure = models.CharField(max_length=200, blank=True, help_text="why, in words")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    is_told = models.BooleanField(default=True, help_text="its case knows that it went out")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sender_is_exercise__isnull=True)
                | Q(sender_is_exercise=F("is_exercise")),
                name="exercise_message_leaves_by_exercise_sender_only",
            ),
            models.CheckConstraint(
                condition=Q(sender__isnull=True) | Q(sender_is_exercise__isnull=False),
                name="message_knows_what_kind_of_sender_took_it",
            ),
        ]
        indexes = [
            models.Index(fields=["reason_id"], name="messages_of_reason"),
            models.Index(
                fields=["channel", "organisation", "is_exercise", "urgency", "id"],
                name="messages_waiting",
                condition=Q(state=MessageState.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="messages_claimed",
                condition=Q(state=MessageState.CLAIMED),
            ),
            models.Index(
                fields=["resolve_after"],
                name="messages_uncertain",
                condition=Q(state=MessageState.UNCERTAIN),
            ),
            models.Index(
                fields=["id"],
                name="messages_to_tell",
                condition=Q(is_told=False, state__in=[MessageState.SENT, MessageState.DELIVERED]),
            ),
        ]
