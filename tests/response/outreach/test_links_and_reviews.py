"""Personal links open one page for a time; reviews are of the exact words."""

from datetime import timedelta

import pytest

from sojourn.response.outreach import operations, queries
from sojourn.response.outreach.models import PersonalLink
from sojourn.response.outreach.operations import texts
from sojourn.response.outreach.operations.links import LIVES
from sojourn.response.outreach.queries import texts as text_queries
from sojourn.response.outreach.texts import names


def _token(address):
    return address.rstrip("/").rpartition("/")[2]


def test_a_link_opens_the_page_of_its_person(register, officer, noon):
    maria = register()
    address = operations.personal_link(person=maria, crisis=None, by=officer, at=noon)

    assert queries.person_by_token(_token(address), noon) == maria
    assert queries.person_by_token("guess", noon) is None


def test_the_token_itself_is_kept_nowhere(register, officer, noon):
    address = operations.personal_link(person=register(), crisis=None, by=officer, at=noon)
    kept = bytes(PersonalLink.objects.get().token_hash)

    assert len(kept) == 32
    assert _token(address).encode() not in kept


def test_a_link_runs_out(register, officer, noon):
    address = operations.personal_link(person=register(), crisis=None, by=officer, at=noon)

    assert queries.person_by_token(_token(address), noon + LIVES - timedelta(seconds=1))
    assert queries.person_by_token(_token(address), noon + LIVES) is None


def test_links_can_be_taken_back(register, officer, noon):
    maria = register()
    address = operations.personal_link(person=maria, crisis=None, by=officer, at=noon)

    assert operations.revoke_links(person=maria, by=officer, at=noon) == 1
    assert operations.revoke_links(person=maria, by=officer, at=noon) == 0
    assert queries.person_by_token(_token(address), noon) is None


def test_nothing_is_reviewed_until_somebody_did(db):
    assert {line.reviewed for line in text_queries.coverage()} == {0}


def test_a_review_counts_for_its_language_and_words(officer, noon):
    assert texts.review_texts(language="ne", names=["say.ask"], by=officer, at=noon) == 1
    assert texts.review_texts(language="ne", names=["say.ask"], by=officer, at=noon) == 0

    by_code = {line.code: line.reviewed for line in text_queries.coverage()}
    assert (by_code["ne"], by_code["hi"]) == (1, 0)
    (asked,) = [one for one in text_queries.sentences("ne") if one.name == "say.ask"]
    assert asked.reviewed_by == "Officer"


def test_a_language_read_whole_is_reviewed(officer, noon):
    texts.review_texts(language="fr", names=names(), by=officer, at=noon)
    (french,) = [line for line in text_queries.coverage() if line.code == "fr"]
    assert french.is_reviewed


def test_changed_words_are_not_reviewed_any_more(officer, noon, monkeypatch):
    texts.review_texts(language="fr", names=names(), by=officer, at=noon)
    monkeypatch.setattr(text_queries, "fingerprint_of", lambda language, name: "changed")
    (french,) = [line for line in text_queries.coverage() if line.code == "fr"]
    assert french.reviewed == 0


@pytest.mark.parametrize(("language", "name"), [("xx", "say.ask"), ("fr", "say.nothing")])
def test_what_there_is_not_cannot_be_reviewed(officer, noon, language, name):
    with pytest.raises(texts.CannotReview):
        texts.review_texts(language=language, names=[name], by=officer, at=noon)
