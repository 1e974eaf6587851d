"""The published rule table: its order, and the promises that hold for any facts."""

import random

import pytest

from sojourn.methods.priority import (
    Facts,
    Kind,
    Need,
    Severity,
    Sign,
    priority_of,
    read_table,
    signs_of_ages,
    table_of,
)

TABLE = table_of()


def _facts(*needs, signs=(), waiting_h=0.0):
    return Facts(frozenset(needs), frozenset(signs), waiting_h)


INFORMATION = Need(Kind.INFORMATION, Severity.CAN_WAIT)

# Gravest first: each line is served before the next.
ORDER = [
    ("life threat", _facts(Need(Kind.SHELTER, Severity.LIFE))),
    ("medical", _facts(Need(Kind.MEDICAL))),
    ("unaccompanied child", _facts(INFORMATION, signs=[Sign.UNACCOMPANIED_CHILD])),
    ("violence", _facts(INFORMATION, signs=[Sign.VIOLENCE])),
    ("small children", _facts(INFORMATION, signs=[Sign.SMALL_CHILDREN])),
    ("long wait", _facts(INFORMATION, waiting_h=25)),
    ("the rest", _facts(INFORMATION)),
]


def test_the_order_is_the_published_one():
    places = [
        (priority_of(facts, TABLE).priority, priority_of(facts, TABLE).due_min)
        for _, facts in ORDER
    ]

    assert places == sorted(places)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("facts", "priority"),
    [
        (_facts(Need(Kind.MEDICAL, Severity.LIFE)), 1),
        (_facts(Need(Kind.UNSPECIFIED), signs=[Sign.WORDS_OF_DANGER]), 1),
        (_facts(Need(Kind.UNSPECIFIED)), 2),
        (_facts(Need(Kind.DOCUMENTS, Severity.URGENT)), 2),
        (_facts(Need(Kind.FOOD_AND_WATER)), 3),
        (_facts(Need(Kind.DOCUMENTS)), 4),
        (_facts(Need(Kind.TRANSPORT)), 4),
        (_facts(), 4),
    ],
)
def test_cases_fall_into_the_class_that_the_table_says(facts, priority):
    assert priority_of(facts, TABLE).priority == priority


@pytest.mark.parametrize(
    "facts",
    [
        _facts(Need(Kind.ASYLUM)),
        _facts(Need(Kind.TRANSPORT), signs=[Sign.STATELESS]),
        _facts(Need(Kind.TRANSPORT), signs=[Sign.FEARS_RETURN]),
    ],
)
def test_whoever_fears_return_leaves_the_path_of_return(facts):
    assert priority_of(facts, TABLE).leaves_path_of_return
    assert not priority_of(_facts(Need(Kind.TRANSPORT)), TABLE).leaves_path_of_return


def _random_facts(chance):
    needs = {
        Need(chance.choice(list(Kind)), chance.choice(list(Severity)))
        for _ in range(chance.randrange(5))
    }
    signs = chance.sample(list(Sign), chance.randrange(4))
    return Facts(frozenset(needs), frozenset(signs), chance.choice([0.0, 3.0, 24.0, 80.0]))


def test_saying_more_never_lowers_a_priority_nor_lengthens_its_clock():
    chance = random.Random(7)
    for _ in range(3_000):
        less, more = _random_facts(chance), _random_facts(chance)
        both = Facts(
            less.needs | more.needs, less.signs | more.signs, max(less.waiting_h, more.waiting_h)
        )
        before, after = priority_of(less, TABLE), priority_of(both, TABLE)
        assert (after.priority, after.due_min) <= (before.priority, before.due_min)
        assert set(before.reasons) <= set(after.reasons)
        assert after.leaves_path_of_return >= before.leaves_path_of_return


def test_every_priority_has_a_reason_of_its_own_class_in_words():
    chance = random.Random(8)
    for _ in range(1_000):
        found = priority_of(_random_facts(chance), TABLE)
        assert found.reasons[0].priority == found.priority
        assert found.reasons[0].words.endswith(".")
        assert all(reason.source for reason in found.reasons)


def test_the_order_in_which_needs_are_said_plays_no_part():
    needs = [Need(kind, severity) for kind in Kind for severity in Severity]
    chance = random.Random(9)
    for _ in range(200):
        said = chance.sample(needs, 4)
        assert priority_of(_facts(*said), TABLE) == priority_of(_facts(*reversed(said)), TABLE)


def test_each_clock_keeps_the_promise_of_its_class():
    longest_min = {1: 60, 2: 6 * 60, 3: 24 * 60, 4: 72 * 60}
    assert all(rule.due_min <= longest_min[rule.priority] for rule in TABLE.rules)


def test_ages_of_the_household_speak_for_themselves():
    assert signs_of_ages(own=30, household=[3]) == {Sign.SMALL_CHILDREN}
    assert signs_of_ages(own=70, household=[None]) == {Sign.OLDER_PERSON}
    assert signs_of_ages(own=None, household=[]) == frozenset()


def _table(rule):
    return (
        'version = "9"\npublished_on = 2026-01-01\n'
        "escalate_again_after_min = { 1 = 1 }\n[labels]\n1 = 'Now'\n[[rules]]\n" + rule
    )


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("id='a'\npriority=1\ndue_min=5\nreason='R.'\nsource='S'\nsigns=['pregnant']", "without"),
        ("id='a'\npriority=9\ndue_min=5\nreason='R.'\nsource='S'", "needs a class"),
        ("id='a'\npriority=1\ndue_min=5\nreason=''\nsource='S'", "needs a class"),
        ("id='a'\npriority=1\ndue_min=5\nreason='R.'\nsource='S'\nnationality='PHL'", "not known"),
        ("id='a'\npriority=1\ndue_min=5\nreason='R.'\nsource='S'\nkinds=['gold']", "gold"),
    ],
)
def test_a_table_that_could_hide_or_leave_out_something_is_refused(rule, refusal):
    with pytest.raises(ValueError, match=refusal):
        read_table(_table(rule))


def test_a_version_that_was_never_published_does_not_exist():
    with pytest.raises(KeyError):
        table_of("../1")
