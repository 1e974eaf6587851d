"""Facts about exercises. What is true of the people in them is known here only, and read by the score alone."""

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.models import Person
from sojourn.procedures.exercise.behaviour.shape import Means, Way
from sojourn.procedures.exercise.terms import Step


class Exercise(models.Model):
    """One scenario, played once. One at a time, so that a telephone number belongs to one world."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scenario = models.CharField(max_length=40)
    seed = models.IntegerField()
    people = models.PositiveIntegerField(help_text="how many were asked for")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisations = models.ManyToManyField(Organisation, related_name="+")
    users = models.ManyToManyField(User, related_name="+", help_text="made for the exercise")
    crisis = models.OneToOneField(
        Crisis, on_delete=models.PROTECT, null=True, related_name="exercise"
    )
    speed = models.FloatField(default=60.0, help_text="of the clock, once all is prepared")
    step = models.CharField(max_length=16, choices=Step.choices, default=Step.ORGANISATIONS)
    parts_done = models.PositiveIntegerField(default=0, help_text="of the step")
    messages_sent = models.PositiveSmallIntegerField(default=0)
    messages_asked = models.PositiveSmallIntegerField(
        default=0, help_text="after how many alerts everyone exposed was asked"
    )
    events = models.JSONField(default=list, help_text="keys of the alert's event")
    heard_through = models.PositiveBigIntegerField(
        default=0, help_text="last message of the gateway that was seen"
    )
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(help_text="in the real world")
    ended_at = models.DateTimeField(null=True, help_text="it is being taken away since")
    is_only_one = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_only_one=True), name="one_exercise_at_a_time")
        ]

    def __str__(self) -> str:
        return self.scenario

    @property
    def is_prepared(self) -> bool:
        """Return whether its clock can run."""
        return self.step == Step.READY


class StandIn(models.Model):
    """A person of an exercise: what is true of them, and when a message first reached them."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="stand_ins")
    needs = models.JSONField(default=list, help_text="kinds; empty: in truth safe")
    answers = models.JSONField(default=list, help_text="minutes after, way, words, meaning")
    heard_at = models.DateTimeField(null=True, help_text="in the exercise")


class PlannedAnswer(models.Model):
    """An answer that a stand-in gives at a moment of the exercise. `link` is the page they were sent."""

    id = models.BigAutoField(primary_key=True)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="planned")
    stand_in = models.ForeignKey(StandIn, on_delete=models.CASCADE, related_name="planned")
    phone = models.CharField(max_length=254)
    line = models.CharField(max_length=64, help_text="of the gateway that wrote to the phone")
    way = models.CharField(max_length=16, choices=[(way.value, way.value) for way in Way])
    means = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Means])
    words = models.CharField(max_length=300)
    link = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at__isnull=True) | Q(given_at__gte=F("due_at")),
                name="answer_is_not_given_before_it_is_due",
            )
        ]
        indexes = [
            models.Index(
                fields=["exercise", "due_at"],
                name="answers_due",
                condition=Q(given_at__isnull=True),
            )
        ]
