"""Facts about services and referrals. Free text about a person is sealed: `<table>.<column>` of its own row."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.caseload.models import Case
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.response.referral.terms import Consent, ServiceStatus, State


class Service(models.Model):
    """One thing that one organisation does for people, somewhere. Shaped after HSDS 3; kept by someone, by name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=200, help_text="name of who runs it")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="services_run",
        null=True,
        blank=True,
        help_text="who runs it, when they work in here too",
    )
    kept_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services_kept"
    )
    kinds = models.JSONField(default=list, help_text="kinds of need")
    description = models.TextField(blank=True)
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166-1 alpha-3")
    area = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    is_confidential = models.BooleanField(default=False, help_text="the place is told to nobody")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="places free")
    eligibility = models.TextField(blank=True)
    documents_needed = models.CharField(max_length=300, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    status = models.CharField(
        max_length=8, choices=ServiceStatus.choices, default=ServiceStatus.ACTIVE
    )
    assured_on = models.DateField(null=True, blank=True, help_text="somebody checked it last")
    is_exercise = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kept_by", "provider", "name", "area", "is_exercise"],
                name="service_once_per_keeper_and_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.provider}"


class Referral(models.Model):
    """One person referred to one service. Its steps are the history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    from_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="referrals_made"
    )
    kinds = models.JSONField(default=list, help_text="kinds of need it is for")
    priority = models.PositiveSmallIntegerField(default=4)
    summary_sealed = models.BinaryField(help_text="what the partner must know")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    consent = models.CharField(
        max_length=16, choices=Consent.choices, default=Consent.NONE, blank=True
    )
    consented_at = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "service"],
                condition=Q(ended_at__isnull=True),
                name="referral_open_once_per_service",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.OFFERED, State.WITHDRAWN]) | ~Q(consent=Consent.NONE),
                name="referral_goes_on_only_with_consent_or_vital_interest",
            ),
        ]
        indexes = [models.Index(fields=["service", "state"], name="referrals_of_service")]


class ReferralStep(models.Model):
    """One step of a referral, with what was said at it. Appended only; both sides read it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=64, help_text="audit key of who did it")
    note_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="steps_of_referral")]
