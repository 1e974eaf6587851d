"""Forms on who may see one person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access.terms import ConsentWay
from sojourn.foundation.organisations.models import Office, Organisation, User


class Yes(forms.Form):
    """Who said yes, and how."""

    way = forms.ChoiceField(label=_("Who said yes"), choices=ConsentWay.choices)
    given_by = forms.CharField(
        label=_("Name of who said it for the person, or why nobody could be asked"),
        required=False,
        max_length=300,
    )


class WithholdFrom(forms.Form):
    """One party that must not see the record."""

    party = forms.ChoiceField(label=_("Who must not see it"))
    reason = forms.CharField(label=_("Why (need not be said)"), required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        offices: Sequence[Office],
        users: Sequence[User] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties: dict[str, Organisation | Office | User] = {}
        for one in organisations:
            self.parties[str(one.pk)] = one
        for office in offices:
            self.parties[str(office.pk)] = office
        for user in users:
            self.parties[str(user.pk)] = user
        party = self.fields["party"]
        if isinstance(party, forms.ChoiceField):
            named = [
                (_("Organisations"), organisations),
                (_("Offices"), offices),
                (_("People who work here"), users),
            ]
            party.choices = [
                ("", "—"),
                *(
                    (label, [(str(one.pk), str(one)) for one in group])
                    for label, group in named
                    if group
                ),
            ]

    @property
    def chosen(self) -> Organisation | Office | User:
        """Return the party that was chosen."""
        return self.parties[self.cleaned_data["party"]]


class WhyAsked(forms.Form):
    """One user and one person, to be told whether and why."""

    user = forms.ModelChoiceField(label=_("User"), queryset=User.objects.none())
    person = forms.CharField(
        label=_("Key of the record"),
        max_length=60,
        help_text=_("As the audit trail and notices show it."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = users

    def clean_person(self) -> UUID:
        """Take the key with or without `person:` before it."""
        text: str = self.cleaned_data["person"].strip().removeprefix("person:")
        try:
            return UUID(text)
        except ValueError as error:
            raise ValidationError(_("This is not the key of a record.")) from error


class Emergency(forms.Form):
    """Exactly one number, and why a life depends on it."""

    identifier = forms.CharField(
        label=_("Telephone or document number, whole"),
        max_length=60,
        help_text=_("A telephone with its country code, such as +977…"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why a life depends on it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Confidential(forms.Form):
    """What a person told in confidence."""

    text = forms.CharField(
        label=_("What was told in confidence"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("Write it only if the person asked for it to be kept, or help depends on it."),
    )


class WhyOpen(forms.Form):
    """Why a confidential note is opened."""

    reason = forms.CharField(
        label=_("Why you open it"), max_length=300, help_text=_("The person sees that you did.")
    )
