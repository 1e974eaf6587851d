"""Forms of the door, with a limit on guesses."""

from hashlib import sha256
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

GUESSES: Final = 6
WAIT_S: Final = 60


class SignIn(AuthenticationForm):
    """Name and password. After six wrong guesses in a minute the name waits for one.

    Counts stand in Django's cache, so they hold for one process; many processes share a cache.
    """

    username = forms.CharField(
        label=_("User name"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a name that was guessed at too often before the password is looked at."""
        key = self._key()
        if cache.get(key, 0) >= GUESSES:
            raise ValidationError(_("Too many attempts. Wait a minute and try again."))
        try:
            return super().clean()
        except ValidationError:
            cache.add(key, 0, WAIT_S)
            cache.incr(key)
            raise

    def _key(self) -> str:
        name = str(self.cleaned_data.get("username", "")).casefold()
        return f"guesses:{sha256(name.encode()).hexdigest()}"


class Account(forms.Form):
    """What users change about themselves. Roles are given by others."""

    display_name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
