"""The form that starts a crisis."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.exchange import gazetteer
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.foundation.organisations.models import Organisation


class Start(forms.Form):
    """What a crisis is. Everything is filled in from the alert and may be changed."""

    name = forms.CharField(label=_("Name of the crisis"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=CrisisKind.choices)
    countries = forms.CharField(
        label=_("Countries"),
        required=False,
        help_text=_("Names or codes, with a comma between them."),
    )
    alert_level = forms.ChoiceField(label=_("Advice to people"), choices=AlertLevel.choices)
    near_km = forms.FloatField(
        label=_("Also those within … km"), min_value=0, max_value=1000, initial=50
    )
    participants = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisations that take part, each for its own people"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_exercise = forms.BooleanField(label=_("This is an exercise"), required=False)

    def __init__(
        self, *args: Any, others: Any, must_be_exercise: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants"].queryset = others  # type: ignore[attr-defined]  # it is one of models
        if not others.exists():
            del self.fields["participants"]
        if must_be_exercise:
            self.fields["is_exercise"].initial = True
            self.fields["is_exercise"].disabled = True

    def clean_countries(self) -> Sequence[str]:
        """Return alpha-3 codes; a name that is not known is refused, never dropped."""
        codes = []
        for text in self.cleaned_data["countries"].split(","):
            if not text.strip():
                continue
            code = gazetteer.country_code(text)
            if code is None:
                words = _("“%(text)s” is no name or code of a country.")
                raise forms.ValidationError(words, params={"text": text.strip()[:60]})
            codes.append(code)
        return list(dict.fromkeys(codes))
