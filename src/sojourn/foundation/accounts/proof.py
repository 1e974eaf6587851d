"""The form with which staff show again who they are: at the door, and before what is grave."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access import throttle
from sojourn.foundation.access.pages import StaffRequest
from sojourn.foundation.accounts import factors
from sojourn.foundation.accounts.session_store import CONFIRMED_AT, FACTOR
from sojourn.foundation.accounts.terms import FactorKind
from sojourn.foundation.organisations.models import User

GUESSES: Final = throttle.Limit("second factor", 6, timedelta(minutes=5))
GUESSES_A_DAY: Final = throttle.Limit("second factor, a day", 60, timedelta(days=1))
CONFIRMS: Final = "confirm"
SENT_ON: Final = "confirm-sent_on"
NOT_SENT_ON: Final = frozenset(
    {
        "csrfmiddlewaretoken",
        CONFIRMS,
        SENT_ON,
        "confirm-code",
        "confirm-credential",
        "confirm-password",
    }
)


class Confirm(forms.Form):
    """Show again who one is: by a code, a passkey or a recovery code; by the password where there is no factor."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        help_text=_("Six digits from your app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
        ),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    prefix = "confirm"

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user, self.at = request, user, now()
        self.held = factors.held_by(user)
        self.shown: FactorKind | None = None
        if self.held.any:
            del self.fields["password"]
            if not self.held.has_code and not self.held.recovery_left:
                del self.fields["code"]
            if not self.held.has_passkey:
                del self.fields["credential"]
        else:
            del self.fields["code"], self.fields["credential"]

    def clean(self) -> dict[str, Any]:
        """Refuse what does not show it, and too many tries."""
        cleaned = super().clean() or {}
        limits = [(GUESSES, str(self.user.pk)), (GUESSES_A_DAY, str(self.user.pk))]
        for limit, key in limits:
            if wait_s := throttle.take(limit, key, at=self.at):
                raise ValidationError(throttle.words_of(wait_s))
        if not self._is_shown(cleaned):
            raise ValidationError(
                _("That did not work. Try again.")
                if self.held.any
                else _("This is not your password.")
            )
        for limit, key in limits:
            throttle.give_back(limit, key)
        return cleaned

    def note_confirmed(self) -> None:
        """Remember in the session that the user showed it now."""
        self.request.session[CONFIRMED_AT] = self.at.isoformat()
        if self.shown:
            self.request.session[FACTOR] = self.shown.value

    def passkey_context(self) -> Mapping[str, object]:
        """Return `passkey`: what the browser needs to use one, where the user has one."""
        if not self.held.has_passkey:
            return {"passkey": None}
        return {"passkey": factors.passkey_options(self.request, self.user, is_new=False)}

    def _is_shown(self, cleaned: dict[str, Any]) -> bool:
        if not self.held.any:
            return self.user.check_password(cleaned.get("password") or "")
        if cleaned.get("credential"):
            if factors.use_passkey(
                self.request, user=self.user, credential=cleaned["credential"], at=self.at
            ):
                self.shown = FactorKind.PASSKEY
        elif cleaned.get("code"):
            self.shown = factors.use_code(user=self.user, code=cleaned["code"], at=self.at)
        return self.shown is not None


def confirm_form(request: StaffRequest) -> Confirm:
    """Return the form for the user of a request, bound when it was sent."""
    data = request.POST if request.POST.get(CONFIRMS) else None
    return Confirm(data, request=request, user=request.user)
