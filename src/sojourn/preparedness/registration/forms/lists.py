"""Forms of lists: bring one or many, say what their columns mean."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sojourn.exchange.roster_headers import Field
from sojourn.foundation.organisations.models import Office
from sojourn.preparedness.registration.forms.countries import country_choices
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
