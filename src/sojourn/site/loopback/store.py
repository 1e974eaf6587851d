"""What the operator keeps: lines (who sends through it), messages in both directions, phones that are off."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TABLES: Final = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;
CREATE TABLE IF NOT EXISTS line (
    id TEXT PRIMARY KEY, secret TEXT NOT NULL, sender TEXT NOT NULL, channel TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, line TEXT NOT NULL,
    is_answer INTEGER NOT NULL, phone TEXT NOT NULL, text TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL, said_at TEXT NOT NULL DEFAULT '', report_url TEXT NOT NULL DEFAULT '',
    is_done INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS message_phone ON message (phone, seq);
CREATE INDEX IF NOT EXISTS message_open ON message (seq) WHERE is_done = 0;
CREATE TABLE IF NOT EXISTS phone (number TEXT PRIMARY KEY, is_gone INTEGER NOT NULL DEFAULT 0);
"""
COLUMNS: Final = "seq, key, line, is_answer, phone, text, subject, at, said_at, report_url, is_done"


@dataclass(frozen=True, slots=True)
class Line:
    """Who sends through the operator: the name and secret they sign in with, and what they send as."""

    id: str
    secret: str
    sender: str
    channel: str = "sms"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a phone, or an answer from it. `is_done`: reported, or taken by the inbox."""

    seq: int
    key: str
    line: str
    is_answer: bool
    phone: str
    text: str
    subject: str
    at: float
    said_at: str
    report_url: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone with its newest message."""

    number: str
    newest: Message
    count: int


class Store:
    """The operator's own SQLite file."""

    def __init__(self, file: Path | str) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.executescript(TABLES)

    def know(self, line: Line) -> None:
        """Remember who sends, with the newest secret."""
        self.connection.execute(
            "INSERT INTO line VALUES (?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
            " secret = excluded.secret, sender = excluded.sender, channel = excluded.channel",
            (line.id, line.secret, line.sender, line.channel),
        )

    def line(self, key: str) -> Line | None:
        """Return a line, or None."""
        row = self.connection.execute("SELECT * FROM line WHERE id = ?", (key,)).fetchone()
        return Line(*row) if row else None

    def line_of(self, phone: str) -> Line | None:
        """Return the line that wrote to a phone last."""
        row = self.connection.execute(
            "SELECT line FROM message WHERE phone = ? AND NOT is_answer ORDER BY seq DESC LIMIT 1",
            (phone,),
        ).fetchone()
        return self.line(row[0]) if row else None

    def take(
        self,
        *,
        key: str,
        line: str,
        phone: str,
        text: str,
        subject: str = "",
        report_url: str = "",
    ) -> bool:
        """Take a message for a phone; a repeated key adds nothing."""
        done = self.connection.execute(
            "INSERT INTO message (key, line, is_answer, phone, text, subject, at, report_url, is_done)"
            " VALUES (?,?,0,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING",
            (key, line, phone, text, subject, time.time(), report_url, not report_url),
        )
        return done.rowcount == 1

    def answer(self, *, key: str, line: str, phone: str, text: str, said_at: str) -> bool:
        """Keep an answer from a phone until the inbox has taken it; a repeated key adds nothing."""
        done = self.connection.execute(
            "INSERT INTO message (key, line, is_answer, phone, text, at, said_at, is_done)"
            " VALUES (?,?,1,?,?,?,?,0) ON CONFLICT (key) DO NOTHING",
            (key, line, phone, text, time.time(), said_at),
        )
        return done.rowcount == 1

    def has(self, key: str) -> bool:
        """Return whether a message was taken."""
        found = self.connection.execute("SELECT 1 FROM message WHERE key = ?", (key,)).fetchone()
        return found is not None

    def after(self, seq: int, *, limit: int) -> list[Message]:
        """Return messages to phones that came after `seq`, oldest first."""
        return self._messages("WHERE seq > ? AND NOT is_answer ORDER BY seq LIMIT ?", (seq, limit))

    def thread(self, phone: str) -> list[Message]:
        """Return what a phone got and answered, oldest first."""
        return self._messages(
            "WHERE seq IN (SELECT seq FROM message WHERE phone = ? ORDER BY seq DESC LIMIT 200)"
            " ORDER BY seq",
            (phone,),
        )

    def waiting(self, *, is_answer: bool, limit: int) -> list[Message]:
        """Return the answers that must still be handed to the inbox, or the reports due; oldest first."""
        return self._messages(
            "WHERE is_done = 0 AND is_answer = ? ORDER BY seq LIMIT ?", (is_answer, limit)
        )

    def done(self, seqs: Sequence[int]) -> None:
        """Note that messages were reported, or answers taken."""
        self.connection.executemany(
            "UPDATE message SET is_done = 1 WHERE seq = ?", ((seq,) for seq in seqs)
        )

    def phones(self, *, search: str = "", limit: int = 200) -> list[Phone]:
        """Return phones, the one with the newest message first."""
        rows = self.connection.execute(
            "SELECT phone, max(seq), count(*) FROM message WHERE phone LIKE ? ESCAPE '\\'"
            " GROUP BY phone ORDER BY 2 DESC LIMIT ?",
            (f"%{_escaped(search)}%", limit),
        ).fetchall()
        newest = {
            message.seq: message
            for message in self._messages(
                f"WHERE seq IN ({','.join('?' * len(rows))})", tuple(row[1] for row in rows)
            )
        }
        return [Phone(number, newest[seq], count) for number, seq, count in rows]

    def counts(self) -> tuple[int, int, int]:
        """Return how many phones there are, messages to them, and answers."""
        row = self.connection.execute(
            "SELECT count(DISTINCT phone), count(*) - coalesce(sum(is_answer), 0),"
            " coalesce(sum(is_answer), 0) FROM message"
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def set_gone(self, number: str, *, is_gone: bool) -> None:
        """Switch a phone off for good, or on: what is sent to it cannot be delivered."""
        self.connection.execute(
            "INSERT INTO phone VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET is_gone = excluded.is_gone",
            (number, is_gone),
        )

    def is_gone(self, number: str) -> bool:
        """Return whether a phone is off for good."""
        row = self.connection.execute(
            "SELECT is_gone FROM phone WHERE number = ?", (number,)
        ).fetchone()
        return bool(row and row[0])

    def clear(self) -> None:
        """Forget all messages and phones; lines stay."""
        self.connection.executescript("DELETE FROM message; DELETE FROM phone;")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def _messages(self, where: str, values: tuple[object, ...]) -> list[Message]:
        rows = self.connection.execute(f"SELECT {COLUMNS} FROM message {where}", values)
        return [_message(row) for row in rows.fetchall()]


def _message(row: Sequence[Any]) -> Message:
    seq, key, line, is_answer, phone, text, subject, at, said_at, report_url, is_done = row
    return Message(
        seq=seq,
        key=key,
        line=line,
        is_answer=bool(is_answer),
        phone=phone,
        text=text,
        subject=subject,
        at=at,
        said_at=said_at,
        report_url=report_url,
        is_done=bool(is_done),
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
