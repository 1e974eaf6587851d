"""Facts about jobs."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.jobs.terms import JobState


class Job(models.Model):
    """One call of a task, to be made later. Arguments are JSON: keys, never names or texts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.CharField(max_length=200, help_text="dotted path of the function")
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.READY)
    priority = models.SmallIntegerField(default=0, help_text="-100 to 100, highest goes first")
    run_after = models.DateTimeField()
    unique_key = models.CharField(max_length=120, blank=True, help_text="one open job for each")
    tries = models.PositiveSmallIntegerField(default=0)
    most_tries = models.PositiveSmallIntegerField(default=8)
    worker = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, help_text="kind of the last error")
    return_value = models.JSONField(null=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__gte=-100, priority__lte=100), name="job_priority_in_range"
            ),
            models.UniqueConstraint(
                fields=["unique_key"],
                name="job_open_once_per_key",
                condition=~Q(unique_key="") & Q(state__in=[JobState.READY, JobState.RUNNING]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "run_after"],
                name="jobs_waiting",
                condition=Q(state=JobState.READY),
            ),
            models.Index(
                fields=["lease_until"], name="jobs_running", condition=Q(state=JobState.RUNNING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"
