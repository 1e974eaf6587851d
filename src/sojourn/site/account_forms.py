"""Forms of the door, with a limit on guesses."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access import throttle

FROM_HERE: Final = throttle.Limit("sign-in from one place", 6, timedelta(minutes=5))
FROM_ANYWHERE: Final = throttle.Limit("sign-in", 600, timedelta(hours=1))


class SignIn(AuthenticationForm):
    """Name and password. Wrong guesses at a name are few from one place, so that no other place is shut out."""

    username = forms.CharField(
        label=_("User name"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a name that was guessed at too often before the password is looked at."""
        at, limits = now(), self._limits()
        for limit, key in limits:
            if wait_s := throttle.take(limit, key, at=at):
                raise ValidationError(throttle.words_of(wait_s))
        cleaned = super().clean()
        for limit, key in limits:
            throttle.give_back(limit, key)
        return cleaned

    def _limits(self) -> list[tuple[throttle.Limit, str]]:
        name = str(self.cleaned_data.get("username", "")).casefold()
        source = throttle.source_of(self.request) if self.request else ""
        return [(FROM_HERE, f"{name}\x00{source}"), (FROM_ANYWHERE, name)]


class Account(forms.Form):
    """What users change about themselves. Roles are given by others."""

    display_name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
