"""The mailbox side: takes e-mail by SMTP (RFC 5321) into the same phones, addressed by e-mail address."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Final

from sojourn.site.loopback.wire import BREAKS

LONGEST_MAIL: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail as it was handed over, with who signed in."""

    username: str
    password: str
    sender: str
    recipient: str
    message_id: str
    subject: str
    text: str


class Session:
    """One connection of a client."""

    def __init__(self, take: Callable[[Mail], bool]) -> None:
        self.take = take
        self.username = self.password = self.sender = ""
        self.recipients: list[str] = []

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak until the client says goodbye or goes away."""
        writer.write(b"220 loopback exercise mailbox\r\n")
        try:
            while line := await reader.readline():
                answer = await self._answer(line.decode("utf-8", "replace").strip(), reader, writer)
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
                if answer.startswith("221"):
                    break
        except (*BREAKS, asyncio.CancelledError):
            pass  # the other side went away, or we stop
        finally:
            writer.close()

    async def _answer(
        self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                return "250-loopback\r\n250-AUTH PLAIN\r\n250-SMTPUTF8\r\n250 8BITMIME"
            case "AUTH":
                return self._sign_in(rest)
            case "MAIL":
                self.sender, self.recipients = _address(rest), []
                return "250 ok"
            case "RCPT":
                self.recipients.append(_address(rest))
                return "250 ok"
            case "DATA":
                return await self._data(reader, writer)
            case "QUIT":
                return "221 bye"
        return "250 ok"

    def _sign_in(self, rest: str) -> str:
        try:
            _, self.username, self.password = (
                base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
            )
        except (ValueError, binascii.Error):
            return "535 not understood"
        return "235 welcome"

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if not self.recipients:
            return "503 nobody to send to"
        writer.write(b"354 go on\r\n")
        await writer.drain()
        content = b""
        while (line := await reader.readline()) not in (b".\r\n", b""):
            content += line[1:] if line.startswith(b".") else line
            if len(content) > LONGEST_MAIL:
                return "552 too long"
        parsed = message_from_bytes(content, policy=default)
        for recipient in self.recipients:
            self.take(
                Mail(
                    username=self.username,
                    password=self.password,
                    sender=self.sender,
                    recipient=recipient.lower(),
                    message_id=str(parsed.get("Message-ID", "")),
                    subject=str(parsed.get("Subject", "")),
                    text=_text_of(parsed),
                )
            )
        return "250 taken"


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return "\n".join(str(body.get_content()).splitlines()).strip() if body is not None else ""


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
