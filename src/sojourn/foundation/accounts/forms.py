"""Forms with which staff keep their second factors and their second password."""

from typing import Any, Final

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from rapidfuzz.fuzz import ratio as likeness

from sojourn.foundation.accounts import factors
from sojourn.foundation.organisations.models import User

MOST_ALIKE: Final = 60.0  # percent


class NewCode(forms.Form):
    """The first code of an app shows that it has the secret."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
        ),
    )

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret, self.at, self.counter = secret, now(), 0

    def clean_code(self) -> str:
        """Refuse a code that is not of this moment."""
        code: str = self.cleaned_data["code"]
        counter = factors.counter_of(self.secret, code, at=self.at)
        if counter is None:
            raise ValidationError(
                _("This is not the code of this moment. Is the clock of your telephone right?")
            )
        self.counter = counter
        return code


class NewPasskey(forms.Form):
    """A passkey that the browser just made, and how to call it."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("Such as “my telephone” or “key in the safe”."),
    )
    credential = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_credential(self) -> object:
        """Refuse what does not answer our challenge."""
        credential = self.cleaned_data["credential"]
        if not factors.is_new_passkey(self.request, credential=credential):
            raise ValidationError(_("The passkey was not made. Try again."))
        return credential


class SecondPassword(forms.Form):
    """A password that opens the same pages with nobody in them."""

    own = forms.CharField(
        label=_("Your own password"),
        strip=False,
        help_text=_("So that a slip of the finger at the door never opens the other one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("Second password"),
        strip=False,
        help_text=_("Quite unlike your own password, and one that you can say under pressure."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Second password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_own(self) -> str:
        """Refuse a wrong one."""
        own: str = self.cleaned_data["own"]
        if not self.user.check_password(own):
            raise ValidationError(_("This is not your password."))
        return own

    def clean(self) -> dict[str, Any]:
        """Refuse a weak one, one typed in two ways, and the user's own password."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if not password:
            return cleaned
        if password != cleaned.get("again"):
            self.add_error("again", _("The two are not the same."))
        elif likeness(password, cleaned.get("own", "")) > MOST_ALIKE:
            self.add_error("password", _("This is too much like your own password."))
        else:
            try:
                password_validation.validate_password(password, self.user)
            except ValidationError as problems:
                self.add_error("password", problems)
        return cleaned
