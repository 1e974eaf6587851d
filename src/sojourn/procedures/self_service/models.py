"""Facts of the person's page: codes, and wishes to be deleted."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.people.models import Person


class AccessCode(models.Model):
    """A code that opens one person's page. Only its blind index is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_codes")
    code_index = models.BinaryField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Erasure(models.Model):
    """A person's wish to be deleted. It comes true when nobody stopped it until `due_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(stopped_at__isnull=True),
                name="one_open_wish_to_be_deleted",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="erasures_due",
                condition=Q(stopped_at__isnull=True, done_at__isnull=True),
            )
        ]
