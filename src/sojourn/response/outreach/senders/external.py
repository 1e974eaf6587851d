"""SMS over HTTP in the form of the external channel of RapidPro and TextIt: `id, text, to, from, channel`.

We speak as those platforms do, so any gateway made for them serves us; its reports come back to
`…/sent`, `…/delivered`, `…/failed` and `…/stopped` with the same `id`.
"""

from urllib.parse import quote

from sojourn.response.outreach.senders import Asked, Fate, Outcome, Parcel, Route
from sojourn.response.outreach.senders.http import (
    Asking,
    HttpConnection,
    Target,
    fate_of,
    outcome_of,
)


class ExternalSender:
    """One connection to a gateway made for RapidPro's external channel. `username` is the channel's name."""

    def __init__(self, route: Route) -> None:
        target = Target.of(route.url, is_loopback_only=route.is_loopback_only)
        self.connection = HttpConnection(target.place, route.timeout_s)
        self.asking = Asking(route) if route.ask_url else None
        password = f"Authorization: Token {route.password}\r\n" if route.password else ""
        self.head = (
            f"POST {target.path} HTTP/1.1\r\n{target.host_line.decode()}{password}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        self.tail = f"&from={quote(route.from_address)}&channel={quote(route.username)}"

    def request_for(self, parcel: Parcel) -> bytes:
        """Return the bytes of the request."""
        key, to = parcel.key, parcel.address
        text = quote(parcel.short_text or parcel.text)
        body = f"id={key}&text={text}&to={quote(to)}&to_no_plus={quote(to.lstrip('+'))}{self.tail}"
        return (
            f"{self.head}Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand over one SMS. 2xx is a yes."""
        got = await outcome_of(self.connection, self.request_for(parcel))
        if isinstance(got, Outcome):
            return got
        if 200 <= got.status < 300:
            return Outcome(Fate.SENT)
        return fate_of(got, words=got.body[:100].decode(errors="replace").strip())

    async def ask(self, key: str) -> Asked:
        """Ask whether the gateway has a message."""
        return await self.asking.ask(key) if self.asking else Asked.UNKNOWN

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()
        if self.asking:
            await self.asking.close()
