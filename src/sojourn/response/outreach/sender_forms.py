"""The form in which an administrator says how a gateway is reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.response.outreach.models.outbox import Sender
from sojourn.response.outreach.operations.senders import SenderFacts
from sojourn.response.outreach.terms import Ability, SenderKind

FIELDS = (
    "name",
    "kind",
    "url",
    "ability",
    "ask_url",
    "username",
    "from_address",
    "rate_per_s",
    "connections",
    "callback_window_s",
)


class SenderForm(forms.Form):
    """One way out."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Form of the gateway"), choices=SenderKind.choices)
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("https://…, or smtp://host:port")
    )
    username = forms.CharField(label=_("User name"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password or token"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed. Leave empty to keep the present one."),
    )
    from_address = forms.CharField(
        label=_("Number or e-mail address it comes from"), max_length=254, required=False
    )
    ability = forms.ChoiceField(
        label=_("When nobody knows whether it took a message, the gateway"),
        choices=Ability.choices,
        initial=Ability.CALLS_BACK,
    )
    ask_url = forms.CharField(
        label=_("Address to ask about a message"),
        max_length=500,
        required=False,
        help_text=_("With {key} where the key of the message goes."),
    )
    rate_per_s = forms.FloatField(
        label=_("Messages a second at most"), min_value=0.01, required=False
    )
    connections = forms.IntegerField(
        label=_("Connections at once"), min_value=1, max_value=1000, initial=32
    )
    callback_window_s = forms.IntegerField(
        label=_("Seconds to wait for its report"), min_value=1, max_value=86_400, initial=900
    )

    @property
    def facts(self) -> SenderFacts:
        """Return what was filled in."""
        given = self.cleaned_data
        return SenderFacts(
            name=given["name"],
            kind=SenderKind(given["kind"]),
            url=given["url"],
            ability=Ability(given["ability"]),
            ask_url=given["ask_url"],
            username=given["username"],
            from_address=given["from_address"],
            rate_per_s=given["rate_per_s"],
            connections=given["connections"],
            callback_window_s=given["callback_window_s"],
        )

    @staticmethod
    def initial_of(sender: Sender) -> dict[str, Any]:
        """Return what a sender says now; never its password."""
        return {name: getattr(sender, name) for name in FIELDS}
