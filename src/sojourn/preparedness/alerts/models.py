"""Facts about feeds, events, alerts and footprints."""

import io
from typing import Any

import numpy as np
from django.db import models
from django.db.models import Q

from sojourn.exchange.alerts.shape import Grid
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User
from sojourn.preparedness.alerts.terms import FootprintSource, Severity, Signature


class Feed(models.Model):
    """An address that is asked for alerts again and again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500, unique=True)
    interval_min = models.PositiveIntegerField(default=5)
    certificates = models.TextField(blank=True, help_text="trusted for signatures, PEM")
    is_paused = models.BooleanField(default=False)
    etag = models.CharField(max_length=400, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    next_ask_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=400, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_min__gte=1), name="feed_asked_at_most_each_minute"
            )
        ]
        indexes = [models.Index(fields=["is_paused", "next_ask_at"], name="feeds_due")]

    def __str__(self) -> str:
        return self.name


class Original(models.Model):
    """The bytes of a file or an answer, as they came, once each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the bytes")
    packed = models.BinaryField(help_text="zlib")
    feed = models.ForeignKey(Feed, on_delete=models.SET_NULL, null=True, related_name="originals")
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """What several messages are about. It keeps its key while its level changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True)
    first_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class EventName(models.Model):
    """Another name of an event: networks report one earthquake under several ids."""

    name = models.CharField(primary_key=True, max_length=200)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="names")

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """One message in one version, whole, in the shape all readers give. Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="alerts")
    feed = models.ForeignKey(Feed, on_delete=models.SET_NULL, null=True, related_name="alerts")
    original = models.ForeignKey(
        Original, on_delete=models.PROTECT, null=True, related_name="alerts"
    )
    format = models.CharField(max_length=60)
    sender = models.CharField(max_length=300, blank=True)
    identifier = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, help_text="of what the message says")
    status = models.CharField(max_length=40, blank=True)
    message_type = models.CharField(max_length=40, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    signature = models.CharField(max_length=20, choices=Signature.choices)
    content = models.JSONField(help_text="the alert as DESIGN section 7 has it")
    grid = models.BinaryField(null=True, help_text="intensities as a raster, npz")
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )
    recalled_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="recalls"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "identifier", "digest"], name="alert_once_per_version"
            )
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="alerts_newest"),
            models.Index(fields=["identifier"], name="alerts_by_identifier"),
        ]

    def __str__(self) -> str:
        return self.identifier


class Placement(models.Model):
    """Where an officer says an area lies that the source named but did not place. The newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="placements")
    description = models.CharField(max_length=500)
    geometry = models.JSONField(help_text="GeoJSON, WGS 84")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.description


class Footprint(models.Model):
    """Where an event is, in one version. `content` has the shape of an alert: bands, or infos with areas."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="footprints")
    version = models.PositiveIntegerField()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="footprints")
    source = models.CharField(max_length=8, choices=FootprintSource.choices)
    content = models.JSONField()
    packed_grid = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "version"], name="footprint_version_once"),
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(superseded_by__isnull=True),
                name="one_present_footprint_per_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} v{self.version}"

    @property
    def grid(self) -> Grid | None:
        """Return the raster of intensities for direct look-up, where the source gave one."""
        return None if self.packed_grid is None else unpacked(bytes(self.packed_grid))


class Following(models.Model):
    """A crisis that keeps up with an event. `applied` is the footprint its cases were found with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="followings")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="followings")
    applied = models.ForeignKey(Footprint, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "event"], name="event_followed_once_per_crisis"
            )
        ]

    def __str__(self) -> str:
        return f"{self.crisis_id} follows {self.event_id}"


def packed(grid: Grid) -> bytes:
    """Return a raster as compressed bytes."""
    stream = io.BytesIO()
    corner: Any = np.array([grid.lon0, grid.lat0, grid.dlon, grid.dlat])
    np.savez_compressed(stream, corner=corner, values=grid.values)
    return stream.getvalue()


def unpacked(data: bytes) -> Grid:
    """Return the raster of `packed`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        lon0, lat0, dlon, dlat = (float(number) for number in arrays["corner"])
        return Grid(lon0, lat0, dlon, dlat, arrays["values"])
