"""The outbox's statements on its tables: claim for a sender, settle what was sent, write what is to be sent.

All run in one short transaction in a thread of their own (`outbox.desk`). The claim is read back together with the
contact point as it is at that moment, so STOP between queue and send is honoured.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
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
    "m.id, {key}, {sealed}, point.address, point.stopped_at IS NOT NULL,"
    " point.invalid_at IS NOT NULL, m.language"
)
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


class Claimed(NamedTuple):
    """A message that is ours until the lease ends. `key` is the UUID in its usual form."""

    id: int
    key: str
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
        columns = COLUMNS.format(key="m.key::text", sealed="m.sealed")
        cursor.execute(
            # OFFSET 0 keeps PostgreSQL from reading all contact points to find those of one batch.
            f"SELECT {columns} FROM outreach_message AS m CROSS JOIN LATERAL"
            " (SELECT * FROM people_contactpoint AS p WHERE p.id = m.contact_point_id OFFSET 0)"
            " AS point WHERE m.id = ANY(%s) ORDER BY m.urgency, m.id",
            [keys],
        )
        return list(map(Claimed._make, cursor.fetchall()))
    columns = COLUMNS.format(key="m.key", sealed="hex(m.sealed)")
    cursor.execute(
        f"SELECT json_group_array(json_array({columns})) FROM json_each(%s) AS picked"
        " JOIN outreach_message AS m ON m.id = picked.value"
        " JOIN people_contactpoint AS point ON point.id = m.contact_point_id",
        [json.dumps(keys)],
    )
    return [
        Claimed(row[0], _dashed(row[1]), bytes.fromhex(row[2]), *row[3:])
        for row in json.loads(cursor.fetchone()[0])
    ]


def _dashed(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def settle_sent(
    cursor: CursorWrapper, sent: Sequence[tuple[int, str]], *, taker: Taker, at: datetime
) -> None:
    """Note which messages the gateway took, with the ids it gave them; their dispatch ends.

    What is no longer ours stays as it is: a report came first, or another worker has it.
    """
    ours = set(_end_ours(cursor, [row[0] for row in sent], taker.worker))
    rows = [row for row in sent if row[0] in ours]
    values = [plain(at, cursor.db), plain(taker.sender_id, cursor.db)]
    if cursor.db.vendor == "postgresql":
        ids, provider_ids = [row[0] for row in rows], [row[1] for row in rows]
        cursor.execute(
            f"WITH ended AS (UPDATE outreach_message AS m SET {SENT}, provider_id = t.provider_id"
            " FROM unnest(%s::bigint[], %s::text[]) AS t(id, provider_id) WHERE m.id = t.id"
            " RETURNING m.id, m.crisis_id)"
            " INSERT INTO outreach_news (message_id, is_delivered)"
            " SELECT id, false FROM ended WHERE crisis_id IS NOT NULL",
            [*values, ids, provider_ids],
        )
        return
    cursor.execute(
        f"UPDATE outreach_message AS m SET {SENT}, provider_id = t.value ->> 1"
        " FROM json_each(%s) AS t WHERE m.id = t.value ->> 0",
        [*values, json.dumps(rows)],
    )
    cursor.execute(
        "INSERT INTO outreach_news (message_id, is_delivered)"
        " SELECT m.id, false FROM json_each(%s) AS t"
        " JOIN outreach_message AS m ON m.id = t.value WHERE m.crisis_id IS NOT NULL",
        [json.dumps([row[0] for row in rows])],
    )


def _end_ours(cursor: CursorWrapper, ids: Sequence[int], worker: str) -> list[int]:
    """End the dispatches that are still ours and return their keys."""
    if cursor.db.vendor == "postgresql":
        cursor.execute(
            "DELETE FROM outreach_dispatch AS dispatch"
            f" WHERE dispatch.message_id = ANY(%s) AND {MINE} RETURNING message_id",
            [list(ids), worker],
        )
        return [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "SELECT json_group_array(dispatch.message_id) FROM json_each(%s) AS t"
        f" JOIN outreach_dispatch AS dispatch ON dispatch.message_id = t.value WHERE {MINE}",
        [json.dumps(list(ids)), worker],
    )
    ours = cursor.fetchone()[0]
    cursor.execute(
        "DELETE FROM outreach_dispatch WHERE message_id IN (SELECT value FROM json_each(%s))",
        [ours],
    )
    return list(json.loads(ours))


def write_dispatches(*, reason_ids: Sequence[UUID], after: int = 0) -> int:
    """Put the messages of some reasons that were just written in line; return how many. Safe to repeat.

    `after` is the key of a message; those up to it are not looked at.
    """
    total = 0
    with connection.cursor() as cursor:
        for reason_id in reason_ids:
            cursor.execute(
                "INSERT INTO outreach_dispatch (message_id, organisation_id, channel, is_exercise,"
                " urgency, state, due_at, is_held, tries, worker)"
                " SELECT m.id, m.organisation_id, m.channel, m.is_exercise, m.urgency, 'queued',"
                " m.queued_at, %s, 0, '' FROM outreach_message AS m"
                " WHERE m.reason_id = %s AND m.id > %s AND m.state = 'queued' AND NOT EXISTS"
                " (SELECT 1 FROM outreach_dispatch AS d WHERE d.message_id = m.id)"
                " ON CONFLICT DO NOTHING",
                [False, plain(reason_id, cursor.db), after],
            )
            total += cursor.rowcount
    return total
