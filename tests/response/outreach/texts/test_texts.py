"""The texts in every language: complete, short, plain, and right inside right-to-left text."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.response.outreach.replies import Meaning, read_reply
from sojourn.response.outreach.texts import (
    LanguagePolicy,
    TextPurpose,
    Wanted,
    choose,
    fingerprint_of,
    languages,
    names,
    parts_of,
    write,
)
from sojourn.response.outreach.texts.parts import without_accents

ELEVEN = {"en", "fr", "es", "ar", "ne", "bn", "hi", "fil", "am", "uk", "vi"}
# Nothing of a case, a status or an organisation's inside may stand in a text (English is the source).
FORBIDDEN = re.compile(
    r"\b(case|triage|status|visa|illegal|undocumented|caseload|stage|priority|asylum|migrant|"
    r"beneficiar|referral|protection|register|embassy|consul|deport|papers|passport)",
    re.IGNORECASE,
)


def _wanted(purpose=TextPurpose.CHECK, kind="earthquake", level="precaution", **more):
    return Wanted(purpose=purpose, kind=kind, level=level, sender="Your embassy", **more)


def test_there_are_the_eleven_languages_that_were_promised():
    assert set(languages()) >= ELEVEN


@pytest.mark.parametrize("language", sorted(ELEVEN))
def test_a_language_has_every_sentence_and_repeats_none_of_the_english_ones(language):
    sentences = languages()[language].sentences
    assert list(sentences) == names()
    if language != "en":
        assert not set(sentences.values()) & set(languages()["en"].sentences.values())


@pytest.mark.parametrize("language", sorted(ELEVEN))
def test_every_kind_level_and_purpose_can_be_written(language):
    for purpose, kind, level in itertools.product(
        TextPurpose, CrisisKind.values, AlertLevel.values
    ):
        written = write(_wanted(purpose, kind, level), language)
        assert written.subject
        assert written.text
        assert written.short


@pytest.mark.parametrize("language", sorted(ELEVEN))
def test_the_short_form_takes_few_sms(language):
    for kind, level in itertools.product(CrisisKind.values, AlertLevel.values):
        parts = parts_of(write(_wanted(kind=kind, level=level), language).short)
        assert parts.count <= (2 if parts.alphabet == "GSM-7" else 5), (kind, level, parts)


def test_no_text_says_anything_of_a_case_a_status_or_an_organisation():
    for name, sentence in languages()["en"].sentences.items():
        assert not FORBIDDEN.search(sentence), name


@pytest.mark.parametrize("language", sorted(ELEVEN))
def test_the_question_names_both_digits_and_stop(language):
    sentences = languages()[language].sentences
    assert {"1", "2"} <= set(re.findall(r"\d", sentences["say.ask"]))
    assert "STOP" in sentences["say.stop"]
    assert "START" in sentences["say.stopped"]


def test_numbers_and_links_stand_in_isolates_inside_right_to_left_text():
    wanted = _wanted(phone="+977 1 4412345", link="https://example.org/p/abc/")

    arabic, english = write(wanted, "ar"), write(wanted, "en")

    assert "\u2066+977 1 4412345\u2069" in arabic.text
    assert "\u2066https://example.org/p/abc/\u2069" in arabic.short
    assert "\u2066" not in english.text


def test_an_exercise_says_so_first_in_every_language_and_form():
    for code, language in languages().items():
        written = write(_wanted(is_exercise=True), code)
        mark = language.sentences["say.exercise"]
        assert written.subject.startswith(mark)
        assert written.text.startswith(mark)
        assert written.short.startswith((mark, without_accents(mark)))


@pytest.mark.parametrize("language", sorted(ELEVEN))
def test_our_own_texts_are_not_taken_for_a_safe_reply(language):
    """A gateway that echoes our message back must not make anybody safe."""
    written = write(_wanted(), language)
    assert read_reply(written.short, language=language).meaning != Meaning.SAFE


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 153, "GSM-7", 307, 3),
        ("ق" * 70, "UCS-2", 70, 1),
        ("ق" * 71, "UCS-2", 71, 2),
        ("ق" * 134, "UCS-2", 134, 2),
        ("ق" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("ق" * 66 + "😀" + "ق" * 66, "UCS-2", 134, 3),
        ("ç", "UCS-2", 1, 1),
        ("Ç", "GSM-7", 1, 1),
    ],
)
def test_parts_are_counted_as_networks_do(text, alphabet, units, count):
    parts = parts_of(text)
    assert (parts.alphabet, parts.units, parts.count) == (alphabet, units, count)


@given(st.text(max_size=500), st.text(max_size=50))
def test_more_text_never_takes_fewer_parts(text, more):
    assert parts_of(text + more).count >= parts_of(text).count


@pytest.mark.parametrize(
    ("spoken", "policy", "language", "is_theirs"),
    [
        (["ne", "en"], LanguagePolicy.ONLY_THEIRS, "ne", True),
        (["my", "en"], LanguagePolicy.ONLY_THEIRS, "en", True),
        (["ne-NP"], LanguagePolicy.ONLY_THEIRS, "ne", True),
        (["tl"], LanguagePolicy.ONLY_THEIRS, "fil", True),
        (["my"], LanguagePolicy.ONLY_THEIRS, None, False),
        ([], LanguagePolicy.ONLY_THEIRS, None, False),
        (["my"], LanguagePolicy.THEN_LADDER, "hi", False),
        ([], LanguagePolicy.THEN_LADDER, "hi", False),
    ],
)
def test_the_ladder_is_the_operators_choice(spoken, policy, language, is_theirs):
    chosen = choose(spoken, policy=policy, ladder=["xx", "hi", "en"])
    assert (chosen.language, chosen.is_theirs) == (language, is_theirs)
    assert chosen.why


def test_sending_nothing_always_has_a_reason():
    assert choose([], policy=LanguagePolicy.ONLY_THEIRS, ladder=[]).why == "no language is known"


def test_a_review_is_of_the_exact_words():
    prints = {fingerprint_of(language, name) for language in languages() for name in names()}
    assert len(prints) == len(languages()) * len(names())


def test_an_sms_in_a_latin_language_drops_the_accents_that_double_its_parts():
    assert (
        without_accents("Répondez 1 si vous êtes en sécurité")
        == "Répondez 1 si vous etes en sécurité"
    )
    assert without_accents("ne नेपाली ê") == "ne नेपाली ê"
    assert parts_of(write(_wanted(), "es").short).alphabet == "GSM-7"
    assert "está" in write(_wanted(), "es").text
