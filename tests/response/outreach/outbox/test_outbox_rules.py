"""The rules of the outbox as tables: urgency, doubt, the bucket, addresses."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.rules.outbox import Bucket, CannotUseSender, Resolution
from sojourn.response.outreach.terms import Ability, MessageClass, Need, SenderKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_every_class_and_need_has_a_place_of_its_own_in_line():
    places = {rules.urgency_of(kind, need) for kind in MessageClass for need in Need}
    assert len(places) == len(MessageClass) * len(Need)


@pytest.mark.parametrize("need", list(Need))
def test_an_answer_goes_before_any_campaign(need):
    others = [rules.urgency_of(MessageClass.ALERT, other) for other in Need]
    assert rules.urgency_of(MessageClass.REPLY, need) < min(others)


def test_the_key_depends_on_each_of_its_parts():
    reason, person = uuid4(), uuid4()
    facts = {"reason_id": reason, "person_id": person, "channel": "sms", "step": 1}
    key = rules.key_of(**facts)

    assert key == rules.key_of(**facts)
    for name, other in (
        ("reason_id", uuid4()),
        ("person_id", uuid4()),
        ("channel", "email"),
        ("step", 2),
    ):
        assert rules.key_of(**{**facts, name: other}) != key


@pytest.mark.parametrize(
    ("ability", "message_class", "has_waited", "expected"),
    [
        (Ability.TAKES_KEY, MessageClass.CODE, False, Resolution.SEND_AGAIN),
        (Ability.CAN_BE_ASKED, MessageClass.CODE, False, Resolution.ASK),
        (Ability.CALLS_BACK, MessageClass.ALERT, False, Resolution.WAIT),
        (Ability.CALLS_BACK, MessageClass.ALERT, True, Resolution.SEND_AGAIN),
        (Ability.CALLS_BACK, MessageClass.NOTICE, True, Resolution.HOLD),
        (Ability.NOTHING, MessageClass.CHECK, False, Resolution.SEND_AGAIN),
        (Ability.NOTHING, MessageClass.REPLY, False, Resolution.HOLD),
    ],
)
def test_doubt_is_resolved_by_what_the_gateway_can_do(ability, message_class, has_waited, expected):
    found = rules.resolution_of(ability=ability, message_class=message_class, has_waited=has_waited)
    assert found == expected


@given(
    rate=st.floats(0.1, 1000.0),
    pauses_s=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=30),
)
def test_a_bucket_never_gives_more_than_its_rate_and_one_burst(rate, pauses_s):
    bucket, taken, at = Bucket(0.0, None, rate), 0, NOON
    for pause_s in pauses_s:
        at += timedelta(seconds=pause_s)
        bucket = bucket.filled(at)
        taken += bucket.whole
        bucket = bucket.without(bucket.whole)

    elapsed_s = (at - NOON).total_seconds()
    assert taken <= rate * elapsed_s + max(1.0, rate * rules.BURST_SECONDS) + 1e-6


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (SenderKind.KANNEL, "ftp://127.0.0.1/"),
        (SenderKind.SMTP, "http://127.0.0.1/"),
        (SenderKind.KANNEL, "http:///sendsms"),
    ],
)
def test_an_address_that_does_not_fit_is_refused(kind, url):
    with pytest.raises(CannotUseSender, match="must begin with"):
        rules.check_can_use(kind=kind, url=url, is_exercise=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1.example.org", "example.org", "10.0.0.1", "localhost.net"]
)
def test_other_machines_are_not_loopback(host):
    assert not rules.is_loopback(host)
