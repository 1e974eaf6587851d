"""The inbox process: takes replies from gateways and mail and commits them before it answers 200.

    granian --interface rsgi sojourn.site.inbox_door:application

`/in/<provider>/` takes a reply in the provider's form; `/healthz` answers 200. Nothing else is here. It speaks
RSGI, granian's own interface: an answer costs a sixth less of the processor than under ASGI.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

import django
from django.apps import apps
from granian.rsgi import (  # type: ignore[attr-defined]  # meant to be taken, not marked so
    ProtocolClosed,
    ProtocolError,
)

if not apps.ready:  # the keys that open the secrets of providers stand in tables
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")
    django.setup()

from django.conf import settings

from sojourn.foundation.identifiers import uuid7
from sojourn.response.outreach.inbox.envelope import MOST_BYTES, Refused, Request, arrived
from sojourn.response.outreach.inbox.stores import Row, Store, store_for
from sojourn.response.outreach.inbox.writer import CannotKeep, Writer, sealed_words
from sojourn.site.databases import SQLITE_START

PREFIX: Final = "/in/"
METHODS: Final = frozenset({"GET", "POST"})
# Without words: Kannel would send them to the person as an SMS.
HEADERS: Final = [("content-length", "0"), ("cache-control", "no-store")]
COME_AGAIN: Final = [*HEADERS, ("retry-after", "5")]


class Headers(Protocol):
    """The headers of a request, names in small letters."""

    def items(self) -> list[tuple[str, str]]:
        """Return names and values."""


class Scope(Protocol):
    """What is known of a request before its body is read."""

    proto: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Exchange(Protocol):
    """One request and its answer."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body piece by piece."""

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Answer without a body."""


def open_store() -> Store:
    """Return a connection to the database of the site."""
    return store_for(settings.DATABASES["default"], start=SQLITE_START)


class Inbox:
    """The application. One writer, started with the server or with the first request."""

    def __init__(self, opener: Callable[[], Store] = open_store) -> None:
        self.opener = opener
        self.writer: Writer | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start with the server."""
        self._started()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write what waits, then end with the server."""
        if self.writer is not None:
            self.writer.stop()
            self.writer = None

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        status = await self._answer(scope, exchange)
        exchange.response_empty(status, COME_AGAIN if status == 503 else HEADERS)

    def _started(self) -> Writer:
        if self.writer is None:
            self.writer = Writer(self.opener)
            self.writer.start()
        return self.writer

    async def _answer(self, scope: Scope, exchange: Exchange) -> int:
        """Return the status: 200 only after the commit, 503 when the provider must come again."""
        path = scope.path
        if path == "/healthz":
            return 200
        provider_id = _provider_in(path)
        if provider_id is None or scope.method not in METHODS:
            return 404 if provider_id is None else 405
        try:
            request = Request(
                method=scope.method,
                query=scope.query_string.encode("latin-1"),
                headers=dict(scope.headers.items()),
                body=await _body(exchange),
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


async def _body(exchange: Exchange) -> bytes:
    body = b""
    try:
        async for piece in exchange:
            body += piece
            if len(body) > MOST_BYTES:
                raise Refused(413, "The body is too long.")
    except (ProtocolClosed, ProtocolError) as error:
        raise Refused(400, "The sender went away.") from error
    return body


application = Inbox()
