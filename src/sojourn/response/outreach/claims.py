"""The outbox's statements on its table: claim for a sender, settle what was sent, notice what fell silent.

All run in one short transaction in a thread of their own (`outbox.desk`). The claim is one statement and looks
at the contact point as it is at that moment, so STOP between queue and send is honoured.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from sojourn.foundation.jobs import claims
from sojourn.foundation.jobs.claims import plain

TABLE: Final = "outreach_message"
POINT: Final = "SELECT {} FROM people_contactpoint AS point WHERE point.id = m.contact_point_id"
WAITING: Final = (
    "waiting.state = 'queued' AND waiting.channel = %s AND waiting.organisation_id = %s"
    " AND waiting.is_exercise = %s AND waiting.not_before <= %s AND NOT waiting.is_held"
    " AND (waiting.bound_to_id IS NULL OR waiting.bound_to_id = %s)"
)
TAKING: Final = (
    f"state = CASE WHEN ({POINT.format('point.stopped_at')}) IS NULL"
    " THEN 'claimed' ELSE 'stopped' END,"
    " sender_id = %s, sender_is_exercise = %s, worker = %s, lease_until = %s, tries = tries + 1"
)
COLUMNS: Final = (
    "m.id",
    "m.key",
    "m.sealed",
    f"({POINT.format('point.address')})",
    f"({POINT.format('point.invalid_at')})",
    "m.language",
    "m.tries",
    "m.urgency",
)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who claims: a worker for a sender, with what the sender may take."""

    sender_id: UUID
    organisation_id: UUID
    channel: str
    is_exercise: bool
    worker: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until the lease ends."""

    id: int
    key: UUID
    sealed: bytes
    address: str
    is_invalid: bool
    language: str
    tries: int
    urgency: int


def claim(
    cursor: CursorWrapper, taker: Taker, *, limit: int, at: datetime, lease_until: datetime
) -> list[Claimed]:
    """Claim up to `limit` messages for a sender, most urgent and oldest first. Commit before sending."""
    who = [taker.channel, taker.organisation_id, taker.is_exercise, at, taker.sender_id]
    what = [taker.sender_id, taker.is_exercise, taker.worker, lease_until]
    is_sqlite = cursor.db.vendor == "sqlite"
    taking = claims.Claim(
        table=TABLE,
        where=WAITING,
        order="waiting.urgency, waiting.id",
        sets=TAKING,
        returning="" if is_sqlite else ", ".join((*COLUMNS, "m.state")),
    )
    rows = claims.run(cursor, taking, [*what, *who], limit=limit)
    if is_sqlite:
        claimed = _taken_together(cursor, taker, lease_until)
    else:
        claimed = [_claimed(row) for row in rows if row[-1] == "claimed"]
    claimed.sort(key=lambda row: (row.urgency, row.id))
    return claimed


def _taken_together(cursor: CursorWrapper, taker: Taker, lease_until: datetime) -> list[Claimed]:
    """Read what the claim took as one JSON value, in the same transaction.

    Row by row, SQLite would let go of the interpreter and take it back for each; with the sending loop busy in
    another thread every such step may wait 5 ms.
    """
    columns = list(COLUMNS)
    columns[2] = "hex(m.sealed)"
    cursor.execute(
        f"SELECT json_group_array(json_array({', '.join(columns)})) FROM {TABLE} AS m"
        " WHERE m.state = 'claimed' AND m.lease_until = %s AND m.worker = %s AND m.sender_id = %s",
        [plain(value, cursor.db) for value in (lease_until, taker.worker, taker.sender_id)],
    )
    return [_claimed(row) for row in json.loads(cursor.fetchone()[0])]


def _claimed(row: Sequence[object]) -> Claimed:
    key, sealed, invalid_at = row[1], row[2], row[4]
    return Claimed(
        id=int(str(row[0])),
        key=key if isinstance(key, UUID) else UUID(hex=str(key)),
        sealed=bytes.fromhex(sealed) if isinstance(sealed, str) else bytes(sealed),  # type: ignore[call-overload]  # memoryview or bytes
        address=str(row[3]),
        is_invalid=invalid_at is not None,
        language=str(row[5]),
        tries=int(str(row[6])),
        urgency=int(str(row[7])),
    )


SENT_SETS: Final = (
    "UPDATE outreach_message AS m SET state = 'sent', sent_at = %s, lease_until = NULL,"
    " resolve_after = NULL, failure = ''"
)
SENT_WHERE: Final = " AND ((m.state = 'claimed' AND m.worker = %s) OR m.state = 'uncertain')"


def settle_sent(
    cursor: CursorWrapper, sent: Sequence[tuple[int, str]], *, worker: str, at: datetime
) -> None:
    """Note in one statement which messages the gateway took, with the ids it gave them."""
    when = plain(at, cursor.db)
    if cursor.db.vendor == "postgresql":
        cursor.execute(
            f"{SENT_SETS}, provider_id = v.provider_id"
            " FROM unnest(%s::bigint[], %s::text[]) AS v(id, provider_id) WHERE m.id = v.id"
            + SENT_WHERE,
            [when, [row[0] for row in sent], [row[1] for row in sent], worker],
        )
    else:
        cursor.execute(
            f"{SENT_SETS}, provider_id = v.value ->> 1"
            " FROM json_each(%s) AS v WHERE m.id = v.value ->> 0" + SENT_WHERE,
            [when, json.dumps(list(sent)), worker],
        )
