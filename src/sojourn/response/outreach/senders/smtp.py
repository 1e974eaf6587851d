"""E-mail over SMTP (RFC 5321): one recipient an e-mail, always; the key is the Message-ID.

A parcel has one address, the envelope has room for one, and what is not exactly one address is refused here,
whatever the pages above did. Until the last dot is written nothing was sent; after it, only an answer tells.
"""

import asyncio
import base64
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from sojourn.response.outreach.senders import Asked, Fate, Outcome, Parcel, Route
from sojourn.response.outreach.senders.connection import BREAKS, NotReached, Place, Stream

ONE_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}")


class CannotAddress(Exception):
    """What was given is not exactly one e-mail address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: code, text, and for the greeting its extensions."""

    code: int
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the first line, shortened."""
        return self.lines[0][:120] if self.lines else ""


def one_address(address: str) -> str:
    """Return the address if it is exactly one. Raises CannotAddress."""
    if not ONE_ADDRESS.fullmatch(address):
        raise CannotAddress("not exactly one e-mail address")
    return address


def email_of(parcel: Parcel, *, from_address: str, at: datetime) -> bytes:
    """Return the e-mail for one person. Raises CannotAddress."""
    message = EmailMessage(policy=SMTP)
    message["From"] = from_address
    message["To"] = one_address(parcel.address)
    message["Subject"] = " ".join(parcel.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(parcel.key, from_address)
    message["Auto-Submitted"] = "auto-generated"
    if parcel.language:
        message["Content-Language"] = parcel.language
    message.set_content(parcel.text, cte="base64" if not parcel.text.isascii() else None)
    return bytes(message)


def message_id(key: str, from_address: str) -> str:
    """Return the Message-ID under which answers refer to a message."""
    return f"<{key}@{from_address.rpartition('@')[2].strip('>') or 'localhost'}>"


class SmtpSender:
    """One connection to a mail server; `smtp://` (STARTTLS where offered) or `smtps://`."""

    def __init__(self, route: Route) -> None:
        parts = urlsplit(route.url)
        is_tls = parts.scheme == "smtps"
        host = parts.hostname or ""
        self.route = route
        self.host = host
        port = parts.port or (465 if is_tls else 25)
        self.stream = Stream(Place(host, port, is_tls, route.is_loopback_only), route.timeout_s)
        self.is_greeted = False

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand over one e-mail to one address."""
        try:
            content = email_of(parcel, from_address=self.route.from_address, at=datetime.now(UTC))
        except CannotAddress as refusal:
            return Outcome(Fate.FAILED, reason=str(refusal))
        try:
            await self._greet()
            return await self._hand_over(parcel.address, content)
        except NotReached as error:
            return Outcome(Fate.UNREACHED, reason=str(error))
        except BREAKS as error:
            self._drop()
            return Outcome(
                Fate.REFUSED, reason=f"the mail server fell silent ({type(error).__name__})"
            )

    async def ask(self, key: str) -> Asked:
        """Mail servers cannot be asked."""
        return Asked.UNKNOWN

    async def close(self) -> None:
        """Say goodbye and close."""
        if self.stream.is_open() and self.stream.writer is not None:
            self.stream.writer.write(b"QUIT\r\n")
        await self.stream.close()

    async def _hand_over(self, address: str, content: bytes) -> Outcome:
        sender = one_address(self.route.from_address.rpartition("<")[2].rstrip(">"))
        for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{one_address(address)}>", "DATA"):
            reply = await self._say(command)
            if reply.code not in {250, 251, 354}:
                return await self._refused(reply)
        _, writer = self.stream.held()
        stuffed = re.sub(rb"(?m)^\.", b"..", content)
        writer.write(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        await writer.drain()
        try:
            reply = await self._say(".")
        except BREAKS as error:
            self._drop()
            return Outcome(
                Fate.UNCERTAIN, reason=f"no answer after the text ({type(error).__name__})"
            )
        if reply.code == 250:
            return Outcome(Fate.SENT, provider_id=reply.words[:100])
        return await self._refused(reply)

    async def _refused(self, reply: Reply) -> Outcome:
        if reply.code in {421, 530, 535}:
            self._drop()
            return Outcome(Fate.UNREACHED, reason=f"the mail server turned us away ({reply.code})")
        await self._say("RSET")
        fate = Fate.REFUSED if reply.code < 500 else Fate.FAILED
        return Outcome(fate, reason=f"the mail server said no ({reply.code})")

    async def _greet(self) -> None:
        """Connect, greet, encrypt and sign in, once a connection. Raises NotReached."""
        if self.is_greeted and self.stream.is_open():
            return
        self._drop()
        await self.stream.opened()
        try:
            await self._introduce()
        except BREAKS as error:
            self._drop()
            raise NotReached(f"no greeting ({type(error).__name__})") from error
        self.is_greeted = True

    async def _introduce(self) -> None:
        _expect(await self._read(), 220)
        abilities = _expect(await self._say("EHLO sojourn"), 250).lines
        if "STARTTLS" in abilities and not self.stream.place.is_tls:
            _expect(await self._say("STARTTLS"), 220)
            _, writer = self.stream.held()
            await writer.start_tls(ssl.create_default_context(), server_hostname=self.host)
            _expect(await self._say("EHLO sojourn"), 250)
        if self.route.username:
            plain = f"\0{self.route.username}\0{self.route.password}".encode()
            _expect(await self._say(f"AUTH PLAIN {base64.b64encode(plain).decode()}"), 235)

    async def _say(self, command: str) -> Reply:
        _, writer = self.stream.held()
        writer.write(f"{command}\r\n".encode())
        return await self._read()

    async def _read(self) -> Reply:
        reader, _ = self.stream.held()
        lines: list[str] = []
        async with asyncio.timeout(self.route.timeout_s):
            while True:
                line = (await reader.readuntil(b"\r\n")).decode(errors="replace")
                lines.append(line[4:].strip())
                if line[3:4] != "-":
                    return Reply(int(line[:3]), tuple(lines))

    def _drop(self) -> None:
        self.stream.drop()
        self.is_greeted = False


def _expect(reply: Reply, code: int) -> Reply:
    if reply.code != code:
        raise NotReached(f"the mail server answered {reply.code}")
    return reply
