"""The operator: takes messages in the forms of real gateways, reports delivery, and brings answers to the inbox."""

import asyncio
import contextlib
import hmac
import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from sojourn.site.loopback import pages
from sojourn.site.loopback.smtp import Mail
from sojourn.site.loopback.store import Line, Message, Store
from sojourn.site.loopback.wire import Caller, Request, Response

AT_ONCE: Final = 500
CALLERS: Final = 16
IDLE_SECONDS: Final = 0.2
HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
DELIVERED, FAILED = "1", "2"


class Gateway:
    """One operator on one port."""

    def __init__(self, store: Store, *, inbox_url: str) -> None:
        self.store = store
        self.inbox_url = inbox_url.rstrip("/")
        self.news = asyncio.Event()

    async def handle(self, request: Request) -> Response:
        """Answer one request. Only this machine is answered, and no other site's page."""
        if not _is_ours(request):
            return Response(403, b"Only this machine may speak to these phones.")
        match (request.method, request.path.strip("/").split("/")):
            case (_, ["cgi-bin", "sendsms"]):
                return self._kannel(request)
            case ("POST", ["external"]):
                return self._external(request)
            case ("GET", ["known", key]):
                return Response(200 if self.store.has(key) else 404)
            case (method, ["api", name]):
                return self._api(method, name, request)
            case _:
                return self._page(request)

    def take_mail(self, mail: Mail) -> bool:
        """Take an e-mail into the phone of its address."""
        self.store.know(Line(mail.username, mail.password, mail.sender, "email"))
        return self.store.take(
            key=mail.message_id.strip("<> ").partition("@")[0] or str(uuid4()),
            line=mail.username,
            phone=mail.recipient,
            text=mail.text,
            subject=mail.subject,
        )

    def _kannel(self, request: Request) -> Response:
        fields = request.form
        if not fields.get("username") or not fields.get("to"):
            return Response(403, b"Authorization failed for sendsms")
        key = request.headers.get("idempotency-key") or str(uuid4())
        self.store.know(
            Line(fields["username"], fields.get("password", ""), fields.get("from", ""))
        )
        self.store.take(
            key=key,
            line=fields["username"],
            phone=_number(fields["to"]),
            text=fields.get("text", ""),
            report_url=fields.get("dlr-url", ""),
        )
        self.news.set()
        return Response(202, f"0: Accepted for delivery: {key}".encode())

    def _external(self, request: Request) -> Response:
        fields = request.form
        if not fields.get("id") or not fields.get("to"):
            return Response(400, b"id and to are needed")
        secret = request.headers.get("authorization", "").removeprefix("Token ")
        line = fields.get("channel", "")
        self.store.know(Line(line, secret, fields.get("from", "")))
        self.store.take(
            key=fields["id"], line=line, phone=_number(fields["to"]), text=fields.get("text", "")
        )
        return Response(200, b"accepted")

    def _api(self, method: str, name: str, request: Request) -> Response:
        """The local interface of the simulated people of an exercise."""
        match (method, name):
            case ("GET", "messages"):
                fields = request.form
                found = self.store.after(
                    int(fields.get("after", "0")), limit=int(fields.get("limit", "1000"))
                )
                return _json({"messages": [_shown(message) for message in found]})
            case ("POST", "answers"):
                given = json.loads(request.body)
                return _json({"taken": self.answers(given["answers"])})
            case ("POST", "gone"):
                given = json.loads(request.body)
                for number in given["phones"]:
                    self.store.set_gone(str(number), is_gone=bool(given.get("is_gone", True)))
                return _json({})
            case ("POST", "clear"):
                self.store.clear()
                return _json({})
        return Response(404)

    def answers(self, answers: Iterable[dict[str, Any]]) -> int:
        """Keep answers of phones for the inbox; return how many are new."""
        taken = 0
        for answer in answers:
            phone = str(answer["phone"])
            line = answer.get("line") or getattr(self.store.line_of(phone), "id", None)
            if line is None:
                continue
            taken += self.store.answer(
                key=str(answer.get("id") or uuid4()),
                line=str(line),
                phone=phone,
                text=str(answer["text"]),
                said_at=str(answer.get("at", "")),
            )
        self.news.set()
        return taken

    def _page(self, request: Request) -> Response:
        match (request.method, request.path.strip("/").split("/", 1)):
            case ("GET", [""]):
                return pages.phones(self.store, search=request.form.get("search", ""))
            case ("GET", ["phone", number]):
                return pages.phone(self.store, number, is_part="part" in request.form)
            case ("POST", ["phone", number]):
                text = request.form.get("text", "").strip()
                if text:
                    self.answers([{"phone": number, "text": text}])
                return Response(303, headers={"Location": pages.address_of(number)})
            case ("GET", ["static", name]):
                return pages.static(name)
        return Response(404, b"There is no such page here.")

    async def bring(self) -> None:
        """Bring answers to the inbox and report deliveries, for ever; no answer waits behind reports."""
        await asyncio.gather(self._bring_all(is_answer=True), self._bring_all(is_answer=False))

    async def _bring_all(self, *, is_answer: bool) -> None:
        """Bring what waits of one kind; what is not taken is brought again."""
        callers = [Caller() for _ in range(CALLERS)]
        while True:
            waiting = self.store.waiting(is_answer=is_answer, limit=AT_ONCE)
            lanes = [waiting[number::CALLERS] for number in range(CALLERS)]
            brought = await asyncio.gather(
                *(self._lane(caller, lane) for caller, lane in zip(callers, lanes, strict=True))
            )
            done = [seq for lane in brought for seq in lane]
            self.store.done(done)
            if len(done) < len(waiting) or not waiting:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.news.wait(), IDLE_SECONDS)
                self.news.clear()

    async def _lane(self, caller: Caller, lane: list[Message]) -> list[int]:
        done = []
        for message in lane:
            if message.is_answer:
                is_done = await self._bring_answer(caller, message)
            else:
                is_done = await self._report(caller, message)
            if is_done:
                done.append(message.seq)
        return done

    async def _report(self, caller: Caller, message: Message) -> bool:
        fate = FAILED if self.store.is_gone(message.phone) else DELIVERED
        status = await caller.call("GET", message.report_url.replace("%d", fate))
        return 200 <= status < 500 and status not in (408, 429)

    async def _bring_answer(self, caller: Caller, message: Message) -> bool:
        line = self.store.line(message.line)
        if line is None:
            return True
        facts = {"id": message.key, "from": message.phone, "text": message.text}
        if message.said_at:
            facts["at"] = message.said_at
        body = json.dumps(facts, ensure_ascii=False).encode()
        signature = hmac.new(line.secret.encode(), body, sha256).hexdigest()
        headers = {"X-Signature": f"sha256={signature}", "Content-Type": "application/json"}
        status = await caller.call("POST", f"{self.inbox_url}/in/{line.id}/", body, headers)
        return status == 200 or 400 <= status < 404


def _is_ours(request: Request) -> bool:
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    origin = request.headers.get("origin", "")
    return host in HOSTS and (not origin or urlsplit(origin).hostname in HOSTS)


def _number(text: str) -> str:
    text = text.strip()
    return f"+{text}" if text.isdigit() and len(text) > 6 else text


def _json(facts: object) -> Response:
    return Response(
        200, json.dumps(facts, ensure_ascii=False).encode(), "application/json; charset=utf-8"
    )


def _shown(message: Message) -> dict[str, object]:
    return {
        "seq": message.seq,
        "key": message.key,
        "line": message.line,
        "phone": message.phone,
        "text": message.text,
        "subject": message.subject,
        "at": message.at,
    }
