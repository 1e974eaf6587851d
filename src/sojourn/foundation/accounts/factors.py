"""Second factors: codes of an app, passkeys and recovery codes. The only module that knows allauth.

allauth keeps the factors and speaks TOTP (RFC 6238) and WebAuthn; pages, sessions and limits are ours. Secrets are
sealed before they reach its tables (`Adapter`). A code is good once, in any process.
"""

import base64
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from sojourn.foundation.access import sealing
from sojourn.foundation.accounts.terms import FactorKind
from sojourn.foundation.organisations.models import User

ISSUER: Final = "Sojourn"
PERIOD_S: Final = 30
TOLERANCE: Final = 1  # periods before and after, for clocks that go wrong
NO_ROW: Final = UUID(int=0)  # allauth seals before there is a row
# What a browser sent is no passkey's answer: whichever part of it was bent.
NO_ANSWER: Final = (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError)
PENDING: Final = "factor_pending"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """What allauth asks of a site."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for allauth's table."""
        sealed = sealing.seal(text, table="mfa_authenticator", column="data", row=NO_ROW)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret of allauth's table."""
        sealed = base64.b64decode(encrypted_text)
        return sealing.open_sealed(sealed, table="mfa_authenticator", column="data", row=NO_ROW)

    def get_totp_issuer(self) -> str:
        """Return the name that an app shows."""
        return ISSUER

    def get_totp_label(self, user: User) -> str:
        """Return the name beside it: the user's, never an address."""
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom a passkey is: this host."""
        return {"id": context.request.get_host().partition(":")[0], "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Return whose a passkey is, as the device shows it."""
        return {"id": user.pk.bytes, "display_name": str(user), "name": user.username}


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor of a user. Recovery codes are not among them: they stand in for one."""

    pk: int
    kind: FactorKind
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a user can show: a code of an app, a passkey, a recovery code."""

    has_code: bool
    has_passkey: bool
    recovery_left: int

    @property
    def any(self) -> bool:
        """Return whether a second factor is asked for at the door."""
        return self.has_code or self.has_passkey


def held_by(user: User) -> Held:
    """Return what a user can show beside the password."""
    rows = list(Authenticator.objects.filter(user=user))
    kinds = {row.type for row in rows}
    left = next(
        (len(row.wrap().get_unused_codes()) for row in rows if row.type == FactorKind.RECOVERY), 0
    )
    return Held(FactorKind.CODE in kinds, FactorKind.PASSKEY in kinds, left)


def factors_of(user: User) -> Sequence[Factor]:
    """Return the second factors of a user, the oldest first."""
    rows = Authenticator.objects.filter(user=user).exclude(type=FactorKind.RECOVERY)
    return [
        Factor(
            pk=row.pk,
            kind=FactorKind(row.type),
            name=row.wrap().name if row.type == FactorKind.PASSKEY else "",
            added_at=row.created_at,
            used_at=row.last_used_at,
        )
        for row in rows.order_by("created_at", "pk")
    ]


def secret_for(request: HttpRequest, *, is_new: bool) -> str:
    """Return the secret that the user is about to enter into an app; kept in the session until it is shown to work."""
    if is_new or PENDING not in request.session:
        request.session[PENDING] = totp.generate_totp_secret()
    return str(request.session[PENDING])


def picture_of(user: User, secret: str) -> str:
    """Return the QR picture that an app reads, as a data URI."""
    address = Adapter().build_totp_url(user, secret)
    return str(segno.make(address, micro=False).svg_data_uri(scale=5, border=4, light="#fff"))


def counter_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the period a code belongs to, at most one before or after the present one; None when it is wrong."""
    typed, now = digits_of(code), int(at.timestamp()) // PERIOD_S
    for counter in range(now - TOLERANCE, now + TOLERANCE + 1):
        if secrets.compare_digest(totp.format_hotp_value(totp.hotp_value(secret, counter)), typed):
            return counter
    return None


def digits_of(code: str) -> str:
    """Return the digits of a typed code, whatever script its keyboard writes them in."""
    return "".join(
        str(unicodedata.decimal(sign))
        for sign in code
        if unicodedata.decimal(sign, None) is not None
    )


@transaction.atomic
def add_code(*, user: User, secret: str, counter: int, at: datetime) -> None:
    """Keep the secret of an app; the code that showed it to work is used up."""
    row = totp.TOTP.activate(user, secret).instance
    row.data["counter"], row.last_used_at = counter, at
    row.save(update_fields=["data", "last_used_at"])


def passkey_options(request: HttpRequest, user: User, *, is_new: bool) -> dict[str, Any]:
    """Return what the browser needs to make a passkey or to use one; its challenge stays in the session."""
    with context.request_context(request):
        if is_new:
            return dict(webauthn.begin_registration(user, passwordless=False))
        return dict(webauthn.begin_authentication(user))


def is_new_passkey(request: HttpRequest, *, credential: object) -> bool:
    """Return whether a new passkey answers the challenge in the session."""
    with context.request_context(request):
        try:
            webauthn.parse_registration_response(credential)
            webauthn.complete_registration(credential)
        except NO_ANSWER:
            return False
    return True


def add_passkey(*, user: User, name: str, credential: dict[str, Any]) -> None:
    """Keep a passkey that `is_new_passkey` found right."""
    webauthn.WebAuthn.add(user, name, credential)


def use_passkey(request: HttpRequest, *, user: User, credential: object, at: datetime) -> bool:
    """Return whether a passkey of the user answered the challenge in the session."""
    with context.request_context(request):
        try:
            webauthn.parse_authentication_response(credential)
            row = webauthn.complete_authentication(user, credential)
        except NO_ANSWER:
            return False
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    return True


@transaction.atomic
def use_code(*, user: User, code: str, at: datetime) -> FactorKind | None:
    """Return what a typed code was, and use it up: one of the app's, or a recovery code. None when it is wrong."""
    rows = {
        row.type: row
        for row in Authenticator.objects.select_for_update()
        .filter(user=user)
        .exclude(type=FactorKind.PASSKEY)
    }
    app = rows.get(FactorKind.CODE)
    if app is not None:
        counter = counter_of(decrypt(app.data["secret"]), code, at=at)
        if counter is not None and counter > app.data.get("counter", 0):
            app.data["counter"], app.last_used_at = counter, at
            app.save(update_fields=["data", "last_used_at"])
            return FactorKind.CODE
    recovery = rows.get(FactorKind.RECOVERY)
    if recovery is not None and recovery.wrap().validate_code(digits_of(code)):
        return FactorKind.RECOVERY
    return None


@transaction.atomic
def renew_recovery_codes(*, user: User) -> Sequence[str]:
    """Replace the recovery codes and return the new ones. They are shown once."""
    Authenticator.objects.filter(user=user, type=FactorKind.RECOVERY).delete()
    return list(RecoveryCodes.activate(user).get_unused_codes())


def remove(*, user: User, pk: int) -> bool:
    """Remove one factor; with the last one the recovery codes go too. Returns whether there was one."""
    found = Authenticator.objects.filter(user=user, pk=pk).exclude(type=FactorKind.RECOVERY)
    gone, _by_table = found.delete()
    if not Authenticator.objects.filter(user=user).exclude(type=FactorKind.RECOVERY).exists():
        Authenticator.objects.filter(user=user).delete()
    return bool(gone)


def remove_all(*, user: User) -> int:
    """Remove every factor of a user and return how many."""
    gone: int = Authenticator.objects.filter(user=user).delete()[0]
    return gone


@transaction.atomic
def copy(*, of: User, to: User) -> None:
    """Let one account be opened with the factors of another, exactly."""
    remove_all(user=to)
    for row in Authenticator.objects.filter(user=of):
        Authenticator.objects.create(
            user=to,
            type=row.type,
            data=row.data,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
