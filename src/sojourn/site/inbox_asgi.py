"""The inbox process: takes replies from gateways and mail and commits them before it answers 200.

    granian --interface asgi sojourn.site.inbox_asgi:application

`/in/<provider>/` takes a reply in the provider's form; `/healthz` answers 200. Nothing else is here.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sojourn.foundation.identifiers import uuid7
from sojourn.response.outreach.inbox.envelope import MOST_BYTES, Refused, Request, arrived
from sojourn.response.outreach.inbox.stores import Row, Store, store_for
from sojourn.response.outreach.inbox.writer import CannotKeep, Writer, sealed_words
from sojourn.site.databases import SQLITE_START

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX: Final = "/in/"
METHODS: Final = frozenset({"GET", "POST"})


def open_store() -> Store:
    """Return a connection to the database of the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")
    from django.conf import settings

    return store_for(settings.DATABASES["default"], start=SQLITE_START)


class Inbox:
    """The application. One writer, started with the first request or the server's own start."""

    def __init__(self, opener: Callable[[], Store] = open_store) -> None:
        self.opener = opener
        self.writer: Writer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            status = await self._answer(scope, receive)
            await _respond(send, status)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._started()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.writer is not None:
                    self.writer.stop()
                    self.writer = None
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _started(self) -> Writer:
        if self.writer is None:
            self.writer = Writer(self.opener)
            self.writer.start()
        return self.writer

    async def _answer(self, scope: Scope, receive: Receive) -> int:
        """Return the status: 200 only after the commit, 503 when the provider must come again."""
        path = str(scope["path"])
        if path == "/healthz":
            return 200
        provider_id = _provider_in(path)
        if provider_id is None or scope["method"] not in METHODS:
            return 404 if provider_id is None else 405
        try:
            request = Request(
                method=scope["method"],
                query=scope["query_string"],
                headers={
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in scope["headers"]
                },
                body=await _body(receive),
            )
            return await self._keep(provider_id, request)
        except Refused as refusal:
            return refusal.status
        except CannotKeep:
            return 503

    async def _keep(self, provider_id: UUID, request: Request) -> int:
        writer = self._started()
        provider = await writer.provider(provider_id)
        if provider is None:
            return 404
        message = arrived(request, form=provider.form, secret=provider.secret)
        key = uuid7()
        await writer.keep(
            Row(
                id=key,
                provider_id=provider.id,
                provider_message_id=message.provider_message_id,
                channel=provider.channel,
                sender_address=message.address,
                sealed=sealed_words(text=message.text, raw=message.raw, row=key),
                said_at=message.said_at,
                received_at=datetime.now(UTC),
            )
        )
        return 200


def _provider_in(path: str) -> UUID | None:
    if not path.startswith(PREFIX):
        return None
    try:
        return UUID(path[len(PREFIX) :].strip("/"))
    except ValueError:
        return None


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "The sender went away.")
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BYTES:
            raise Refused(413, "The body is too long.")
        if not message.get("more_body"):
            return body


async def _respond(send: Send, status: int) -> None:
    """Answer without words: Kannel would send them to the person as an SMS."""
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


application = Inbox()
