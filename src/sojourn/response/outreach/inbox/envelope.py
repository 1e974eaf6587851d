"""From a request to a message: signatures checked in constant time, and the forms that gateways speak. Pure."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

MOST_BYTES: Final = 64 * 1024
LONGEST_ADDRESS: Final = 254
LONGEST_ID: Final = 200
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2100
SIGNATURE_HEADERS: Final = ("x-signature", "x-hub-signature-256")
# Kannel names its alphabets in its own way (user guide, ch. 6, `%C`).
CHARSETS: Final = {"": "utf-8", "utf-16be": "utf-16-be", "ucs-2": "utf-16-be", "ucs2": "utf-16-be"}


class Refused(Exception):
    """The request is not taken in; `status` says how it is answered."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: lower-case header names, the raw query string and the raw body."""

    method: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that somebody sent: its id at the provider, the address it came from, and the words."""

    provider_message_id: str
    address: str
    text: str
    said_at: datetime | None
    raw: str


def signature_of(secret: str, body: bytes) -> str:
    """Return the signature of a raw body: HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def arrived(request: Request, *, form: str, secret: str) -> Arrived:
    """Return the message in a request. Raises Refused: 401 not signed by the secret, 400 not readable."""
    if len(request.body) > MOST_BYTES:
        raise Refused(413, "The body is too long.")
    try:
        return _READERS[form](request, secret)
    except KeyError as error:
        raise Refused(400, "A field is missing, or this form is not spoken here.") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(400, "The body cannot be read.") from error


def _signed(request: Request, secret: str) -> Arrived:
    """JSON `{id, from, text, at}` with `X-Signature: sha256=…` over the raw body."""
    _check_signature(request, secret)
    facts = json.loads(request.body)
    return _message(
        key=str(facts["id"]),
        address=str(facts["from"]),
        text=str(facts["text"]),
        said_at=_moment(str(facts.get("at", ""))),
        raw=request.body.decode("utf-8", "replace"),
    )


def _kannel(request: Request, secret: str) -> Arrived:
    """Kannel's `get-url`: `?token=&id=%I&from=%p&text=%a&charset=%C&time=%t`; the text is in that charset."""
    query = request.query if request.method == "GET" else request.body
    fields = {}
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        fields[name.decode("ascii", "replace")] = unquote_to_bytes(value.replace(b"+", b" "))
    _check_token(fields.pop("token", b"").decode("utf-8", "replace"), secret)
    return _message(
        key=fields.get("id", b"").decode("utf-8", "replace"),
        address=fields["from"].decode("utf-8", "replace"),
        text=_in_charset(fields["text"], fields.get("charset", b"").decode("ascii", "replace")),
        said_at=_moment(fields.get("time", b"").decode("ascii", "replace")),
        raw="&".join(
            pair
            for pair in query.decode("ascii", "replace").split("&")
            if not pair.startswith("token=")
        ),
    )


def _in_charset(text: bytes, charset: str) -> str:
    """Words in a charset that is not known are read as UTF-8: some of them wrong is better than none."""
    charset = charset.lower()
    try:
        return text.decode(CHARSETS.get(charset, charset), "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")


def _external(request: Request, secret: str) -> Arrived:
    """The form of RapidPro's external channel: `from, text, date`; signed, or `Authorization: Token …`."""
    token = request.headers.get("authorization", "")
    if token:
        _check_token(token.removeprefix("Token ").removeprefix("Bearer "), secret)
    else:
        _check_signature(request, secret)
    fields = dict(
        parse_qsl(
            request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50
        )
    )
    return _message(
        key=fields.get("id", ""),
        address=fields.get("from") or fields["sender"],
        text=fields.get("text", fields.get("message", "")),
        said_at=_moment(fields.get("date", fields.get("time", ""))),
        raw=request.body.decode("utf-8", "replace"),
    )


_READERS: Final = {"signed": _signed, "kannel": _kannel, "external": _external}


def _message(*, key: str, address: str, text: str, said_at: datetime | None, raw: str) -> Arrived:
    """A message with an id: where the provider gives none, the same words at the same time are the same."""
    if not address.strip():
        raise Refused(400, "Nobody is named as the sender.")
    told = "\x00".join((storable(address), storable(text), str(said_at)))
    identity = key or sha256(told.encode()).hexdigest()
    return Arrived(
        provider_message_id=storable(identity)[:LONGEST_ID],
        address=canonical_address(address),
        text=storable(text),
        said_at=said_at,
        raw=storable(raw),
    )


def storable(text: str) -> str:
    """Return a text without what no database takes: zeros, and halves of signs."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def canonical_address(address: str) -> str:
    """Return an address as contact points hold it: E.164, or an e-mail address in small letters."""
    address = storable(address).strip()[:LONGEST_ADDRESS]
    if "@" in address:
        return address.lower()
    digits = "".join(sign for sign in address if sign.isdigit())
    if len(digits) < 7:
        return address
    return f"+{digits[2:] if digits.startswith('00') else digits}"


def _check_signature(request: Request, secret: str) -> None:
    given = next(
        (request.headers[name] for name in SIGNATURE_HEADERS if name in request.headers), ""
    )
    if not hmac.compare_digest(
        given.removeprefix("sha256=").encode(), signature_of(secret, request.body).encode()
    ):
        raise Refused(401, "The signature does not fit.")


def _check_token(given: str, secret: str) -> None:
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise Refused(401, "The token does not fit.")


def _moment(text: str) -> datetime | None:
    """A moment that the provider states, or None where it does not or cannot be read."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) < 12:
        return plausible(datetime.fromtimestamp(int(text), UTC))
    try:
        said = datetime.fromisoformat(text.replace(" ", "T"))
    except ValueError:
        return None
    return plausible(said)


def plausible(said: datetime) -> datetime | None:
    """Return a moment with its offset (UTC where none is stated); None for a year no message comes from."""
    if not FIRST_YEAR <= said.year <= LAST_YEAR:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
