"""The ways out on real sockets: what each gateway gets, and what each answer means."""

import asyncio
import re
import socket
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from sojourn.response.outreach.senders import Asked, Fate, Parcel, Route
from sojourn.response.outreach.senders.registry import connect
from sojourn.response.outreach.senders.smtp import CannotAddress, one_address

KEY = str(uuid4())
TEXT = "تنبيه: زلزال. هل أنت بخير؟"


def _parcel(**facts):
    given = {
        "id": 1,
        "key": KEY,
        "address": "+9779841000001",
        "subject": "Earthquake",
        "text": TEXT,
        "short_text": "",
        "language": "ar",
    }
    return Parcel(**{**given, **facts})


class OneAnswer:
    """A server that gives one answer to every request, or cuts the line."""

    def __init__(self, answer, *, cut=False):
        self.answer, self.cut, self.requests = answer, cut, []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"Content-Length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                self.requests.append(head + body)
                if self.cut:
                    writer.transport.abort()
                    return
                writer.write(self.answer)
        except asyncio.IncompleteReadError:
            writer.close()


def _answer(status, body=b"", *extra):
    fields = b"".join(extra) or b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %d X\r\n%s\r\n%s" % (status, fields, body)


def _send(answer, *, kind="kannel", cut=False, parcels=1, **facts):
    async def work():
        async with OneAnswer(answer, cut=cut) as server:
            route = Route(
                kind=kind, url=f"http://127.0.0.1:{server.port}/send?smsc=a", timeout_s=1.0, **facts
            )
            sender = connect(route)
            outcomes = [await sender.send(_parcel()) for _ in range(parcels)]
            await sender.close()
            return outcomes, server.requests

    return asyncio.run(work())


def test_kannel_gets_text_address_and_key_and_a_way_to_report():
    outcomes, requests = _send(
        _answer(202, b"0: Accepted for delivery: 7f3a"),
        username="u",
        password="p&w",
        from_address="+4930",
        receipts_url="https://sojourn.example/receipts/1/{key}/",
        receipts_sign="abc",
    )

    query = parse_qs(urlsplit(requests[0].split(b" ")[1].decode()).query)
    assert query["text"] == [TEXT]
    assert query["to"] == ["+9779841000001"]
    assert (query["username"], query["password"], query["smsc"]) == (["u"], ["p&w"], ["a"])
    assert query["dlr-url"] == [f"https://sojourn.example/receipts/1/{KEY}/?sign=abc&type=%d"]
    assert f"Idempotency-Key: {KEY}\r\n".encode() in requests[0]
    assert (outcomes[0].fate, outcomes[0].provider_id) == (Fate.SENT, "7f3a")


def test_an_external_channel_gets_the_five_words_of_the_form():
    outcomes, requests = _send(
        _answer(200, b"ok"), kind="external", username="ch1", password="tok", from_address="2020"
    )

    head, _, body = requests[0].partition(b"\r\n\r\n")
    form = parse_qs(body.decode())
    assert form["id"] == [KEY]
    assert form["text"] == [TEXT]
    assert form["to"] == ["+9779841000001"]
    assert (form["from"], form["channel"]) == (["2020"], ["ch1"])
    assert b"Authorization: Token tok" in head
    assert outcomes[0].fate is Fate.SENT


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (_answer(200, b"0: Accepted"), Fate.SENT),
        (_answer(400, b"Invalid recipient"), Fate.FAILED),
        (_answer(404, b"Not routable. Do not try again."), Fate.FAILED),
        (_answer(429), Fate.REFUSED),
        (_answer(503), Fate.REFUSED),
        (_answer(500), Fate.UNCERTAIN),
        (_answer(401), Fate.UNREACHED),
        (_answer(302), Fate.UNREACHED),
        (_answer(202, b"4\r\nabcd\r\n0\r\n\r\n", b"Transfer-Encoding: chunked\r\n"), Fate.SENT),
        (b"nonsense\r\n\r\n", Fate.UNCERTAIN),
    ],
)
def test_each_answer_means_one_thing(answer, fate):
    outcomes, _ = _send(answer)
    assert outcomes[0].fate is fate


def test_one_connection_serves_many_messages():
    outcomes, requests = _send(_answer(202, b"0: Accepted"), parcels=5)
    assert [outcome.fate for outcome in outcomes] == [Fate.SENT] * 5
    assert len(requests) == 5


def test_a_cut_after_writing_is_uncertain_and_no_gateway_is_unreached():
    assert _send(b"", cut=True)[0][0].fate is Fate.UNCERTAIN

    async def nobody():
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return await connect(Route(kind="kannel", url=f"http://127.0.0.1:{port}/")).send(_parcel())

    assert asyncio.run(nobody()).fate is Fate.UNREACHED


def test_a_gateway_is_asked_for_what_it_has():
    script = Path(__file__).with_name("gateway.py")
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as gateway:
        url = f"http://127.0.0.1:{gateway.stdout.readline().strip()}"

        async def work():
            route = Route(
                kind="kannel",
                url=f"{url}/cgi-bin/sendsms",
                ask_url=f"{url}/status?reference={{key}}",
            )
            sender = connect(route)
            before = await sender.ask(KEY)
            await sender.send(_parcel())
            after = await sender.ask(KEY)
            await sender.close()
            return before, after

        assert asyncio.run(work()) == (Asked.HAS_NOT, Asked.HAS)
        gateway.stdin.close()


def test_an_exercise_does_not_connect_to_another_machine(monkeypatch):
    class Writer:
        def get_extra_info(self, _name):
            return ("192.0.2.7", 80)

        def close(self):
            pass

    async def elsewhere(*_args, **_kwargs):
        return asyncio.StreamReader(), Writer()

    monkeypatch.setattr(asyncio, "open_connection", elsewhere)
    route = Route(kind="kannel", url="http://127.0.0.1:9/", is_loopback_only=True)
    outcome = asyncio.run(connect(route).send(_parcel()))

    assert outcome.fate is Fate.UNREACHED
    assert "does not leave this machine" in outcome.reason


class Mailbox:
    """Keeps what arrives and refuses one address."""

    def __init__(self):
        self.envelopes = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  # aiosmtpd's name
        if address.startswith("nobody"):
            return "550 No such mailbox"
        if address.startswith("later"):
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 Queued as 77"


@pytest.fixture
def mail():
    """A real SMTP server on loopback."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield (
        box,
        Route(
            kind="smtp",
            url=f"smtp://127.0.0.1:{port}",
            from_address="Crisis centre <help@example.org>",
            timeout_s=2.0,
        ),
    )
    controller.stop()


def _mail(route, *addresses, text=TEXT):
    async def work():
        sender = connect(route)
        outcomes = [await sender.send(_parcel(address=address, text=text)) for address in addresses]
        await sender.close()
        return outcomes

    return asyncio.run(work())


def test_an_email_goes_to_one_person_with_the_key_as_its_id(mail):
    box, route = mail

    outcomes = _mail(route, "a@example.org", "b@example.org")

    assert [outcome.fate for outcome in outcomes] == [Fate.SENT, Fate.SENT]
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [
        ["a@example.org"],
        ["b@example.org"],
    ]
    message = message_from_bytes(box.envelopes[0].content, policy=default)
    assert message["Message-ID"] == f"<{KEY}@example.org>"
    assert message["To"] == "a@example.org"
    assert message.get_content().strip() == TEXT


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org,b@example.org",
        "a@example.org b@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "a@example.org\nBcc: b@example.org",
        "undisclosed-recipients:;",
        "",
    ],
)
def test_what_is_not_exactly_one_address_never_reaches_the_server(mail, address):
    box, route = mail

    outcomes = _mail(route, address)

    assert outcomes[0].fate is Fate.FAILED
    assert box.envelopes == []
    with pytest.raises(CannotAddress):
        one_address(address)


def test_refusals_of_a_mail_server_are_told_apart_and_the_next_mail_goes_out(mail):
    box, route = mail

    outcomes = _mail(route, "nobody@example.org", "later@example.org", "a@example.org")

    assert [outcome.fate for outcome in outcomes] == [Fate.FAILED, Fate.REFUSED, Fate.SENT]
    assert len(box.envelopes) == 1


def test_a_line_with_a_single_dot_does_not_end_the_mail(mail):
    box, route = mail

    _mail(route, "a@example.org", text="one\n.\n..two\nthree")

    message = message_from_bytes(box.envelopes[0].content, policy=default)
    assert message.get_content().split() == ["one", ".", "..two", "three"]


def test_a_mail_server_that_dies_after_the_text_leaves_doubt():
    async def work():
        async def serve(reader, writer):
            writer.write(b"220 hello\r\n")
            while line := await reader.readline():
                if line == b".\r\n":
                    writer.transport.abort()
                    return
                if line.startswith((b"EHLO", b"MAIL", b"RCPT")):
                    writer.write(b"250 ok\r\n")
                elif line.startswith(b"DATA"):
                    writer.write(b"354 go on\r\n")

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        route = Route(kind="smtp", url=f"smtp://127.0.0.1:{port}", from_address="h@example.org")
        outcome = await connect(route).send(_parcel(address="a@example.org"))
        server.close()
        return outcome

    assert asyncio.run(work()).fate is Fate.UNCERTAIN


def test_a_parcel_shows_no_personal_data_when_it_is_printed():
    assert unquote(repr(_parcel())) == "Parcel(1)"
