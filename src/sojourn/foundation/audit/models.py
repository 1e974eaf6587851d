"""Events of the audit trail, and the links that chain them."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7


class AuditEvent(models.Model):
    """One deed or one look. Appended only; `what` is `<noun>.<past participle>`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    what = models.CharField(max_length=64)
    about = models.CharField(max_length=96, help_text="`<model>:<key>`, or empty")
    by = models.CharField(max_length=64, help_text="`user:<uuid>`, `person:<uuid>`, `system:…`")
    at = models.DateTimeField()
    keys = models.JSONField(default=dict)
    person_id = models.UUIDField(null=True, help_text="whose record was touched or read")
    is_read = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="audit_by_about"),
            models.Index(fields=["by", "at"], name="audit_by_actor"),
            models.Index(
                fields=["person_id", "at"],
                name="audit_by_person",
                condition=Q(person_id__isnull=False),
            ),
        ]


class Seal(models.Model):
    """The link that seals one event. Numbers run from 1 without a gap."""

    number = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_numbers_run_from_one")
        ]


class Pending(models.Model):
    """An event that waits for its seal. Written with the event, removed by the sealer."""

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")


class Listed(models.Model):
    """A person was in a list that somebody read. An index to the event, which holds the same keys under its seal."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="listed")
    person_id = models.UUIDField()
    by = models.CharField(max_length=64, help_text="audit key")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_id", "at"], name="listed_by_person")]


class Checkpoint(models.Model):
    """A signed note of how long the chain was at a moment, and what its root was. See `exchange.checkpoints`."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField(help_text="as it was signed")
    peaks = models.BinaryField(help_text="of the tree over the links, 32 bytes each")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="checkpoint_counts_an_event")
        ]


class Verification(models.Model):
    """One walk of the whole chain by the worker: how far it is, and in the end what it found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked_by = models.CharField(max_length=64, help_text="audit key")
    asked_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    checkpoints = models.IntegerField(default=0, help_text="how many were compared")
    problems = models.JSONField(default=list, help_text="kinds, numbers and keys")
