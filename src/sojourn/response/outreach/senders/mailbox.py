"""Reads a mailbox by IMAP (RFC 3501): what is unseen comes in, and is marked as seen only once it is kept."""

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from sojourn.response.outreach.inbox.envelope import Arrived, canonical_address

MOST_AT_ONCE: Final = 200
MOST_BYTES: Final = 200_000
TIMEOUT_S: Final = 20.0


class CannotFetch(Exception):
    """The mailbox cannot be read now; the message says why, without what is in it."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a mailbox is and how to get in: `imaps://host` or, on this machine only, `imap://host`."""

    url: str
    username: str
    password: str


def fetch(mailbox: Mailbox, keep: Callable[[Sequence[Arrived]], int]) -> int:
    """Hand unseen mail to `keep`, then mark it as seen; return how many were kept. Raises CannotFetch.

    A crash between the two brings the mail again; its Message-ID makes that harmless.
    """
    try:
        connection = _connect(mailbox)
    except (OSError, imaplib.IMAP4.error) as error:
        raise CannotFetch(f"cannot reach the mailbox ({type(error).__name__})") from error
    try:
        connection.select("INBOX")
        _, found = connection.uid("SEARCH", "UNSEEN")
        uids = found[0].split()[:MOST_AT_ONCE] if found and found[0] else []
        if not uids:
            return 0
        kept = keep([mail for uid in uids if (mail := _mail(connection, uid)) is not None])
        connection.uid("STORE", b",".join(uids).decode(), "+FLAGS.SILENT", "(\\Seen)")
    except (OSError, imaplib.IMAP4.error) as error:
        raise CannotFetch(f"the mailbox broke off ({type(error).__name__})") from error
    else:
        return kept
    finally:
        _leave(connection)


def arrived(content: bytes) -> Arrived | None:
    """Return the message in an e-mail; None for what a machine sent by itself (RFC 3834), or nobody."""
    parsed = message_from_bytes(content, policy=default)
    if str(parsed.get("Auto-Submitted", "no")).strip().lower() != "no":
        return None
    address = parseaddr(str(parsed.get("From", "")))[1]
    if "@" not in address:
        return None
    key = str(parsed.get("Message-ID", "")).strip() or sha256(content).hexdigest()
    return Arrived(
        provider_message_id=key[:200],
        address=canonical_address(address),
        text=text_of(parsed).replace("\x00", ""),
        said_at=_date_of(parsed),
        raw=content.decode("utf-8", "replace").replace("\x00", ""),
    )


def text_of(message: EmailMessage) -> str:
    """Return the words of an e-mail: plain text, or the text of its HTML."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, UnicodeError, KeyError):
        content = bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    if body.get_content_subtype() == "html":
        content = _plain(content)
    return "\n".join(content.splitlines()).strip()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    parts = urlsplit(mailbox.url)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S
        )
    elif parts.scheme == "imap" and host in {"localhost", "127.0.0.1", "::1"}:
        connection = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_S)
    else:
        raise OSError("the address must begin with imaps://")
    connection.login(mailbox.username, mailbox.password)
    return connection


def _mail(connection: imaplib.IMAP4, uid: bytes) -> Arrived | None:
    _, parts = connection.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    for part in parts:
        if isinstance(part, tuple):
            return arrived(part[1])
    return None


def _leave(connection: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):  # it may be gone already
        connection.logout()


def _date_of(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


class _Text(HTMLParser):
    """Collects the words of HTML, line by line, without what a quoting mail program marks as quoted."""

    BREAKS: Final = frozenset({"br", "p", "div", "li", "tr"})
    SILENT: Final = frozenset({"style", "script", "head", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def _plain(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)
