"""Facts about exposure: where everyone was last known, packed; what each run found; who is on no list."""

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Person, Whereabouts
from sojourn.response.exposure.terms import Method


class LocationIndex(models.Model):
    """The locations of one organisation's people, live and exercise apart. Its row is the lock for changes.

    `placed_through` is the newest claim of whereabouts already looked at.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    is_exercise = models.BooleanField()
    placed_through = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "is_exercise"], name="locations_once_per_organisation"
            )
        ]


class Placement(models.Model):
    """The place of one person in the index. `number` stands for the person in the blocks."""

    number = models.BigAutoField(primary_key=True)
    index = models.ForeignKey(LocationIndex, on_delete=models.CASCADE, related_name="placements")
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    whereabouts = models.ForeignKey(Whereabouts, on_delete=models.CASCADE, related_name="+")
    key = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()


class LocationBlock(models.Model):
    """About 4,096 locations, sorted by key and packed (see `methods.exposure.blocks`)."""

    index = models.ForeignKey(LocationIndex, on_delete=models.CASCADE, related_name="blocks")
    key_lo = models.BigIntegerField(help_text="the first key in the block")
    n = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index", "key_lo"], name="block_once_per_first_key")
        ]
        indexes = [models.Index(fields=["index", "key_lo", "n"], name="block_directory")]


class ExposureRun(models.Model):
    """One comparison of a footprint with everyone's last known location, kept so that it can be repeated."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="exposure_runs")
    at = models.DateTimeField()
    by = models.CharField(max_length=64, help_text="audit key of who did it")
    source = models.CharField(max_length=200, help_text="the alert or file the footprint is from")
    bands = models.JSONField(help_text="level, label, geometry and circles; mildest first")
    problems = models.JSONField(default=list, help_text="what of the alert is not in the footprint")
    near_km = models.FloatField()
    too_old_days = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["crisis", "-at"], name="runs_of_crisis")]


class ExposureCount(models.Model):
    """How many people of one organisation a run found, by answer and band."""

    run = models.ForeignKey(ExposureRun, on_delete=models.CASCADE, related_name="counts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    band = models.CharField(max_length=24, blank=True)
    people = models.PositiveIntegerField()
    expected = models.FloatField(help_text="sum of the probabilities of being inside")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "organisation", "answer", "band"], name="count_once_per_answer"
            )
        ]


class MigrantStock(models.Model):
    """How many people of a nationality live in a country, as some source says; entered by one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=3, help_text="where they live, ISO 3166-1 alpha-3")
    nationality = models.CharField(max_length=3, help_text="ISO 3166-1 alpha-3")
    people = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "country", "nationality"], name="stock_once_per_nationality"
            )
        ]


class UnlistedEstimate(models.Model):
    """How many people of a nationality are likely exposed and on no list, with the reasons."""

    run = models.ForeignKey(ExposureRun, on_delete=models.CASCADE, related_name="unlisted")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=3)
    nationality = models.CharField(max_length=3)
    low = models.PositiveIntegerField()
    best = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    listed = models.PositiveIntegerField(help_text="exposed people on our list")
    method = models.CharField(max_length=16, choices=Method.choices)
    source = models.CharField(max_length=240, help_text="of the stock")
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "organisation", "country", "nationality"],
                name="estimate_once_per_nationality",
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("best")) & Q(best__lte=F("high")),
                name="estimate_lies_between_low_and_high",
            ),
        ]
