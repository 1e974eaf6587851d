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

    `sealed` holds subject, text and short text, sealed for this row (`outreach_message.sealed`). What changes
    while it is sent stands in `Dispatch`; no column that changes here is indexed, so an end costs one page.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, help_text="of reason, person, channel and step")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, related_name="messages"
    )
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=24, help_text="what asked for it, such as `campaign`")
    reason_id = models.UUIDField(db_index=True, help_text="key of what asked for it")
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
    sender = (
        models.ForeignKey(  # no constraint: PostgreSQL would look each row's sender up and lock it
            Sender,
            on_delete=models.PROTECT,
            null=True,
            related_name="+",
            db_index=False,
            db_constraint=False,
        )
    )
    provider_id = models.CharField(max_length=100, blank=True)
    failure = models.CharField(max_length=200, blank=True, help_text="why, in words")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)


class Dispatch(models.Model):
    """The sending of one message that has not come to an end: waiting, claimed by a worker, or uncertain.

    `due_at`: waiting, not to be sent before; claimed, the lease ends; uncertain, to be resolved (none: a person
    decides). Gone once the message is sent, failed or stopped.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="dispatch"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    is_exercise = models.BooleanField()
    urgency = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.QUEUED
    )
    due_at = models.DateTimeField(null=True)
    is_held = models.BooleanField(default=False, help_text="a person holds it back")
    tries = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=40, blank=True)
    sender = (
        models.ForeignKey(  # no constraint: PostgreSQL would look each row's sender up and lock it
            Sender,
            on_delete=models.PROTECT,
            null=True,
            related_name="+",
            db_index=False,
            db_constraint=False,
        )
    )
    sender_is_exercise = models.BooleanField(null=True)
    bound_to = models.ForeignKey(
        Sender,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="may have taken it already: no other may try",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sender_is_exercise__isnull=True)
                | Q(sender_is_exercise=F("is_exercise")),
                name="exercise_message_leaves_by_exercise_sender_only",
            ),
            models.CheckConstraint(
                condition=Q(sender__isnull=True) | Q(sender_is_exercise__isnull=False),
                name="dispatch_knows_what_kind_of_sender_took_it",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[MessageState.QUEUED, MessageState.CLAIMED, MessageState.UNCERTAIN]
                ),
                name="dispatch_is_open",
            ),
        ]
        indexes = [
            # Without `state`, so that a claim touches no index; few are claimed at any moment.
            models.Index(
                fields=["channel", "organisation", "is_exercise", "urgency", "message"],
                name="dispatches_in_line",
            )
        ]


class News(models.Model):
    """That a message of a crisis was sent or arrived: written with the fact, read and removed for its case."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_delivered = models.BooleanField()
