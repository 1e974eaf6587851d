"""Forms of alerts: files to read, an area to choose or draw, a feed."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sojourn.preparedness.alerts.queries import AreaShown

MOST_FILES: Final = 50


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files in one field; each is checked by itself later."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        if not isinstance(data, list | tuple):
            data = [data]
        if len(data) > MOST_FILES:
            raise forms.ValidationError(_("At most 50 files at once, please."))
        return [single(one, initial) for one in data]


class Files(forms.Form):
    """Files that hold alerts, of any supported format."""

    chosen = _FilesField(
        label=_("Alert files"),
        help_text=_(
            "CAP, GDACS, USGS, ShakeMap, IBTrACS or GeoJSON; several at once. Each is read by itself."
        ),
    )

    @property
    def given(self) -> "Sequence[UploadedFile[Any]]":
        """Return the files, in the order given."""
        chosen: Sequence[UploadedFile[Any]] = self.cleaned_data["chosen"]
        return chosen


class Area(forms.Form):
    """Which areas are the footprint, and one drawn by hand."""

    areas = forms.MultipleChoiceField(
        label=_("Areas of the message that count"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    drawn_for = forms.ChoiceField(label=_("What the drawing is"), required=False)
    drawing = forms.CharField(
        label=_("Drawing"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "dir": "ltr"}),
        help_text=_(
            "Click corners on the map, or write one “latitude, longitude” a line, or paste GeoJSON."
        ),
    )

    def __init__(
        self, *args: Any, areas: Sequence[AreaShown], has_grades: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        placed = [(str(one.number), one.description or "–") for one in areas if one.is_placed]
        self.fields["areas"].choices = placed  # type: ignore[attr-defined]  # the field is one of choices
        meant = [str(one.number) for one in areas if one.is_meant]
        self.fields["areas"].initial = [] if has_grades else meant
        if not placed:
            del self.fields["areas"]
        waiting = [(one.description, one.description) for one in areas if not one.is_placed]
        waiting = [(value, label) for value, label in waiting if value]
        choices = [*waiting, ("", _("An area of its own"))]
        self.fields["drawn_for"].choices = choices  # type: ignore[attr-defined]  # see above
        if not waiting:
            del self.fields["drawn_for"]

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of the areas chosen."""
        return [int(number) for number in self.cleaned_data.get("areas", ())]

    @property
    def description(self) -> str:
        """Return which unplaced area the drawing is; "" for one of its own."""
        return str(self.cleaned_data.get("drawn_for", ""))


class NewFeed(forms.Form):
    """A feed to ask."""

    name = forms.CharField(label=_("Name"), max_length=120)
    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", widget=forms.URLInput
    )
    interval_min = forms.IntegerField(
        label=_("Ask every … minutes"), min_value=1, max_value=1440, initial=5
    )
    certificates = forms.CharField(
        label=_("Certificates trusted for signatures"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "dir": "ltr"}),
        help_text=_("PEM text. Without it no signature in this feed can be valid."),
    )


class Certificates(forms.Form):
    """Whose signatures are believed in a feed."""

    certificates = NewFeed.base_fields["certificates"]
