"""Forms of imports and of the register."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import babel
import pycountry
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sojourn.exchange.phone import NotAPhoneNumber, read_phone
from sojourn.exchange.roster_headers import Field
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.people.operations import PersonFacts
from sojourn.foundation.people.terms import DocumentKind, Occupation, Sex
from sojourn.foundation.sentences import in_words
from sojourn.preparedness.registration.models import Import

LARGEST_MB: Final = 20
LARGEST_ARCHIVE_MB: Final = 50
LARGEST_TOGETHER_MB: Final = 100
MOST_FILES: Final = 100
READ_AT_ONCE_MB: Final = 1

MEANINGS: Final = {
    Field.NAME: _("Name"),
    Field.GIVEN_NAME: _("Given name"),
    Field.MIDDLE_NAME: _("Middle or father's name"),
    Field.FAMILY_NAME: _("Family name"),
    Field.OTHER_NAMES: _("Other names"),
    Field.NATIONALITY: _("Nationality"),
    Field.SEX: _("Sex"),
    Field.BIRTH: _("Date or year of birth"),
    Field.AGE: _("Age"),
    Field.OCCUPATION: _("Occupation"),
    Field.LANGUAGE: _("Language"),
    Field.PHONE: _("Telephone"),
    Field.EMAIL: _("E-mail"),
    Field.PASSPORT: _("Passport number"),
    Field.NATIONAL_ID: _("Identity card number"),
    Field.HOUSEHOLD: _("Household"),
    Field.PLACE: _("Place or address"),
    Field.COUNTRY: _("Country of stay"),
    Field.LATITUDE: _("Latitude"),
    Field.LONGITUDE: _("Longitude"),
    Field.COORDINATES: _("Latitude and longitude"),
    Field.ACCURACY_KM: _("Accuracy in km"),
    Field.OBSERVED_AT: _("Date of the position"),
}


def country_choices(*, is_alpha_2: bool = False) -> list[tuple[str, str]]:
    """Return codes and names of countries in the language of the page, by name, after an empty one."""
    territories = babel.Locale.parse((get_language() or "en").replace("-", "_")).territories
    named = [
        (
            country.alpha_2 if is_alpha_2 else country.alpha_3,
            str(territories.get(country.alpha_2, country.name)),
        )
        for country in pycountry.countries
    ]
    return [("", "—"), *sorted(named, key=lambda pair: pair[1])]


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files in one field, bounded in number and size. What is in them is looked at later."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        files = [single(one, initial) for one in (data if isinstance(data, list) else [data])]
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("At most %(most)d files at once. More of them fit into a ZIP archive.")
                % {"most": MOST_FILES}
            )
        for file in files:
            is_archive = file.name.lower().endswith(".zip")
            most_mb = LARGEST_ARCHIVE_MB if is_archive else LARGEST_MB
            if file.size > most_mb * 1_000_000:
                raise ValidationError(
                    _("%(file)s is larger than %(most)d MB.") % {"file": file.name, "most": most_mb}
                )
        if sum(file.size for file in files) > LARGEST_TOGETHER_MB * 1_000_000:
            raise ValidationError(
                _("Together the files are larger than %(most)d MB. Bring them in two parts.")
                % {"most": LARGEST_TOGETHER_MB}
            )
        return files


class BringList(forms.Form):
    """One file or many, who keeps them, and what they leave unsaid."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    file = _FilesField(
        label=_("The lists"),
        help_text=_(
            "One file or many at once: XLSX, XLS, ODS or CSV, up to 20 MB each, or a ZIP of them. "
            "Any columns, any language; a name is enough."
        ),
        widget=_SeveralFiles(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt,.zip"}),
    )
    source = forms.CharField(
        label=_("Who keeps these lists"),
        max_length=120,
        help_text=_("The employer, university, agency or post, as you call it."),
    )
    phone_country = forms.ChoiceField(
        label=_("Country of telephone numbers without a country code"), required=False
    )
    office = forms.ModelChoiceField(
        label=_("Post that looks after these people"),
        queryset=Office.objects.none(),
        required=False,
        empty_label="—",
    )

    def __init__(
        self, *args: Any, offices: QuerySet[Office], must_choose: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        office, country = self.fields["office"], self.fields["phone_country"]
        if isinstance(office, forms.ModelChoiceField) and isinstance(country, forms.ChoiceField):
            office.queryset = offices
            office.required = must_choose
            country.choices = country_choices(is_alpha_2=True)

    def clean_key(self) -> UUID:
        """Return the key that makes the same page, sent twice, one delivery."""
        return self.cleaned_data["key"] or uuid4()

    @property
    def lists(self) -> "Sequence[UploadedFile[Any]]":
        """Return the files, in the order given."""
        given: Sequence[UploadedFile[Any]] = self.cleaned_data["file"]
        return given

    @property
    def is_one_short_list(self) -> bool:
        """Say whether there is one file only, short enough to be looked at while its bringer waits."""
        only = self.lists[0]
        name = only.name or ""
        return (
            len(self.lists) == 1
            and (only.size or 0) <= READ_AT_ONCE_MB * 1_000_000
            and not name.lower().endswith(".zip")
        )


class MapColumns(forms.Form):
    """What each column of one list means."""

    phone_country = forms.ChoiceField(
        label=_("Country of telephone numbers without a country code"), required=False
    )

    def __init__(self, *args: Any, record: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["phone_country"]
        if isinstance(country, forms.ChoiceField):
            country.choices = country_choices(is_alpha_2=True)
        country.initial = record.phone_country
        choices = [
            ("", _("Left aside")),
            *((field.value, words) for field, words in MEANINGS.items()),
        ]
        for column, heading in enumerate(record.headings):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=record.columns.get(str(column), ""),
            )

    @property
    def columns(self) -> dict[int, Field]:
        """Return what the columns were said to mean."""
        return {
            int(name.removeprefix("column_")): Field(meaning)
            for name, meaning in self.cleaned_data.items()
            if name.startswith("column_") and meaning
        }


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
    """Where a person is, as somebody says now."""

    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    accuracy_km = forms.FloatField(
        label=_("Accuracy in km"), min_value=0, max_value=2000, initial=5
    )
    place = forms.CharField(label=_("In words"), required=False, max_length=200)


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
