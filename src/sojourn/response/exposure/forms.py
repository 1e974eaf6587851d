"""Forms of exposure: compare again, and enter migrant stocks."""

from typing import Any

import pycountry
from django import forms
from django.utils.translation import gettext_lazy as _


class Compare(forms.Form):
    """A footprint against everyone's last known location."""

    footprint = forms.FileField(
        label=_("Another footprint"),
        required=False,
        help_text=_(
            "CAP, GDACS, USGS, ShakeMap, IBTrACS or GeoJSON. Left out: the last one again."
        ),
    )
    near_km = forms.FloatField(
        label=_("Near means within … km"), min_value=0, max_value=2_000, initial=50
    )
    too_old_days = forms.FloatField(
        label=_("A position is too old after … days"), min_value=0, max_value=36_500, initial=180
    )

    def __init__(self, *args: Any, has_run: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["footprint"].required = not has_run


class Stock(forms.Form):
    """How many people of a nationality live in a country of the crisis; or a file that says so."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    nationality = forms.CharField(
        label=_("Nationality"),
        required=False,
        min_length=3,
        max_length=3,
        help_text=_("Three letters, such as PHL."),
    )
    people = forms.IntegerField(
        label=_("People who live there"), required=False, min_value=0, max_value=2_000_000_000
    )
    year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Such as UN DESA, a census, an embassy.")
    )
    table = forms.FileField(
        label=_("Or a table"),
        required=False,
        help_text=_("CSV with origin_iso3, dest_iso3 and people, or years as y2020."),
    )

    def __init__(self, *args: Any, countries: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, pycountry.countries.get(alpha_3=code)) for code in countries]
        choices = [(code, country.name if country else code) for code, country in named]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]  # the field is one of choices

    def clean_nationality(self) -> str:
        """Return the code in capitals."""
        code = str(self.cleaned_data["nationality"]).upper()
        if code and pycountry.countries.get(alpha_3=code) is None:
            raise forms.ValidationError(_("No country has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Ask for one figure or one table."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("table") and not self.errors:
            for name in ("country", "nationality", "people"):
                if cleaned.get(name) in (None, ""):
                    self.add_error(name, _("Needed when there is no table."))
        return cleaned
