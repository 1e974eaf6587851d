"""What users read, counted as the audit trail grows. All of it follows from the trail and can be made anew."""

from django.db import models


class Counted(models.Model):
    """One thing that a user read or was refused, once an hour. Kept for two days."""

    id = models.BigAutoField(primary_key=True)
    user = models.CharField(max_length=64, help_text="audit key")
    counts = models.CharField(max_length=10, help_text="opened, listed, taken, refused")
    key = models.UUIDField(help_text="of the person, the file's event, or what was refused")
    number = models.PositiveIntegerField(default=1, help_text="people in a file")
    hour = models.DateTimeField()
    at = models.DateTimeField()
    is_night = models.BooleanField(default=False)
    is_elsewhere = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "hour", "counts", "key"], name="counted_once_an_hour"
            )
        ]
        indexes = [
            models.Index(fields=["user", "counts", "at"], name="counted_by_user"),
            models.Index(fields=["at"], name="counted_by_age"),
        ]


class Hour(models.Model):
    """How much a user read within one hour, of people of one country: the history to compare with."""

    id = models.BigAutoField(primary_key=True)
    user = models.CharField(max_length=64, help_text="audit key")
    counts = models.CharField(max_length=10)
    hour = models.DateTimeField()
    country = models.CharField(max_length=3, help_text="ISO 3166-1 alpha-3, or empty")
    is_night = models.BooleanField(default=False)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "hour", "counts", "country", "is_night"],
                name="hour_once_for_each_country",
            )
        ]
        indexes = [models.Index(fields=["hour"], name="hours_by_age")]


class Watch(models.Model):
    """How far the audit trail was watched: the number of the last seal."""

    name = models.CharField(max_length=16, primary_key=True)
    number = models.BigIntegerField()
