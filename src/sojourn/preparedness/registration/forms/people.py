"""Forms of the register: search and narrow it, a person, where they are, who looks after them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sojourn.exchange.phone import NotAPhoneNumber, read_phone
from sojourn.exchange.sentences import say
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.people.operations import PersonFacts
from sojourn.foundation.people.terms import DocumentKind, Occupation, Sex
from sojourn.foundation.sentences import in_words
from sojourn.preparedness.registration.forms.countries import country_choices
from sojourn.preparedness.registration.terms import PlaceState


class Narrow(forms.Form):
    """What the register is searched for and narrowed to."""

    q = forms.CharField(
        label=_("Name, telephone or document number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    occupation = forms.ChoiceField(
        label=_("Occupation"), required=False, choices=[("", "—"), *Occupation.choices]
    )
    office = forms.ModelChoiceField(
        label=_("Post"), queryset=Office.objects.none(), required=False, empty_label="—"
    )
    place = forms.ChoiceField(
        label=_("Place told in words"),
        required=False,
        choices=[("", "—"), *PlaceState.choices],
    )
    reach = forms.ChoiceField(
        label=_("Can be reached"),
        required=False,
        choices=[("", "—"), ("yes", _("Yes")), ("no", _("No telephone or e-mail"))],
    )

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office, nationality = self.fields["office"], self.fields["nationality"]
        if isinstance(office, forms.ModelChoiceField):
            office.queryset = offices
        if isinstance(nationality, forms.ChoiceField):
            nationality.choices = country_choices()


class PersonForm(forms.Form):
    """What is known of a person. A name, or a description where none is known, is all that is asked."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("As the person writes it, in any script."),
    )
    description = forms.CharField(
        label=_("Description, when no name is known"), max_length=300, required=False
    )
    other_names = forms.CharField(
        label=_("Other names or spellings"),
        required=False,
        help_text=_("One on each line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    second_nationality = forms.ChoiceField(label=_("Second nationality"), required=False)
    language = forms.ChoiceField(
        label=_("Preferred language"), required=False, choices=[("", "—"), *settings.LANGUAGES]
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=Sex.choices)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, min_value=1900, max_value=2100
    )
    occupation = forms.ChoiceField(
        label=_("Occupation"), required=False, choices=Occupation.choices
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = country_choices()
        for name in ("nationality", "second_nationality"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = countries

    def clean(self) -> dict[str, Any]:
        """Ask for something to call the person by."""
        cleaned = super().clean() or {}
        if not cleaned.get("name") and not cleaned.get("description"):
            raise ValidationError(
                _("A name to call by, or a description, is needed. Nothing else is.")
            )
        return cleaned

    def facts(self, languages: list[str]) -> PersonFacts:
        """Return the facts; the chosen language comes before those known already."""
        data = self.cleaned_data
        preferred = [data["language"]] if data["language"] else []
        return PersonFacts(
            name=data["name"],
            description=data["description"],
            other_names=[line.strip() for line in data["other_names"].splitlines() if line.strip()],
            nationality=data["nationality"],
            second_nationality=data["second_nationality"],
            languages=preferred + [code for code in languages if code not in preferred],
            sex=Sex(data["sex"] or Sex.UNKNOWN),
            birth_year=data["birth_year"],
            occupation=Occupation(data["occupation"] or Occupation.UNKNOWN),
        )


class NewPerson(PersonForm):
    """A new person, with one way to reach them."""

    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        help_text=_("With the country code, as in +977 984 123 4567."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        return _e164(self.cleaned_data["phone"])


class NewContact(forms.Form):
    """Another way to reach a person."""

    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        return _e164(self.cleaned_data["phone"])


class NewDocument(forms.Form):
    """A paper of a person. Its number is sealed as soon as it is saved."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    number = forms.CharField(label=_("Number"), max_length=60)
    country = forms.ChoiceField(label=_("Issued by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        if isinstance(country, forms.ChoiceField):
            country.choices = country_choices()


class NewPlace(forms.Form):
    """Where a person is, as somebody says now: in words, as a point, or both."""

    place = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=200,
        help_text=_("A town whose name is known is placed as a guess."),
    )
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False
    )
    accuracy_km = forms.FloatField(
        label=_("Accuracy in km"), min_value=0, max_value=2000, initial=5, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words or a whole point."""
        data = super().clean() or {}
        degrees = [data.get("latitude"), data.get("longitude")]
        if degrees.count(None) == 1 and not self.errors:
            raise ValidationError(in_words(say("half_position")))
        if None in degrees and not data.get("place") and not self.errors:
            raise ValidationError(_("Write the place in words or as coordinates."))
        return data


class LookAfter(forms.Form):
    """Which post looks after a person, and which warden the person named."""

    office = forms.ModelChoiceField(
        label=_("Post"), queryset=Office.objects.none(), required=False, empty_label="—"
    )
    warden = forms.ModelChoiceField(
        label=_("Warden whom the person named"),
        queryset=User.objects.none(),
        required=False,
        empty_label="—",
    )

    def __init__(
        self, *args: Any, offices: QuerySet[Office], wardens: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        office, warden = self.fields["office"], self.fields["warden"]
        if isinstance(office, forms.ModelChoiceField) and isinstance(
            warden, forms.ModelChoiceField
        ):
            office.queryset = offices
            warden.queryset = wardens


def _e164(text: str) -> str:
    if not text:
        return ""
    try:
        return read_phone(text).e164
    except NotAPhoneNumber as refusal:
        raise ValidationError(in_words(refusal.sentence)) from refusal
