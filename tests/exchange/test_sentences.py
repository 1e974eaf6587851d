"""What readers say: kept as a code with values, in English for machines, in any language for people."""

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sojourn.exchange
from sojourn.exchange.sentences import SENTENCES, Sentence, as_written, say, unpacked

SOURCE = Path(sojourn.exchange.__file__).parent
PLACES = re.compile(r"%\((\w+)\)")


def calls():
    """Every `say("code", name=…)` of the readers: file, code and the names of its values."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield path.name, code.value, {word.arg for word in node.keywords}


CALLS = sorted({(file, code, tuple(sorted(names))) for file, code, names in calls()})


@pytest.mark.parametrize(("file", "code", "names"), CALLS)
def test_every_sentence_that_is_said_stands_in_the_table_with_its_values(file, code, names):
    assert set(PLACES.findall(SENTENCES[code])) == set(names)


def test_no_sentence_of_the_table_is_never_said():
    said = {code for _file, code, _names in CALLS}
    told_by_the_child = {"sheet_no_table", "sheet_hidden", "sheet_beyond"}

    assert set(SENTENCES) - said - told_by_the_child == {"archive_or_program"}


def test_a_sentence_is_english_by_itself_and_another_language_by_a_translator():
    sentence = say("rows_beyond", most=7)

    assert str(sentence) == "Only 7 rows are read at once."
    in_french = {"Only %(most)d rows are read at once.": "Seules %(most)d lignes sont lues."}
    assert sentence.said(SENTENCES, in_french.__getitem__) == "Seules 7 lignes sont lues."


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans(), max_size=4))
def test_a_sentence_comes_back_from_json_as_it_was(values):
    sentence = Sentence("any", tuple(values.items()))

    assert unpacked(json.loads(json.dumps(sentence.packed()))) == sentence


@pytest.mark.parametrize("kept", ["100 % wrong.", "", None, ["half"], ["no", "dict"]])
def test_what_was_kept_before_there_were_codes_is_shown_as_it_was_written(kept):
    assert str(unpacked(kept)) == str(kept)


def test_a_code_that_a_later_release_knows_does_not_break_the_page():
    assert str(Sentence("from_the_future", (("n", 1),))) == "from_the_future"


def test_words_of_a_source_are_never_taken_for_a_pattern():
    assert str(as_written("50 %(n)d")) == "50 %(n)d"
