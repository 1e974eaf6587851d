"""Facts about imported lists. What a list said stays as it was, sealed, beside what became of it."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people.models import Person, Whereabouts
from sojourn.foundation.people.terms import Source
from sojourn.preparedness.registration.terms import (
    FileState,
    ImportState,
    Judgement,
    MatchWhy,
    PlaceState,
    Plan,
)


class Import(models.Model):
    """One file of one source, as it was read. `headings` and `columns` say how."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="imports", help_text="whose people"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=120, help_text="who keeps the list")
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    read_as = models.JSONField(default=list, help_text="how the file was read: a sentence")
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="column → meaning")
    phone_country = models.CharField(max_length=2, blank=True)
    state = models.CharField(
        max_length=12, choices=ImportState.choices, default=ImportState.LOOKED_AT
    )
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0, help_text="read so far, then added so far")
    problems = models.JSONField(default=list, help_text="of the file as a whole: [line, sentence]")
    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "digest"],
                condition=Q(undone_at__isnull=True),
                name="file_once_per_source",
            )
        ]
        indexes = [models.Index(fields=["organisation", "-brought_at"], name="imports_newest")]

    def __str__(self) -> str:
        return self.source


class SourceRow(models.Model):
    """One row of a list. Its cells are sealed; `plan` is what the machine thinks, not what is done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells_sealed = models.BinaryField()
    problems = models.JSONField(default=list, help_text="[column, sentence]")
    has_problems = models.BooleanField(default=False)
    plan = models.CharField(max_length=8, choices=Plan.choices)
    match = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", help_text="who it may be"
    )
    match_why = models.CharField(max_length=120, choices=MatchWhy.choices, blank=True)
    likeness = models.FloatField(null=True)
    household = models.CharField(
        max_length=32, blank=True, help_text="digest of its name in the list"
    )
    repeats_line = models.PositiveIntegerField(null=True)
    judgement = models.CharField(max_length=10, choices=Judgement.choices, blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="source_rows"
    )
    is_new_person = models.BooleanField(default=False)
    added = models.JSONField(default=list, help_text="what was added to the person: [kind, key]")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "line"], name="line_once_per_import")
        ]
        indexes = [
            models.Index(fields=["record", "done_at", "line"], name="rows_to_be_done"),
            models.Index(fields=["record", "plan", "line"], name="rows_by_plan"),
            models.Index(
                fields=["record", "line"],
                name="rows_with_problems",
                condition=Q(has_problems=True),
            ),
        ]


class ColumnsSaid(models.Model):
    """What a person once said the columns of a source's lists mean, by their headings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=120)
    headings_digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict, help_text="column → meaning")
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "headings_digest"],
                name="columns_said_once_per_headings",
            )
        ]


class Delivery(models.Model):
    """Files of one source that were brought together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="deliveries"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=120, help_text="who keeps the lists")
    phone_country = models.CharField(max_length=2, blank=True)
    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-brought_at"], name="deliveries_newest")]

    def __str__(self) -> str:
        return self.source


class DeliveredFile(models.Model):
    """One file of a delivery, sealed until it is read; one that cannot be read is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    archive = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="files", help_text="it came in"
    )
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    size_bytes = models.PositiveIntegerField()
    content_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.WAITING)
    refusal = models.JSONField(default=list, help_text="why it cannot be read: a sentence")
    record = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, related_name="delivered"
    )
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "digest", "name"], name="file_once_per_delivery"
            )
        ]


class PlaceTold(models.Model):
    """A place that was told in words alone, and the guess that was made of it, if one was."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places_told")
    words = models.CharField(max_length=200)
    source = models.CharField(max_length=12, choices=Source.choices, help_text="who told it")
    told_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=PlaceState.choices)
    candidates = models.JSONField(
        default=list, help_text="[name, region, country, latitude, longitude, accuracy in km]"
    )
    whereabouts = models.ForeignKey(
        Whereabouts, on_delete=models.SET_NULL, null=True, related_name="+", help_text="the guess"
    )
    record = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, related_name="places_told"
    )
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-told_at"], name="places_told_newest"),
            models.Index(fields=["state", "person"], name="places_told_by_state"),
            models.Index(fields=["record", "state"], name="places_told_by_list"),
        ]
