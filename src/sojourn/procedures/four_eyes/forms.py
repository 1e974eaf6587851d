"""Forms of the procedure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.accounts.terms import Why


class Close(forms.Form):
    """Why a crisis is closed, and why one officer is enough where that is so."""

    why = forms.ChoiceField(
        label=_("Why"), choices=[(why.value, why.label) for why in (Why.OVER, Why.MISTAKE)]
    )
    reason = forms.CharField(
        label=_("Why one person is enough"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
