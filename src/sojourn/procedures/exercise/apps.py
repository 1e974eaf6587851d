"""Django's handle on the app."""

from django.apps import AppConfig


class ExerciseConfig(AppConfig):
    """Exercises: scenarios, synthetic people, their answers, the clock."""

    name = "sojourn.procedures.exercise"
    label = "exercise"
