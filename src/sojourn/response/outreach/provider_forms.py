"""The form in which an administrator says who brings replies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.operations.inbox import ProviderFacts
from sojourn.response.outreach.terms import ProviderForm as Form


class ProviderForm(forms.Form):
    """One way in: a webhook whose secret we make, or a mailbox whose password is given."""

    name = forms.CharField(label=_("Name"), max_length=100)
    form = forms.ChoiceField(label=_("How replies come"), choices=Form.choices)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[
            (Channel.SMS.value, Channel.SMS.label),
            (Channel.EMAIL.value, Channel.EMAIL.label),
        ],
    )
    url = forms.CharField(
        label=_("Address of the mailbox"),
        max_length=300,
        required=False,
        help_text="imaps://mail.example.org",
    )
    username = forms.CharField(label=_("User name of the mailbox"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password of the mailbox"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """A mailbox needs its address, name and password; a webhook needs none of them."""
        given = super().clean() or {}
        if given.get("form") == Form.IMAP:
            for name in ("url", "username", "password"):
                if not given.get(name):
                    self.add_error(name, _("A mailbox needs this."))
            if given.get("url") and not given["url"].startswith("imaps://"):
                self.add_error("url", _("The address must begin with imaps://"))
        return given

    @property
    def facts(self) -> ProviderFacts:
        """Return what was said."""
        given = self.cleaned_data
        is_mailbox = given["form"] == Form.IMAP
        return ProviderFacts(
            name=given["name"],
            form=Form(given["form"]),
            channel=Channel.EMAIL if is_mailbox else Channel(given["channel"]),
            url=given["url"] if is_mailbox else "",
            username=given["username"] if is_mailbox else "",
        )
