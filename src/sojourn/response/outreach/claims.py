"""The outbox's statements on its tables: claim for a sender, settle what was sent, write what is to be sent.

All run in one short transaction in a thread of their own (`outbox.desk`). The claim is read back together with the
contact point as it is at that moment, so STOP between queue and send is honoured.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from sojourn.foundation.jobs import claims
from sojourn.foundation.jobs.claims import plain

TAKING: Final = claims.Claim(
    table="outreach_dispatch",
    key="message_id",
    sets=(
        "state = 'claimed', sender_id = %s, sender_is_exercise = %s, worker = %s, due_at = %s,"
        " tries = tries + 1"
    ),
    where=(
        "waiting.channel = %s AND waiting.organisation_id = %s AND waiting.is_exercise = %s"
        " AND waiting.state = 'queued' AND waiting.due_at <= %s AND NOT waiting.is_held"
        " AND (waiting.bound_to_id IS NULL OR waiting.bound_to_id = %s)"
    ),
    order="waiting.urgency, waiting.message_id",
)
COLUMNS: Final = (
    "m.id, m.key, {sealed}, point.address, point.stopped_at IS NOT NULL,"
    " point.invalid_at IS NOT NULL, m.language"
)
READING: Final = "JOIN people_contactpoint AS point ON point.id = m.contact_point_id"
MINE: Final = (
    "((dispatch.state = 'claimed' AND dispatch.worker = %s) OR dispatch.state = 'uncertain')"
)
SENT: Final = "state = 'sent', sent_at = %s, sender_id = %s, failure = ''"


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
    """A message that is ours until the lease ends."""

    id: int
    key: UUID
    sealed: bytes
    address: str
    is_stopped: bool
    is_invalid: bool
    language: str


def claim(
    cursor: CursorWrapper, taker: Taker, *, limit: int, at: datetime, lease_until: datetime
) -> list[Claimed]:
    """Claim up to `limit` messages for a sender, most urgent and oldest first. Commit before sending."""
    keys = claims.run(
        cursor,
        TAKING,
        sets=[taker.sender_id, taker.is_exercise, taker.worker, lease_until],
        where=[taker.channel, taker.organisation_id, taker.is_exercise, at, taker.sender_id],
        limit=limit,
    )
    if not keys:
        return []
    if cursor.db.vendor == "postgresql":
        columns = COLUMNS.format(sealed="m.sealed")
        cursor.execute(
            f"SELECT {columns} FROM outreach_message AS m {READING} WHERE m.id = ANY(%s)"
            " ORDER BY m.urgency, m.id",
            [keys],
        )
        return [Claimed(*row) for row in cursor.fetchall()]
    columns = COLUMNS.format(sealed="hex(m.sealed)")
    cursor.execute(
        f"SELECT json_group_array(json_array({columns})) FROM json_each(%s) AS picked"
        f" JOIN outreach_message AS m ON m.id = picked.value {READING}",
        [json.dumps(keys)],
    )
    return [
        Claimed(row[0], UUID(hex=row[1]), bytes.fromhex(row[2]), *row[3:])
        for row in json.loads(cursor.fetchone()[0])
    ]


def settle_sent(
    cursor: CursorWrapper, sent: Sequence[tuple[int, str]], *, taker: Taker, at: datetime
) -> None:
    """Note which messages the gateway took, with the ids it gave them; their dispatch ends."""
    when, sender = plain(at, cursor.db), plain(taker.sender_id, cursor.db)
    if cursor.db.vendor == "postgresql":
        cursor.execute(
            "WITH taken AS (SELECT * FROM unnest(%s::bigint[], %s::text[]) AS t(id, provider_id)),"
            " ended AS (DELETE FROM outreach_dispatch AS dispatch"
            f" WHERE dispatch.message_id = ANY(%s) AND {MINE} RETURNING message_id),"
            " news AS (INSERT INTO outreach_news (message_id, is_delivered)"
            " SELECT m.id, false FROM outreach_message AS m WHERE m.id = ANY(%s)"
            " AND m.crisis_id IS NOT NULL)"
            f" UPDATE outreach_message AS m SET {SENT}, provider_id = taken.provider_id"
            " FROM taken JOIN ended ON ended.message_id = taken.id WHERE m.id = taken.id",
            [
                ids := [row[0] for row in sent],
                [row[1] for row in sent],
                ids,
                taker.worker,
                ids,
                when,
                sender,
            ],
        )
        return
    rows = json.dumps(list(sent))
    mine = (
        f"SELECT 1 FROM outreach_dispatch AS dispatch WHERE dispatch.message_id = {{}} AND {MINE}"
    )
    cursor.execute(
        f"UPDATE outreach_message AS m SET {SENT}, provider_id = taken.value ->> 1"
        " FROM json_each(%s) AS taken WHERE m.id = taken.value ->> 0"
        f" AND EXISTS ({mine.format('m.id')})",
        [when, sender, rows, taker.worker],
    )
    cursor.execute(
        "INSERT INTO outreach_news (message_id, is_delivered)"
        " SELECT m.id, false FROM json_each(%s) AS taken"
        " JOIN outreach_message AS m ON m.id = taken.value ->> 0 WHERE m.crisis_id IS NOT NULL",
        [rows],
    )
    cursor.execute(
        "DELETE FROM outreach_dispatch AS dispatch WHERE dispatch.message_id IN"
        f" (SELECT taken.value ->> 0 FROM json_each(%s) AS taken) AND {MINE}",
        [rows, taker.worker],
    )


def write_dispatches(*, reason_ids: Sequence[UUID]) -> int:
    """Put the messages of some reasons that were just written in line; return how many. Safe to repeat."""
    total = 0
    with connection.cursor() as cursor:
        for reason_id in reason_ids:
            cursor.execute(
                "INSERT INTO outreach_dispatch (message_id, organisation_id, channel, is_exercise,"
                " urgency, state, due_at, is_held, tries, worker)"
                " SELECT m.id, m.organisation_id, m.channel, m.is_exercise, m.urgency, 'queued',"
                " m.queued_at, %s, 0, '' FROM outreach_message AS m"
                " WHERE m.reason_id = %s AND m.state = 'queued' AND NOT EXISTS"
                " (SELECT 1 FROM outreach_dispatch AS d WHERE d.message_id = m.id)"
                " ON CONFLICT DO NOTHING",
                [False, plain(reason_id, cursor.db)],
            )
            total += cursor.rowcount
    return total
