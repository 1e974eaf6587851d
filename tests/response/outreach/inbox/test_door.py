"""The door: 200 only after the commit, 503 when it failed, and one faulty row does not hold up the others."""

import asyncio
import json
import sqlite3
import threading
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from sojourn.response.outreach.inbox.envelope import signature_of
from sojourn.response.outreach.inbox.stores import Known
from sojourn.response.outreach.inbox.writer import words_in
from sojourn.site.inbox_door import Inbox

SECRET = "between us"


class FakeStore:
    """Keeps rows in a list; may be told to fail, or to wait before it commits."""

    def __init__(self, provider_id):
        self.known = {provider_id: Known(provider_id, "signed", "sms", SECRET)}
        self.committed = []
        self.batches = []
        self.failure = None
        self.faulty = ""
        self.gate = threading.Event()
        self.gate.set()

    def write(self, rows):
        self.gate.wait(5)
        if self.failure:
            raise self.failure
        if any(row.provider_message_id == self.faulty for row in rows):
            raise sqlite3.IntegrityError("FOREIGN KEY constraint failed")
        self.batches.append(len(rows))
        self.committed.extend(rows)

    def providers(self):
        return self.known

    def close(self):
        pass


@pytest.fixture
def provider_id():
    return uuid4()


@pytest.fixture
def store(provider_id):
    return FakeStore(provider_id)


@pytest.fixture
def door(store):
    inbox = Inbox(lambda: store)
    yield inbox
    if inbox.writer is not None:
        inbox.writer.stop()


class Exchange:
    """One request as granian gives it, and what was answered."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.status = None

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece

    def response_empty(self, status, headers):
        assert ("cache-control", "no-store") in headers
        assert (("retry-after", "5") in headers) == (status == 503)
        self.status = status


async def ask(door, path, *pieces, method="POST", signature=None):
    """Send one request to the application and return its status."""
    signature = signature or signature_of(SECRET, b"".join(pieces))
    scope = SimpleNamespace(
        proto="http",
        method=method,
        path=path,
        query_string="",
        headers={"x-signature": signature},
    )
    exchange = Exchange(pieces)
    await door.__rsgi__(scope, exchange)
    return exchange.status


def reply(key="1", text="1"):
    return json.dumps({"id": key, "from": "+9779812345678", "text": text}).encode()


def test_an_answer_is_committed_before_it_is_acknowledged(door, store, provider_id):
    async def scenario():
        store.gate.clear()
        asking = asyncio.create_task(ask(door, f"/in/{provider_id}/", reply()))
        await asyncio.sleep(0.2)
        assert not asking.done()
        store.gate.set()
        return await asking

    assert asyncio.run(scenario()) == 200
    (row,) = store.committed
    assert row.sender_address == "+9779812345678"
    assert words_in(row.sealed, row.id) == "1"
    assert b"9779812345678" not in row.sealed


def test_many_at_once_share_few_commits(door, store, provider_id):
    async def scenario():
        bodies = [reply(str(number)) for number in range(500)]
        store.gate.clear()
        asking = [asyncio.create_task(ask(door, f"/in/{provider_id}/", body)) for body in bodies]
        await asyncio.sleep(0.5)
        store.gate.set()
        return await asyncio.gather(*asking)

    assert set(asyncio.run(scenario())) == {200}
    assert len(store.committed) == 500
    assert len(store.batches) <= 5


def test_what_could_not_be_committed_is_answered_with_503(door, store, provider_id):
    store.failure = OSError("disk full")
    assert asyncio.run(ask(door, f"/in/{provider_id}/", reply())) == 503

    store.failure = None
    assert asyncio.run(ask(door, f"/in/{provider_id}/", reply())) == 200


def test_one_faulty_row_does_not_hold_up_the_others(door, store, provider_id):
    store.faulty = "3"

    async def scenario():
        store.gate.clear()
        asking = [
            asyncio.create_task(ask(door, f"/in/{provider_id}/", reply(str(number))))
            for number in range(8)
        ]
        await asyncio.sleep(0.2)
        store.gate.set()
        return await asyncio.gather(*asking)

    assert asyncio.run(scenario()) == [200, 200, 200, 503, 200, 200, 200, 200]
    assert len(store.committed) == 7


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/healthz", "GET", 200),
        ("/", "GET", 404),
        ("/in/not-a-key/", "POST", 404),
        (f"/in/{UUID(int=1)}/", "POST", 404),
        (f"/in/{UUID(int=2)}/", "DELETE", 405),
    ],
)
def test_there_is_nothing_else_behind_the_door(door, path, method, status):
    assert asyncio.run(ask(door, path, reply(), method=method)) == status


def test_a_stranger_is_turned_away_and_leaves_no_row(door, store, provider_id):
    assert asyncio.run(ask(door, f"/in/{provider_id}/", reply(), signature="sha256=00")) == 401
    assert not store.committed


def test_a_provider_that_was_just_set_up_is_known_at_its_first_knock(door, store):
    fresh = uuid4()

    async def scenario():
        assert await ask(door, f"/in/{fresh}/", reply()) == 404
        store.known = {fresh: Known(fresh, "signed", "sms", SECRET)}
        await asyncio.sleep(0.3)
        return await ask(door, f"/in/{fresh}/", reply())

    assert asyncio.run(scenario()) == 200


def test_a_door_whose_database_is_gone_asks_to_come_again(provider_id):
    def gone():
        raise OSError("no database")

    async def scenario():
        return await ask(Inbox(gone), f"/in/{provider_id}/", reply())

    assert asyncio.run(scenario()) == 503


def test_a_body_in_pieces_is_read_whole_and_one_without_end_is_refused(door, store, provider_id):
    body = reply("pieces")
    assert asyncio.run(ask(door, f"/in/{provider_id}/", body[:7], body[7:])) == 200
    assert [row.provider_message_id for row in store.committed] == ["pieces"]

    assert asyncio.run(ask(door, f"/in/{provider_id}/", *[b"x" * 40_000] * 3)) == 413
    assert len(store.committed) == 1
