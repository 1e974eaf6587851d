"""Decisions of triage on plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from sojourn.methods import priority as method
from sojourn.response.triage import rules, terms

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_words_of_the_pages_are_those_of_the_method():
    assert set(terms.NeedKind.values) == {kind.value for kind in method.Kind}
    assert set(terms.NeedSeverity.values) == {severity.value for severity in method.Severity}
    assert {*terms.Circumstance.values, "words_of_danger"} == {sign.value for sign in method.Sign}


def _clock(priority, due_min, **known):
    return rules.clock_of(
        rules.Clocked(priority, due_min), since=NOON, at=NOON + timedelta(hours=2), **known
    )


def test_the_first_clock_runs_from_when_it_was_said():
    assert _clock(2, 120, before=None) == NOON + timedelta(hours=4)


def test_a_graver_need_never_lengthens_a_clock_that_runs():
    before = rules.Standing(3, NOON + timedelta(hours=3))
    assert _clock(2, 120, before=before) == NOON + timedelta(hours=3)
    assert _clock(1, 30, before=before) == NOON + timedelta(hours=2, minutes=30)


def test_a_lesser_need_counts_from_the_beginning_of_the_wait():
    before = rules.Standing(1, NOON + timedelta(minutes=30))
    assert _clock(3, 1440, before=before) == NOON + timedelta(hours=24)


def test_after_somebody_acted_the_clock_starts_anew():
    before = rules.Standing(2, NOON)
    assert _clock(2, 120, before=before, is_restart=True) == NOON + timedelta(hours=4)


@pytest.mark.parametrize(
    ("level", "has_post", "overdue_min", "reaches"),
    [(0, True, 0, 1), (0, False, 0, 2), (1, True, 10, 1), (1, True, 60, 2), (2, True, 600, 2)],
)
def test_a_clock_that_ran_out_reaches_the_post_and_then_the_duty_officer(
    level, has_post, overdue_min, reaches
):
    found = rules.next_level(
        level=level,
        has_post=has_post,
        overdue=timedelta(minutes=overdue_min),
        again_after=timedelta(minutes=60),
    )
    assert found == reaches


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My wife is BLEEDING, please", "danger"),
        ("we need a doctor", "medical"),
        ("besoin d'un médecin", "medical"),
        ("necesitamos agua", "food_and_water"),
        ("أحتاج إلى طبيب", "medical"),
        ("نحن تحت الأَنقاض", "danger"),
        ("हामीलाई पानी चाहियो", "food_and_water"),
        ("আমি হাসপাতালে", "medical"),
        ("मेरा पासपोर्ट खो गया", "documents"),
        ("Walang pagkain dito", "food_and_water"),
        ("ውሃ የለንም", "food_and_water"),
        ("Ми під завалами", "danger"),
        ("Tôi mất hộ chiếu", "documents"),
        ("đang chảy máu", "danger"),
    ],
)
def test_words_of_eleven_languages_suggest_a_need(text, kind):
    assert kind in {suggestion.kind for suggestion in rules.suggest_needs(text)}


@pytest.mark.parametrize("text", ["", "2", "HELP", "illegal parking", "मदद"])
def test_words_that_say_nothing_of_a_need_suggest_none(text):
    assert rules.suggest_needs(text) == ()


def test_every_language_of_the_lists_knows_every_kind():
    import tomllib

    tables = tomllib.loads(rules.suggestions.FILE.read_text(encoding="utf-8"))
    kinds = {kind.value for kind in method.Kind} - {"unspecified"} | {"danger"}
    assert len(tables) == 11
    assert all(set(lists) == kinds for lists in tables.values())
    assert all(
        word.strip() for lists in tables.values() for words in lists.values() for word in words
    )


@pytest.mark.parametrize(
    ("reason", "words", "priority"),
    [("other", "", 4), ("unreachable", "tried", 1), ("unreachable", "", 2)],
)
def test_a_case_is_not_closed_without_the_words_that_are_needed(reason, words, priority):
    with pytest.raises(rules.CannotTriage, match="few words"):
        rules.check_can_close(reason=reason, words=words, priority=priority)


def test_a_case_is_closed_as_helped_without_a_word():
    rules.check_can_close(reason="helped", words="", priority=1)


def test_nobody_leaves_the_lists_by_silence():
    assert rules.standing_after("unreachable") == "unaccounted"
    assert rules.standing_after("helped") == "safe"
    assert rules.standing_after("duplicate") == ""


def test_a_name_or_a_description_is_all_that_is_asked():
    rules.check_is_somebody(name="", description="woman, about 30, red coat")
    rules.check_is_somebody(name="Maria", description="")
    with pytest.raises(rules.CannotTriage, match="One of them"):
        rules.check_is_somebody(name=" ", description="")


def test_the_pages_say_every_reason_of_the_published_table_word_for_word():
    from sojourn.response.triage.reasons import REASONS

    published = {rule.id: rule.reason for rule in method.table_of().rules}
    assert {**published, "overruled": str(REASONS["overruled"])} == {
        rule: str(words) for rule, words in REASONS.items()
    }
