"""Reads a mailbox by IMAP (RFC 3501): what is unseen comes in, and is marked as seen only once it is kept."""

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sojourn.response.outreach.inbox.envelope import Arrived
from sojourn.response.outreach.inbox.mails import arrived

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
