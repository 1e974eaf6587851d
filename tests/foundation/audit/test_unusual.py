"""What is unusual, and from where on: the table, a tables of cases, and what no reading may turn round."""

from datetime import UTC, datetime
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.audit.rules.unusual import (
    Reading,
    areas_of,
    findings_of,
    is_night,
    limit_of,
    table,
)

RULES = {rule.id: rule for rule in table().rules}
counts = st.integers(0, 10_000)
hours = st.lists(st.integers(0, 2_000), max_size=40)
rules = st.sampled_from(table().rules)


def told(**facts):
    return {finding.rule.id for finding in findings_of(Reading(**facts), table())}


def test_every_rule_says_why_and_raises_a_notice_that_there_is():
    for rule in table().rules:
        assert rule.reason.endswith(".")
        assert rule.source
        assert rule.kind in NoticeKind.values
        assert 0 < rule.floor <= rule.ceiling
    assert len(RULES) == len(table().rules)


@pytest.mark.parametrize(
    ("count", "own", "peers", "is_told"),
    [
        (39, [10] * 20, [10, 10], False),
        (40, [10] * 20, [10, 10], True),
        (40, [11] * 20, [10, 10], False),  # four times the usual hour is 44
        (44, [11] * 20, [10, 10], True),
        (50, [5] * 20, [50, 60, 70], False),  # colleagues read as much: something is going on
        (240, [5] * 20, [50, 60, 70], True),
        (79, [], [], False),  # nothing to compare with
        (80, [], [], True),
        (80, [100] * 9, [], True),  # nine hours say nothing yet
        (80, [100] * 10, [], False),
        (600, [500] * 20, [500, 500], True),  # no hand can do this
    ],
)
def test_many_records_are_compared_with_the_own_hours_and_with_colleagues(
    count, own, peers, is_told
):
    found = told(counted={"many-records": count}, own={"opened": own}, peers={"opened": peers})

    assert ("many-records" in found) is is_told


def test_work_at_night_is_told_of_outside_crises_only():
    night = {"counted": {"at-night": 40}}

    assert told(**night) == {"at-night"}
    assert told(**night, is_in_crisis=True) == set()
    assert told(**night, own={"night": [20] * 12}) == set()  # a night shift


def test_refusals_and_files_need_no_comparison():
    assert told(counted={"many-refusals": 19, "many-in-files": 499}) == set()
    assert told(counted={"many-refusals": 20, "many-in-files": 500}) == {
        "many-refusals",
        "many-in-files",
    }


@given(rule=rules, count=counts, more=counts, own=hours, peers=hours)
def test_reading_more_never_silences_a_rule(rule, count, more, own, peers):
    facts = {"own": {rule.counts: own}, "peers": {rule.counts: peers}}
    if rule.id in told(counted={rule.id: count}, **facts):
        assert rule.id in told(counted={rule.id: count + more}, **facts)


@given(rule=rules, own=hours, peers=hours)
def test_the_limit_is_the_one_of_the_words(rule, own, peers):
    """Written anew from the head of the table."""
    candidates = [rule.floor]
    if len(own) >= 10:
        candidates.append(rule.times_own * median(own))
    if len(peers) >= 2:
        candidates.append(rule.times_peers * median(peers))
    says_own = rule.times_own > 0 and len(own) >= 10
    says_peers = rule.times_peers > 0 and len(peers) >= 2
    if (rule.times_own or rule.times_peers) and not says_own and not says_peers:
        candidates.append(2 * rule.floor)

    limit = limit_of(rule, own=own, peers=peers, rules=table())

    assert limit == min(rule.ceiling, round(max(candidates)))
    assert rule.floor <= limit <= rule.ceiling


@given(rule=rules, own=hours, peers=hours, data=st.data())
def test_busier_hours_of_ones_own_or_of_colleagues_never_lower_the_limit(rule, own, peers, data):
    lift = data.draw(st.integers(0, 500))
    before = limit_of(rule, own=own, peers=peers, rules=table())

    assert limit_of(rule, own=[one + lift for one in own], peers=peers, rules=table()) >= before
    assert limit_of(rule, own=own, peers=[one + lift for one in peers], rules=table()) >= before


@given(own=hours, peers=hours, data=st.data())
def test_the_order_of_hours_and_colleagues_plays_no_part(own, peers, data):
    shuffled = data.draw(st.permutations(own)), data.draw(st.permutations(peers))
    for rule in table().rules:
        assert limit_of(rule, own=own, peers=peers, rules=table()) == limit_of(
            rule, own=shuffled[0], peers=shuffled[1], rules=table()
        )


@pytest.mark.parametrize(
    ("hour", "zone", "night"),
    [
        (12, "UTC", False),
        (22, "UTC", True),
        (4, "UTC", True),
        (5, "UTC", False),
        (16, "Asia/Manila", True),  # midnight there
        (1, "Asia/Manila", False),  # nine in the morning there
        (18, "Asia/Kathmandu", True),
    ],
)
def test_night_is_by_the_clock_of_the_office(hour, zone, night):
    assert is_night(datetime(2026, 3, 1, hour, tzinfo=UTC), zone) is night


NEPAL, LEBANON = frozenset({"NPL"}), frozenset({"LBN"})


@pytest.mark.parametrize(
    ("offices", "is_everywhere", "crises", "usual", "areas"),
    [
        (NEPAL, False, frozenset(), {}, NEPAL),
        (NEPAL, False, LEBANON, {"QAT": 500}, NEPAL | LEBANON),  # a post has its area
        (frozenset(), False, LEBANON, {"QAT": 500}, None),  # a role without an office or a reach
        (frozenset(), True, LEBANON, {"NPL": 95, "QAT": 5}, LEBANON | {"NPL", "QAT"}),
        (frozenset(), True, LEBANON, {"NPL": 96, "QAT": 4}, LEBANON | NEPAL),
        (frozenset(), True, LEBANON, {"NPL": 49}, None),  # too little is known
    ],
)
def test_what_is_out_of_area_depends_on_the_office_the_crises_and_the_habit(
    offices, is_everywhere, crises, usual, areas
):
    found = areas_of(offices=offices, is_everywhere=is_everywhere, crises=crises, usual=usual)

    assert found == areas
