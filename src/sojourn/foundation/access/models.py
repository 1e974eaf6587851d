"""Grants: how a partner organisation comes to see one person, for a purpose and a time."""

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.access.terms import NoticeKind, Purpose
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation


class Grant(models.Model):
    """One organisation may see one person for one purpose until it ends. Written by a referral."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    person_id = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    reason = models.CharField(
        max_length=96, help_text="key of what gave it, such as `referral:<uuid>`"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gte=F("starts_at")),
                name="grant_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person_id", "purpose", "reason"],
                name="grant_once_for_a_reason",
            ),
        ]


class Notice(models.Model):
    """Something that the data-protection officer of an organisation has to look at. Carries keys, no names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    about = models.CharField(max_length=96, help_text="`<model>:<key>`, or empty")
    by = models.CharField(max_length=64, help_text="audit key of whose deed it is about")
    keys = models.JSONField(default=dict, help_text="identifiers, counts and codes")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-raised_at"], name="notices_newest")]
