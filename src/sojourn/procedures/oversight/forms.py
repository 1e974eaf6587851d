"""What the data-protection officer looks for in the audit trail."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.organisations.models import User


class Search(forms.Form):
    """A person by key, a user, a period; each may be left out."""

    person = forms.CharField(
        label=_("Key of the record"),
        required=False,
        max_length=60,
        help_text=_("As notices show it: the person can tell you theirs, too."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    user = forms.ModelChoiceField(label=_("User"), queryset=User.objects.none(), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = users

    def clean_person(self) -> UUID | None:
        """Take the key with or without `person:` before it."""
        text: str = self.cleaned_data["person"].strip().removeprefix("person:")
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError as error:
            raise ValidationError(_("This is not a key: 32 digits and letters a to f.")) from error

    @property
    def begins_at(self) -> datetime | None:
        """Return when the period begins (UTC)."""
        day = self.cleaned_data.get("since")
        return datetime.combine(day, time(), tzinfo=UTC) if day else None

    @property
    def ends_at(self) -> datetime | None:
        """Return when the period ends (UTC)."""
        day = self.cleaned_data.get("until")
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None
