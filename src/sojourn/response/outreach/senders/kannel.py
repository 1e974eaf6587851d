"""SMS over HTTP in the form of Kannel's `sendsms`, which many gateways speak (Kannel user guide, ch. 10).

The key goes along as `Idempotency-Key` and in the `dlr-url`; a gateway that knows neither just ignores it.
"""

from typing import Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_noop

from sojourn.response.outreach.senders import Asked, Fate, Outcome, Parcel, Route
from sojourn.response.outreach.senders.http import (
    Answer,
    Asking,
    HttpConnection,
    Target,
    fate_of,
    outcome_of,
)

REPORTS: Final = 1 | 2 | 16  # delivered, failed, rejected by the network


class KannelSender:
    """One connection to a gateway that speaks Kannel's form."""

    def __init__(self, route: Route) -> None:
        target = Target.of(route.url, is_loopback_only=route.is_loopback_only)
        self.connection = HttpConnection(target.place, route.timeout_s)
        self.asking = Asking(route) if route.ask_url else None
        facts = {"username": route.username, "password": route.password}
        if route.from_address:
            facts["from"] = route.from_address
        facts |= {"coding": "2", "charset": "UTF-8"}
        if route.receipts_url:
            facts["dlr-mask"] = str(REPORTS)
        joint = "&" if "?" in target.path else "?"
        self.start = f"GET {target.path}{joint}{urlencode(facts)}&to="
        self.host_line = target.host_line.decode()
        self.receipts = _receipts_of(route)

    def request_for(self, parcel: Parcel) -> bytes:
        """Return the bytes of the request."""
        key, text = parcel.key, quote(parcel.short_text or parcel.text)
        before, after = self.receipts
        receipts = f"{before}{key}{after}" if before else ""
        return (
            f"{self.start}{quote(parcel.address)}&text={text}{receipts} HTTP/1.1\r\n"
            f"{self.host_line}Idempotency-Key: {key}\r\n\r\n"
        ).encode()

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand over one SMS. 2xx is a yes; the gateway's id follows the last colon, where there is one."""
        got = await outcome_of(self.connection, self.request_for(parcel))
        if isinstance(got, Outcome):
            return got
        if 200 <= got.status < 300:
            return Outcome(Fate.SENT, provider_id=_id_in(got.body))
        if got.status == 404 and b"routable" in got.body:
            return Outcome(Fate.FAILED, reason=gettext_noop("no network carries this number"))
        return fate_of(got, words=_words(got))

    async def ask(self, key: str) -> Asked:
        """Ask whether the gateway has a message."""
        return await self.asking.ask(key) if self.asking else Asked.UNKNOWN

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()
        if self.asking:
            await self.asking.close()


def _receipts_of(route: Route) -> tuple[str, str]:
    """Return what stands before and after the key in `dlr-url`; the gateway puts the report for `%d`."""
    if not route.receipts_url:
        return "", ""
    before, _, after = route.receipts_url.partition("{key}")
    query = f"{after}?sign={route.receipts_sign}&type=%d"
    return f"&dlr-url={quote(before, safe='')}", quote(query, safe="")


def _id_in(body: bytes) -> str:
    """Return the id of `0: Accepted for delivery: ID`, or nothing."""
    words = body[:300].decode(errors="replace").split(": ")
    return words[2].strip()[:100] if len(words) > 2 else ""


def _words(answer: Answer) -> str:
    return answer.body[:100].decode(errors="replace").strip()
