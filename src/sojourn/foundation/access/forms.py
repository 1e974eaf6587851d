"""Forms with which an administrator manages users, roles and offices."""

from datetime import UTC, datetime, time
from typing import Any

import babel
import pycountry
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access.operations import AgreementFacts
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import FieldGroup, Purpose
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.organisations.terms import OfficeKind, Role


class GiveRole(forms.Form):
    """A role in an organisation, for a time, in one office or in all."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none()
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    office = forms.ModelChoiceField(
        label=_("Office"),
        queryset=Office.objects.none(),
        required=False,
        empty_label=_("All offices"),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until it is ended."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation],
        offices: QuerySet[Office],
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        for name, choices in (("organisation", organisations), ("office", offices)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices
        self.fields["organisation"].initial = organisations.first()

    def clean(self) -> dict[str, Any]:
        """A post officer has a post, and an office belongs to the organisation."""
        cleaned = super().clean() or {}
        office = cleaned.get("office")
        if cleaned.get("role") == Role.POST_OFFICER and office is None:
            self.add_error("office", _("A post officer needs a post."))
        if office and office.organisation_id != getattr(cleaned.get("organisation"), "pk", None):
            self.add_error("office", _("This office belongs to another organisation."))
        return cleaned

    def clean_expires_on(self) -> Any:
        """Refuse a day that has passed."""
        day = self.cleaned_data["expires_on"]
        if day and day < self.at.date():
            raise ValidationError(_("This day has passed."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """Return the end of the last day."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time(23, 59, 59), tzinfo=UTC) if day else None


class AddColleague(GiveRole):
    """A new user with a first role. Their first password is made for them and shown once."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    display_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ["display_name", "username", "email", "language"]

    def clean_username(self) -> str:
        """Refuse a name that is taken, whatever its capitals."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is taken."))
        return username


class CorrectUser(forms.Form):
    """How a user is called, reached and spoken to."""

    display_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OpenOffice(forms.Form):
    """A post or field office and where it stands."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none()
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=OfficeKind.choices)
    country = forms.ChoiceField(label=_("Country where it stands"))
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation, country = self.fields["organisation"], self.fields["country"]
        if isinstance(organisation, forms.ModelChoiceField):
            organisation.queryset = organisations
            organisation.initial = organisations.first()
        if isinstance(country, forms.ChoiceField):
            country.choices = [("", "—"), *named_countries()]

    def clean(self) -> dict[str, Any]:
        """Refuse half a position."""
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            raise ValidationError(_("A position needs both latitude and longitude."))
        return cleaned


class DraftAgreement(forms.Form):
    """What two organisations mean to agree."""

    giver = forms.ModelChoiceField(label=_("Shares"), queryset=Organisation.objects.none())
    receiver = forms.ModelChoiceField(label=_("With whom"), queryset=Organisation.objects.none())
    purpose = forms.ChoiceField(label=_("For what"), choices=[])
    fields_shared = forms.MultipleChoiceField(
        label=_("Which facts"),
        choices=FieldGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As few as the partner needs."),
    )
    countries = forms.MultipleChoiceField(
        label=_("In which countries"), required=False, help_text=_("None chosen: everywhere.")
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until it is ended."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reference = forms.CharField(
        label=_("Reference of the signed paper"), required=False, max_length=200
    )

    def __init__(
        self,
        *args: Any,
        givers: QuerySet[Organisation],
        receivers: QuerySet[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("giver", givers), ("receiver", receivers)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices
        self.fields["giver"].initial = givers.first()
        for name, options in (("purpose", _purposes()), ("countries", named_countries())):
            choice = self.fields[name]
            if isinstance(choice, forms.ChoiceField):
                choice.choices = options

    @property
    def facts(self) -> AgreementFacts:
        """Return what was written down, days as the moments at which they begin and end."""
        data = self.cleaned_data
        ends = data["ends_on"]
        return AgreementFacts(
            giver=data["giver"],
            receiver=data["receiver"],
            purpose=Purpose(data["purpose"]),
            fields=[FieldGroup(one) for one in data["fields_shared"]],
            countries=data["countries"],
            starts_at=datetime.combine(data["starts_on"], time(), tzinfo=UTC),
            ends_at=datetime.combine(ends, time(23, 59, 59), tzinfo=UTC) if ends else None,
            reference=data["reference"],
        )


class SignAgreement(forms.Form):
    """Who signs, for one of the two."""

    signatory = forms.CharField(label=_("Name and function of who signs"), max_length=200)


def _purposes() -> list[tuple[str, str]]:
    """The purposes for which records are opened at all."""
    return [
        (rule.purpose.value, str(rule.purpose.label))
        for rule in purpose_rules().values()
        if rule.fields
    ]


def named_countries() -> list[tuple[str, str]]:
    """Return alpha-3 codes with the names of countries in the language of the page, by name."""
    territories = babel.Locale.parse((get_language() or "en").replace("-", "_")).territories
    named = [
        (found.alpha_3, str(territories.get(found.alpha_2, found.name)))
        for found in pycountry.countries
    ]
    return sorted(named, key=lambda pair: pair[1])
