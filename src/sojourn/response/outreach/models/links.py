"""Personal links: a random token, kept as its hash only, that opens one person's page for a time."""

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.people.models import Person


class PersonalLink(models.Model):
    """One link that was given to one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, null=True, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    given_by = models.CharField(
        max_length=64, blank=True, help_text="audit key of who gave it by hand; else by message"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="link_expires_after_it_was_made"
            )
        ]
        indexes = [
            models.Index(fields=["given_by"], condition=~Q(given_by=""), name="links_given_by_hand")
        ]
