"""From an e-mail, however badly made, to a message. Pure.

Headers are read in the old, plain way (`compat32`): the structured parser of the standard library breaks
on what strangers send, and a mail that breaks a reader would hold up every other behind it.
"""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final, TypeAlias

from sojourn.response.outreach.inbox.envelope import (
    LONGEST_ID,
    Arrived,
    canonical_address,
    plausible,
    storable,
)

Mail: TypeAlias = "Message[str, str]"
MOST_PARTS: Final = 100


def arrived(content: bytes) -> Arrived | None:
    """Return the message in an e-mail; None for what a machine sent by itself (RFC 3834), or nobody."""
    mail = message_from_bytes(content)
    if _header(mail, "Auto-Submitted").lower() not in {"", "no"}:
        return None
    address = parseaddr(_header(mail, "From"))[1]
    if "@" not in address:
        return None
    key = _header(mail, "Message-ID") or sha256(content).hexdigest()
    return Arrived(
        provider_message_id=key[:LONGEST_ID],
        address=canonical_address(address),
        text=storable(_text_of(mail)),
        said_at=_date_of(mail),
        raw=storable(content.decode("utf-8", "replace")),
    )


def _header(mail: Mail, name: str) -> str:
    return " ".join(storable(str(mail.get(name, ""))).split())


def _date_of(mail: Mail) -> datetime | None:
    try:
        return plausible(parsedate_to_datetime(_header(mail, "Date")))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _text_of(mail: Mail) -> str:
    """Return the words: the first plain text, or the text of the first HTML."""
    parts = [part for part in _parts_of(mail) if part.get_content_maintype() == "text"]
    plain = [part for part in parts if part.get_content_subtype() == "plain"]
    for part in plain or parts:
        words = _decoded(part)
        return _lines(words if plain else _plain(words))
    return ""


def _parts_of(mail: Mail) -> Iterator[Mail]:
    """Yield what is not attached and no mail of its own, in order."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(), seen + 1
        within = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(within, list):
            waiting.extend(reversed([one for one in within if isinstance(one, Message)]))
        elif "attachment" not in str(part.get("Content-Disposition", "")).lower():
            yield part


def _decoded(part: Mail) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _lines(words: str) -> str:
    return "\n".join(words.splitlines()).strip()


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
