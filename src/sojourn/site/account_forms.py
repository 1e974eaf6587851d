"""Forms of the door, with a limit on guesses."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access import throttle
from sojourn.foundation.accounts.proof import Confirm
from sojourn.foundation.accounts.queries import second_password_of

FROM_HERE: Final = throttle.Limit("sign-in from one place", 6, timedelta(minutes=5))
FROM_ANYWHERE: Final = throttle.Limit("sign-in", 600, timedelta(hours=1))


class SignIn(AuthenticationForm):
    """Name and password. Wrong guesses at a name are few from one place, so that no other place is shut out."""

    username = forms.CharField(
        label=_("User name"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    is_shared = forms.BooleanField(
        label=_("This is a shared computer"),
        required=False,
        help_text=_("You are signed out after five minutes, and when the browser is closed."),
    )

    def __init__(self, *args: Any, is_shared: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_shared"].initial = is_shared
        if is_shared:
            for name in ("username", "password"):
                self.fields[name].widget.attrs["autocomplete"] = "off"

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


class SecondStep(Confirm):
    """The second factor, at the door."""


class NewPassword(PasswordChangeForm):
    """A new password: not the one that opens the empty view, or a slip would."""

    def clean_new_password1(self) -> str:
        """Refuse one that opens something else already."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is the old password."))
        second = second_password_of(self.user)
        if second is not None and second.decoy.check_password(password):
            raise ValidationError(_("Choose another password."))
        return password


class Account(forms.Form):
    """What users change about themselves. Roles are given by others."""

    display_name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
