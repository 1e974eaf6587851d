"""The phrases of the people, as the reader of replies reads them: never the opposite of what is meant."""

import pytest

from sojourn.procedures.exercise.cultures.read import phrases
from sojourn.response.outreach.replies import Meaning, read_reply

LANGUAGES = ["en", "hi", "bn", "ne", "fil", "zh", "am", "uk", "vi", "ar", "fr", "es"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_in_need_is_read_as_safe(language):
    meaning = phrases(language).meaning
    said = [one for kind in meaning if kind not in ("safe", "family") for one in meaning[kind]]

    wrong = [one for one in said if read_reply(one, language=language).meaning == Meaning.SAFE]

    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_safe_is_read_as_in_need_and_most_are_understood(language):
    said = phrases(language).meaning["safe"]
    read = [read_reply(one, language=language).meaning for one in said]

    assert Meaning.HELP not in read
    assert read.count(Meaning.SAFE) >= len(said) / 2
