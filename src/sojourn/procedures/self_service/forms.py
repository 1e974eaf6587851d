"""Forms of the person's page. Almost nothing is required; a wrong field never loses the others."""

from typing import Any

import babel
import pycountry
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sojourn.exchange.phone import NotAPhoneNumber, read_phone
from sojourn.exchange.roster_cells import NotRead, read_coordinates
from sojourn.methods.priority import Kind

NEEDS = [
    (Kind.MEDICAL.value, _("A doctor or medicine")),
    (Kind.PROTECTION.value, _("I am in danger, or somebody holds or hurts me")),
    (Kind.CHILD.value, _("A child is alone or needs help")),
    (Kind.FOOD_AND_WATER.value, _("Food or water")),
    (Kind.SHELTER.value, _("A place to stay")),
    (Kind.TRANSPORT.value, _("A way out, transport")),
    (Kind.DOCUMENTS.value, _("Passport or papers")),
    (Kind.INFORMATION.value, _("Information")),
    (Kind.ASYLUM.value, _("I am afraid to go back to my country")),
]


class Code(forms.Form):
    """A code that was handed out."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}
        ),
    )


class Say(forms.Form):
    """I need help: what for, and anything else. Nothing is required."""

    needs = forms.MultipleChoiceField(
        label=_("What do you need?"),
        required=False,
        choices=NEEDS,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("Anything you want to tell us"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Where(forms.Form):
    """Where the person is: in words, or as coordinates that a telephone shows."""

    place = forms.CharField(
        label=_("The place in words"),
        required=False,
        max_length=200,
        help_text=_("Street, building, village, or what you see around you."),
    )
    coordinates = forms.CharField(
        label=_("Coordinates from your telephone"),
        required=False,
        max_length=80,
        help_text=_("As in 27.7172, 85.3240."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_coordinates(self) -> tuple[float, float] | None:
        """Return (latitude, longitude)."""
        text = self.cleaned_data["coordinates"]
        if not text:
            return None
        try:
            return read_coordinates(text)
        except NotRead as refusal:
            raise ValidationError(
                _("These coordinates cannot be read. Write them as 27.7172, 85.3240.")
            ) from refusal

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("place") and not cleaned.get("coordinates"):
            raise ValidationError(_("Write the place in words or as coordinates."))
        return cleaned


class Company(forms.Form):
    """Who of the household is with the person and safe, and who else is there."""

    members = forms.MultipleChoiceField(
        label=_("They are with me and safe"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(
        label=_("Add someone who is with you: the name"), required=False, max_length=200
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = members


class Reply(forms.Form):
    """An answer, in the person's own words."""

    text = forms.CharField(
        label=_("Your message"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Correct(forms.Form):
    """What is kept of the person, as they say it is."""

    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, min_value=1900, max_value=2100
    )
    phone = forms.CharField(
        label=_("Another telephone, with the country code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )
    email = forms.EmailField(label=_("Another e-mail address"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nationality = self.fields["nationality"]
        if isinstance(nationality, forms.ChoiceField):
            language = (get_language() or "en").replace("-", "_")
            territories = babel.Locale.parse(language).territories
            named = [
                (found.alpha_3, str(territories.get(found.alpha_2, found.name)))
                for found in pycountry.countries
            ]
            nationality.choices = [("", "—"), *sorted(named, key=lambda pair: pair[1])]

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        try:
            return read_phone(text).e164
        except NotAPhoneNumber as refusal:
            raise ValidationError(
                _("This number cannot be read. Write it as in +977 984 123 4567.")
            ) from refusal
