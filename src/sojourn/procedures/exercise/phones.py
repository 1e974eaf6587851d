"""The telephones of the made-up people: what arrives on them, and what is answered, at the built-in operator."""

import json
import re
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

TIMEOUT_S: Final = 20
AT_ONCE: Final = 1_000
LINK: Final = re.compile(r"https?://\S+?/p/[\w-]+/")
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class CannotReach(Exception):
    """The built-in operator, or the site behind a link, does not answer."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message on a phone: its order and key at the operator, who sent it, and its words."""

    seq: int
    key: str
    line: str
    phone: str
    text: str

    @property
    def link(self) -> str:
        """Return the personal link in the message, or nothing."""
        found = LINK.search(self.text)
        return found.group() if found else ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer typed on a phone. The same `id` counts once."""

    id: str
    phone: str
    line: str
    text: str


class Phones(Protocol):
    """What the people of an exercise hold in their hands."""

    def arrived(self, *, after: int) -> Sequence[Arrived]:
        """Return the messages that came after `after`, oldest first, some at a time."""

    def say(self, said: Sequence[Said]) -> None:
        """Answer by SMS or e-mail."""

    def say_on_page(self, link: str, *, needs: Sequence[str]) -> None:
        """Answer on the personal page; without needs: safe."""

    def switch_off(self, numbers: Iterable[str]) -> None:
        """Let some phones be dead."""

    def clear(self) -> None:
        """Forget everything."""


@dataclass(frozen=True, slots=True)
class LoopbackPhones:
    """The phones at the built-in operator, which is on this machine."""

    port: int

    def arrived(self, *, after: int) -> Sequence[Arrived]:
        """Ask the operator."""
        told = self._call(f"messages?after={after}&limit={AT_ONCE}")
        names = ("seq", "key", "line", "phone", "text")
        return [Arrived(**{name: one[name] for name in names}) for one in told["messages"]]

    def say(self, said: Sequence[Said]) -> None:
        """Hand answers to the operator, who brings them to the inbox as signed webhooks."""
        if said:
            self._call("answers", {"answers": [asdict(one) for one in said]})

    def say_on_page(self, link: str, *, needs: Sequence[str]) -> None:
        """Open the page as a browser without scripts would, and press one of its two buttons."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        token = TOKEN.search(_read(browser.open, link).decode())
        if token is None:
            raise CannotReach("The personal page has no form.")
        fields: list[tuple[str, str]] = [("csrfmiddlewaretoken", token.group(1))]
        fields.append(("answer", "help" if needs else "safe"))
        fields.extend(("needs", need) for need in needs)
        site = urlsplit(link)
        request = urllib.request.Request(  # noqa: S310  # the address is the site's own
            f"{link}say/",
            data=urlencode(fields).encode(),
            headers={"Origin": f"{site.scheme}://{site.netloc}", "Referer": link},
        )
        _read(browser.open, request)

    def switch_off(self, numbers: Iterable[str]) -> None:
        """Tell the operator which phones are gone."""
        self._call("gone", {"phones": list(numbers)})

    def clear(self) -> None:
        """Tell the operator to forget."""
        self._call("clear", {})

    def _call(self, name: str, facts: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # always http to this machine
            f"http://127.0.0.1:{self.port}/api/{name}",
            data=None if facts is None else json.dumps(facts).encode(),
            headers={"Content-Type": "application/json"},
        )
        return json.loads(_read(urllib.request.urlopen, request))


def _read(open_url: Any, request: Any) -> bytes:
    try:
        with open_url(request, timeout=TIMEOUT_S) as answer:
            body: bytes = answer.read()
            return body
    except (OSError, HTTPException) as error:
        raise CannotReach("The built-in operator or the site does not answer.") from error
