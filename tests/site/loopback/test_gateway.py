"""The built-in operator, spoken to as real gateways are, over real sockets."""

import asyncio
import json
import re
import smtplib
from email.message import EmailMessage
from urllib.parse import urlencode

import pytest

from sojourn.response.outreach.inbox.envelope import Request as InboxRequest
from sojourn.response.outreach.inbox.envelope import arrived
from sojourn.site.loopback.gateway import Gateway
from sojourn.site.loopback.smtp import Session
from sojourn.site.loopback.store import Store
from sojourn.site.loopback.wire import Caller, Response, serve

PHONE = "+9779812345678"
SECRET = "between us"


class FakeInbox:
    """A door that answers as it is told and keeps what it was brought."""

    def __init__(self):
        self.statuses = []
        self.brought = []
        self.reports = []
        self.takes_reports = asyncio.Event()
        self.takes_reports.set()

    async def handle(self, request):
        if request.path.startswith("/reports"):
            await self.takes_reports.wait()
            self.reports.append(request.query)
            return Response(200)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.brought.append(request)
        return Response(status)


class Operator:
    """An operator with a fake inbox behind it, on ports of its own."""

    def __init__(self, store):
        self.store = store
        self.inbox = FakeInbox()
        self.caller = Caller()

    async def __aenter__(self):
        self.inbox_server = await self._serve(self.inbox.handle)
        self.gateway = Gateway(
            self.store, inbox_url=f"http://127.0.0.1:{self._port(self.inbox_server)}"
        )
        self.server = await self._serve(self.gateway.handle)
        self.url = f"http://127.0.0.1:{self._port(self.server)}"
        self.smtp = await asyncio.start_server(
            lambda reader, writer: Session(self.gateway.take_mail).run(reader, writer),
            "127.0.0.1",
            0,
        )
        self.bringing = asyncio.create_task(self.gateway.bring())
        return self

    async def __aexit__(self, *_):
        self.bringing.cancel()
        self.caller.close()
        for server in (self.server, self.inbox_server, self.smtp):
            server.close()

    async def _serve(self, handler):
        return await asyncio.start_server(
            lambda reader, writer: serve(reader, writer, handler), "127.0.0.1", 0
        )

    def _port(self, server):
        return server.sockets[0].getsockname()[1]

    async def sms(self, text="1?", key="k1", report=""):
        fields = {"username": "line-1", "password": SECRET, "to": PHONE, "text": text}
        if report:
            fields["dlr-url"] = report
        return await self.caller.call(
            "GET",
            f"{self.url}/cgi-bin/sendsms?{urlencode(fields)}",
            headers={"Idempotency-Key": key},
        )

    async def post(self, path, facts):
        return await self.caller.call("POST", f"{self.url}{path}", json.dumps(facts).encode())

    async def until(self, condition):
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.01)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "loopback.sqlite3")
    yield opened
    opened.close()


def play(store, scenario):
    async def run():
        async with Operator(store) as operator:
            await scenario(operator)

    asyncio.run(run())


def test_a_repeated_key_is_one_message(store):
    async def scenario(operator):
        assert await operator.sms() == 202
        assert await operator.sms() == 202
        assert len(operator.store.thread(PHONE)) == 1

    play(store, scenario)


def test_it_can_be_asked_whether_it_has_a_message(store):
    async def scenario(operator):
        await operator.sms(key="k7")
        assert await operator.caller.call("GET", f"{operator.url}/known/k7") == 200
        assert await operator.caller.call("GET", f"{operator.url}/known/k8") == 404

    play(store, scenario)


def test_delivery_is_reported_and_a_phone_that_is_gone_fails(store):
    async def scenario(operator):
        port = operator._port(operator.inbox_server)
        await operator.sms(report=f"http://127.0.0.1:{port}/reports?type=%d")
        await operator.until(lambda: operator.inbox.reports)
        await operator.post("/api/gone", {"phones": [PHONE]})
        await operator.sms(key="k2", report=f"http://127.0.0.1:{port}/reports?type=%d")
        await operator.until(lambda: len(operator.inbox.reports) == 2)
        assert operator.inbox.reports == ["type=1", "type=2"]

    play(store, scenario)


def test_an_answer_is_brought_signed_and_again_until_it_is_taken(store):
    async def scenario(operator):
        await operator.sms()
        operator.inbox.statuses = [503, 503]
        await operator.post("/api/answers", {"answers": [{"id": "a", "phone": PHONE, "text": "१"}]})
        await operator.until(lambda: operator.inbox.brought)
        (request,) = operator.inbox.brought
        assert request.path == "/in/line-1/"
        message = arrived(
            InboxRequest("POST", b"", request.headers, request.body), form="signed", secret=SECRET
        )
        assert (message.provider_message_id, message.address, message.text) == ("a", PHONE, "१")

    play(store, scenario)


def test_no_answer_waits_behind_delivery_reports(store):
    async def scenario(operator):
        operator.inbox.takes_reports.clear()
        port = operator._port(operator.inbox_server)
        for number in range(40):
            await operator.sms(key=f"k{number}", report=f"http://127.0.0.1:{port}/reports?type=%d")
        await operator.post("/api/answers", {"answers": [{"id": "a", "phone": PHONE, "text": "1"}]})
        await operator.until(lambda: operator.inbox.brought)
        assert operator.inbox.reports == []
        operator.inbox.takes_reports.set()

    play(store, scenario)


def test_the_same_answer_twice_is_brought_once(store):
    async def scenario(operator):
        await operator.sms()
        answer = {"answers": [{"id": "a", "phone": PHONE, "text": "1"}]}
        await operator.post("/api/answers", answer)
        await operator.post("/api/answers", answer)
        await operator.until(lambda: not operator.store.waiting(is_answer=True, limit=5))
        assert len(operator.inbox.brought) == 1

    play(store, scenario)


def test_mail_lands_on_the_phone_of_its_address(store):
    def send(port):
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = "Safe?", "post@example.org", "Maria@example.org"
        mail["Message-ID"] = "<m1@example.org>"
        mail.set_content("নিরাপদ থাকলে 1\n.dot")
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.login("line-2", SECRET)
            server.send_message(mail)

    async def scenario(operator):
        await asyncio.to_thread(send, operator._port(operator.smtp))
        (message,) = operator.store.thread("maria@example.org")
        assert (message.key, message.subject) == ("m1", "Safe?")
        assert message.text == "নিরাপদ থাকলে 1\n.dot"
        assert operator.store.line_of("maria@example.org").id == "line-2"

    play(store, scenario)


def test_the_form_of_rapidpro_is_spoken_too(store):
    async def scenario(operator):
        body = urlencode({"id": "r1", "to": PHONE, "text": "hello", "channel": "line-3"}).encode()
        headers = {"Authorization": f"Token {SECRET}"}
        url = f"{operator.url}/external"
        assert await operator.caller.call("POST", url, body, headers) == 200
        assert operator.store.line_of(PHONE).secret == SECRET

    play(store, scenario)


def test_simulated_people_read_what_is_new(store):
    async def scenario(operator):
        for number in range(3):
            await operator.sms(key=f"k{number}")
        assert [message.key for message in operator.store.after(1, limit=10)] == ["k1", "k2"]

    play(store, scenario)


def _get(gateway, path, **headers):
    from sojourn.site.loopback.wire import Request

    path, _, query = path.partition("?")
    request = Request("GET", path, query, {"host": "127.0.0.1:8002", **headers}, b"")
    return asyncio.run(gateway.handle(request))


def test_every_page_says_that_it_is_an_exercise(store):
    store.take(key="k", line="l", phone=PHONE, text="<b>1</b> http://localhost:8000/p/x/")
    gateway = Gateway(store, inbox_url="http://127.0.0.1:1")

    for path in ("/", f"/phone/{PHONE}", "/phone/nobody"):
        page = _get(gateway, path).body.decode()
        assert re.search(r'class="ribbon">EXERCISE', page), path
    page = _get(gateway, f"/phone/{PHONE}").body.decode()
    assert "<b>1</b>" not in page
    assert 'href="http://localhost:8000/p/x/"' in page


def test_other_machines_and_other_sites_are_turned_away(store):
    gateway = Gateway(store, inbox_url="http://127.0.0.1:1")

    assert _get(gateway, "/", host="evil.example").status == 403
    assert _get(gateway, "/", origin="https://evil.example").status == 403
    assert _get(gateway, "/", origin="http://localhost:8002").status == 200


def test_a_page_tells_where_its_form_is_posted_from(store):
    """A browser that hides it sends `Origin: null`, which is refused like any other site."""
    store.take(key="k", line="l", phone=PHONE, text="1?")
    gateway = Gateway(store, inbox_url="http://127.0.0.1:1")

    assert _get(gateway, f"/phone/{PHONE}").headers["Referrer-Policy"] == "same-origin"
    assert _get(gateway, "/", origin="null").status == 403
