"""Replies as people write them, and what must hold for any reply at all."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.response.outreach.replies import Meaning, Scope, above_quote, read_reply
from sojourn.response.outreach.replies.vocabulary import EVERYWHERE, phrases

SCOPES = {"h": Scope.HOUSEHOLD, "p": Scope.PHONE}
LANGUAGES = ["en", "fr", "es", "ar", "ne", "bn", "hi", "fil", "am", "uk", "vi"]


def _cases():
    lines = (Path(__file__).parent / "replies.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            expected, _, text = line.partition("|")
            meaning, *scope = expected.split()
            yield pytest.param(text.strip(), meaning, scope, id=text.strip() or "blank")


def _said_in(tag, language):
    return [" ".join(phrase) for phrase, tags in phrases().items() if language in tags.get(tag, ())]


@pytest.mark.parametrize(("text", "meaning", "scope"), list(_cases()))
def test_a_reply_is_read_as_its_writer_means_it(text, meaning, scope):
    reading = read_reply(text)

    assert reading.meaning == meaning, reading
    if scope:
        assert reading.scope == SCOPES[scope[0]], reading


def test_the_list_is_long_enough_to_mean_something():
    assert len(list(_cases())) >= 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_texts_can_say_all_that_matters(language):
    for tag in ("safe", "help", "no_help", "not_safe", "we", "all", "stop", "one", "two", "doubt"):
        said = _said_in(tag, language)
        assert said or tag in {"stop", "safe"}, (language, tag)
    for phrase in _said_in("not_safe", language) + _said_in("help", language):
        assert read_reply(phrase, language=language).meaning == Meaning.HELP, phrase
    for phrase in _said_in("safe", language) + _said_in("no_help", language):
        assert read_reply(phrase, language=language).meaning == Meaning.SAFE, phrase


def _digits():
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Nd":
            yield chr(code)


def test_the_choice_may_be_written_in_the_digits_of_any_script():
    digits = list(_digits())
    assert len(digits) >= 600
    for digit in digits:
        meaning = {1: Meaning.SAFE, 2: Meaning.HELP}.get(unicodedata.decimal(digit), Meaning.TEXT)
        assert read_reply(digit).meaning == meaning, hex(ord(digit))


@given(st.text(max_size=200), st.sampled_from(["", *LANGUAGES]))
def test_any_text_at_all_gets_a_reading(text, language):
    reading = read_reply(text, language=language)

    assert reading.meaning in Meaning
    assert reading.headcount is None or 1 <= reading.headcount <= 30
    assert not (reading.meaning == Meaning.TEXT and reading.is_whole)


@given(st.data())
def test_help_beats_safe_wherever_both_appear(data):
    language = data.draw(st.sampled_from(LANGUAGES))
    safe = data.draw(st.sampled_from(_said_in("safe", language)))
    cry = data.draw(st.sampled_from(_said_in("help", language)))
    first, second = data.draw(st.permutations([safe, cry]))

    assert read_reply(f"{first}. {second}", language=language).meaning == Meaning.HELP


@given(st.data())
def test_a_negated_safe_is_never_safe(data):
    language = data.draw(st.sampled_from(LANGUAGES))
    safe = data.draw(st.sampled_from(_said_in("safe", language)))
    negations = _said_in("not", language)
    negated = f"{data.draw(st.sampled_from(negations))} {safe}"

    assert read_reply(negated, language=language).meaning != Meaning.SAFE or negated in set(
        _said_in("safe", language)
    )


@given(st.sampled_from("12"), st.text(alphabet=" \t\n.!,)(", max_size=6))
def test_space_and_marks_around_the_choice_change_nothing(choice, around):
    assert read_reply(f"{around}{choice}{around}").meaning == read_reply(choice).meaning


@given(st.sampled_from([text.values[0] for text in _cases()]))
def test_case_composition_and_invisible_marks_change_nothing(text):
    meaning = read_reply(text).meaning

    assert read_reply(unicodedata.normalize("NFD", text)).meaning == meaning
    assert read_reply(f"\u2067{text}\u2069\u200f").meaning == meaning
    assert read_reply(text.upper()).meaning == meaning


def test_a_reading_says_which_words_decided():
    assert read_reply("hindi ako ligtas").why == ("hindi ako ligtas",)
    assert read_reply("1 4").why == ("1", "4")


def test_what_was_not_understood_in_full_is_read_by_a_person_too():
    assert read_reply("Safe at Hotel Xyzzy").meaning == Meaning.SAFE
    assert not read_reply("Safe at Hotel Xyzzy").is_whole
    assert not read_reply("I am safe. My brother?").is_whole
    assert read_reply("safe").is_whole


def test_a_word_that_two_languages_share_is_settled_by_the_preferred_one():
    assert read_reply("hai", language="vi").meaning == Meaning.HELP
    assert read_reply("hai", language="hi").meaning == Meaning.TEXT


def test_borrowed_words_belong_to_every_language():
    assert phrases()[("safe",)]["safe"] == {EVERYWHERE}


def test_our_own_question_quoted_in_an_answer_is_not_the_answer():
    mail = "1\n\nOn Mon, 2 Mar 2026 at 10:00, Embassy <a@example.org> wrote:\n> Reply 2 if you need help"

    assert above_quote(mail) == "1"
    assert above_quote("I am safe\n\n-----Original Message-----\nReply 2 for help") == "I am safe"
    assert above_quote("no quote here") == "no quote here"
