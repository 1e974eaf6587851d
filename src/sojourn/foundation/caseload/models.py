"""Facts about crises and cases."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.caseload.terms import (
    AlertLevel,
    Answer,
    CrisisKind,
    Facet,
    Measure,
    Stage,
    Standing,
)
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people.models import Household, Person


class Crisis(models.Model):
    """One event that hits a country, worked on by one or more organisations, each for its own people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=CrisisKind.choices)
    countries = models.JSONField(default=list, help_text="ISO 3166-1 alpha-3")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="of the place")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="crises_led")
    participants = models.ManyToManyField(Organisation, related_name="crises", blank=True)
    alert_level = models.CharField(
        max_length=20, choices=AlertLevel.choices, default=AlertLevel.PRECAUTION
    )
    is_exercise = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    clock_started_at = models.DateTimeField(null=True, blank=True)
    clock_shows_at = models.DateTimeField(null=True, blank=True)
    clock_speed = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_exercise=True) | Q(clock_started_at__isnull=True),
                name="only_an_exercise_has_its_own_clock",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def clock(self) -> Clock:
        """Return the clock of this crisis: the world's, unless it is an exercise."""
        return Clock(self.clock_started_at, self.clock_shows_at, self.clock_speed)


class Case(models.Model):
    """One person in one crisis, as it stands now. `CaseStep` is the history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    responsible = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="cases")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    standing = models.CharField(
        max_length=12, choices=Standing.choices, default=Standing.UNACCOUNTED
    )
    answer = models.CharField(max_length=10, choices=Answer.choices)
    band = models.CharField(max_length=24, blank=True, help_text="level of the footprint's band")
    probability = models.FloatField(null=True, help_text="of being inside, 0 to 1")
    reason = models.CharField(max_length=400, blank=True, help_text="why, in words")
    position_observed_at = models.DateTimeField(null=True)
    area = models.CharField(max_length=120, blank=True)
    nationality = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=16, blank=True)
    messaged_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="cases_assigned"
    )
    priority = models.PositiveSmallIntegerField(null=True, help_text="1 is most urgent")
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["crisis", "person"], name="case_once_per_crisis")
        ]
        indexes = [
            models.Index(fields=["crisis", "standing", "id"], name="cases_by_standing"),
            models.Index(
                fields=["crisis", "priority", "due_at"],
                name="cases_in_triage",
                condition=Q(priority__isnull=False),
            ),
            models.Index(fields=["household"], name="cases_of_household"),
        ]


class CaseStep(models.Model):
    """One entry of a case's history: how the case stood from `at` on. Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=40, help_text="what happened, such as `safe_reply`")
    at = models.DateTimeField()
    by = models.CharField(max_length=64, help_text="audit key of who did it")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    band = models.CharField(max_length=24, blank=True)
    area = models.CharField(max_length=120, blank=True)
    is_messaged = models.BooleanField()
    is_reached = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["crisis", "at"], name="steps_of_crisis"),
            models.Index(fields=["case", "at"], name="steps_of_case"),
        ]


class Tally(models.Model):
    """How many cases of one organisation count as something, broken down by one facet."""

    id = models.BigAutoField(primary_key=True)
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "organisation", "facet", "value", "measure"],
                name="tally_once_per_count",
            )
        ]


class TallyDelta(models.Model):
    """A change of a tally, written in the transaction that changed the cases, folded by the worker."""

    id = models.BigAutoField(primary_key=True)
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices)
    delta = models.BigIntegerField()


class TallyPoint(models.Model):
    """The counts of one organisation at a moment of the crisis' own clock: their course over time."""

    id = models.BigAutoField(primary_key=True)
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    measure = models.CharField(max_length=12, choices=Measure.choices)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "organisation", "at", "measure"], name="tally_point_once_a_moment"
            )
        ]
