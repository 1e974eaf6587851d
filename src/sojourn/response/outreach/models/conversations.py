"""Conversations: everything said with one person in one crisis over one channel, and each reply as it was read."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.models import Person
from sojourn.response.outreach.models.inbox import Inbound
from sojourn.response.outreach.terms import ReplyChannel, ReplyMeaning, ReplyScope


class Conversation(models.Model):
    """What was said with a person in a crisis over a channel. Without a crisis: when none is under way."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conversations")
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=ReplyChannel.choices)
    opened_at = models.DateTimeField()
    last_reply_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True, help_text="a person should read it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "crisis", "channel"], name="conversation_once_per_channel"
            ),
            models.UniqueConstraint(
                fields=["person", "channel"],
                condition=Q(crisis__isnull=True),
                name="conversation_once_outside_a_crisis",
            ),
        ]
        indexes = [models.Index(fields=["crisis", "-last_reply_at"], name="conversations_newest")]


class Reply(models.Model):
    """One reply and how it was read. Without a conversation: nobody knows yet whose it is.

    `sealed` holds the text where there is no inbound row: an answer given on the personal page.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inbound = models.OneToOneField(
        Inbound, on_delete=models.PROTECT, null=True, related_name="reply"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, related_name="replies"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    is_exercise = models.BooleanField()
    sealed = models.BinaryField(null=True)
    meaning = models.CharField(max_length=8, choices=ReplyMeaning.choices)
    scope = models.CharField(max_length=10, choices=ReplyScope.choices)
    headcount = models.PositiveSmallIntegerField(null=True)
    language = models.CharField(max_length=16, blank=True)
    is_whole = models.BooleanField(help_text="all of it was understood")
    spoke_for = models.PositiveSmallIntegerField(default=0, help_text="people it accounted for")
    unmatched_why = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, help_text="a person read it, or need not")
    read_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "received_at"],
                name="replies_unmatched",
                condition=Q(conversation__isnull=True, read_at__isnull=True),
            ),
            models.Index(
                fields=["organisation", "is_exercise", "received_at"],
                name="replies_to_read",
                condition=Q(read_at__isnull=True),
            ),
        ]
