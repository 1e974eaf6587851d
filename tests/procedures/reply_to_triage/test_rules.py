"""For whom a reply speaks: a table."""

from uuid import uuid4

import pytest

from sojourn.procedures.reply_to_triage.rules import Party, spoken_for
from sojourn.response.outreach.replies import read_reply

WRITER, BESIDE, CHILD, AWAY = uuid4(), uuid4(), uuid4(), uuid4()
PARTY = Party(WRITER, [BESIDE], [WRITER, BESIDE, CHILD, AWAY])


@pytest.mark.parametrize(
    ("text", "people", "is_doubtful"),
    [
        ("1", {WRITER}, False),
        ("I am safe", {WRITER}, False),
        ("we are safe", {WRITER, BESIDE}, False),
        ("we are all safe", {WRITER, BESIDE, CHILD, AWAY}, False),
        ("1 4", {WRITER, BESIDE, CHILD, AWAY}, False),
        ("1 2", {WRITER}, False),
        ("1 3", {WRITER}, True),
        ("1 9", {WRITER, BESIDE, CHILD, AWAY}, True),
        ("we are 2, safe", {WRITER, BESIDE}, True),
    ],
)
def test_a_reply_speaks_for_no_more_than_it_counts(text, people, is_doubtful):
    spoken = spoken_for(read_reply(text), PARTY)
    assert (set(spoken.people), spoken.is_doubtful) == (people, is_doubtful)
