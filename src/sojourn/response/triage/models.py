"""Facts of triage. What people said and what officers noted is sealed: `<table>.<column>` of its own row."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.caseload.models import Case
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.response.triage.terms import (
    ClosingReason,
    EscalationLevel,
    NeedKind,
    NeedSeverity,
    Source,
)


class Entry(models.Model):
    """A case that is, or was, in the queue. Priority and clock stand on the case itself."""

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="triage", primary_key=True
    )
    since_at = models.DateTimeField(help_text="waits since")
    acted_at = models.DateTimeField(null=True, help_text="somebody called, referred or helped")
    escalation = models.PositiveSmallIntegerField(
        choices=EscalationLevel.choices, default=EscalationLevel.NONE
    )
    is_off_return_path = models.BooleanField(
        default=False, help_text="asylum or statelessness: not on the path of return"
    )
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=12, choices=ClosingReason.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["since_at"], name="triage_by_wait", condition=Q(closed_at__isnull=True)
            )
        ]


class Report(models.Model):
    """One time somebody told us something: a reply, a call, a walk-in. The text is kept whole and sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(max_length=8, choices=Source.choices)
    said_by = models.CharField(max_length=64, help_text="audit key")
    said_at = models.DateTimeField()
    digest = models.BinaryField(max_length=16, help_text="blind index of the text")
    text_sealed = models.BinaryField(null=True)
    suggestions = models.JSONField(default=list, help_text="kind, word, language")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "source", "said_by", "said_at", "digest"],
                name="report_once_per_telling",
            )
        ]
        indexes = [
            models.Index(
                fields=["case"], name="reports_to_read", condition=Q(confirmed_at__isnull=True)
            )
        ]


class Need(models.Model):
    """One need of one person, as it was said. Met, not deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="needs")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=16, choices=NeedKind.choices)
    severity = models.CharField(max_length=12, choices=NeedSeverity.choices)
    signs = models.JSONField(default=list, help_text="circumstances said with it")
    said_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    met_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="need_once_per_report")
        ]
        indexes = [
            models.Index(fields=["case"], name="needs_open", condition=Q(met_at__isnull=True))
        ]


class Assessment(models.Model):
    """What a version of the rules said of a case at a moment. Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    rules_version = models.CharField(max_length=12)
    rules_priority = models.PositiveSmallIntegerField(help_text="what the rules say")
    priority = models.PositiveSmallIntegerField(help_text="what holds: an officer may overrule")
    due_min = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    reasons = models.JSONField(help_text="rule, priority and words, gravest first")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=[]), name="assessment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=4), name="priority_is_one_to_four"
            ),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="assessments_newest")]


class Override(models.Model):
    """An officer said otherwise than the rules, and why. In force until it is ended or more is said."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="overrides")
    priority = models.PositiveSmallIntegerField()
    was_priority = models.PositiveSmallIntegerField()
    reason_sealed = models.BinaryField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_at__isnull=True),
                name="one_override_in_force_per_case",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=4), name="override_is_one_to_four"
            ),
        ]


class Escalation(models.Model):
    """A clock ran out and somebody higher was told. Appended only; once a clock and level."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    level = models.PositiveSmallIntegerField(choices=EscalationLevel.choices)
    due_at = models.DateTimeField(help_text="the clock that ran out")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "level", "due_at"], name="escalation_once_per_clock_and_level"
            )
        ]


class TriageTask(models.Model):
    """Something to do for a case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    words_sealed = models.BinaryField()
    assigned_to = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="triage_tasks"
    )
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)


class Note(models.Model):
    """What an officer wrote down. Read only by the organisation of the writer; in no export."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text_sealed = models.BinaryField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
