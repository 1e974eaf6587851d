"""What a reader asks of a report."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sojourn.reporting.situation.terms import Edition


class Ask(forms.Form):
    """As of when, and for whom. Without a moment: as of now, to the minute."""

    as_of = forms.DateTimeField(
        label=_("As of"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    edition = forms.ChoiceField(label=_("Edition"), required=False, choices=Edition.choices)

    def __init__(self, data: Any, *, zone: str, now: datetime, may_be_internal: bool) -> None:
        """Take the moment in the time of the place; offer the internal edition to whom it is open."""
        super().__init__(data)
        self.zone, self.now = ZoneInfo(zone), now
        self.fields["as_of"].help_text = _("In the time of the place: %(zone)s") % {"zone": zone}
        if not may_be_internal:
            self.fields["edition"].choices = [(Edition.SHARED.value, Edition.SHARED.label)]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_as_of(self) -> datetime:
        """Return an aware moment to the second, not in the future."""
        given: datetime | None = self.cleaned_data["as_of"]
        if given is None:
            return self.now.replace(second=0, microsecond=0)
        # Django reads a moment without an offset in the current zone, which the view sets to the place's.
        if given > self.now:
            raise forms.ValidationError(gettext("That moment has not come yet."))
        return given

    def clean_edition(self) -> Edition:
        """Return the edition; the one to share when none is asked for."""
        return Edition(self.cleaned_data["edition"] or Edition.SHARED)
