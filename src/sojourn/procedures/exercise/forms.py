"""Forms of the exercise pages."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.procedures.exercise.rules import FEWEST_PEOPLE, MOST_PEOPLE, SPEEDS
from sojourn.procedures.exercise.scenarios.files import scenario, scenario_keys

SPEED_CHOICES = [(speed, f"{speed}×") for speed in SPEEDS]


class Play(forms.Form):
    """What to play: scenario, number of people, speed of the clock."""

    scenario = forms.ChoiceField(
        label=_("Scenario"),
        choices=lambda: [(key, scenario(key).title) for key in scenario_keys()],
        widget=forms.RadioSelect,
    )
    people = forms.IntegerField(
        label=_("How many people"),
        min_value=FEWEST_PEOPLE,
        max_value=MOST_PEOPLE,
        initial=5_000,
        help_text=_("With their families, in a dozen languages. Nobody among them is real."),
    )
    speed = forms.TypedChoiceField(
        label=_("Speed of the clock"),
        choices=SPEED_CHOICES,
        coerce=int,
        initial=60,
        help_text=_("60× shows an hour in a minute. It can be changed and paused at any time."),
    )
    seed = forms.IntegerField(
        label=_("Number of the draw"),
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("The same number makes the same people. Empty: a new draw."),
    )

    def clean_seed(self) -> int:
        """Return the number given, or a new one."""
        seed = self.cleaned_data.get("seed")
        return secrets.randbelow(1_000_000) if seed is None else int(seed)


class Speed(forms.Form):
    """How fast the clock runs; 0 is a pause."""

    speed = forms.TypedChoiceField(choices=[(0, "0"), *SPEED_CHOICES], coerce=int)
