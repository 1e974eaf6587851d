"""Reviews of texts: somebody who speaks the language read these exact words."""

from django.db import models

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User


class TextReview(models.Model):
    """One review of one sentence in one language. When its words change, the review no longer counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    language = models.CharField(max_length=16)
    name = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=32)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["language", "name", "fingerprint"], name="text_review_once_per_wording"
            )
        ]
