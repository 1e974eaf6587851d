"""The person's pages: any phone, any language, nothing required."""

import re

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.messages import get_messages
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.people.models import Person
from sojourn.procedures.self_service import operations
from sojourn.response.outreach.models.conversations import Conversation
from sojourn.response.outreach.operations import links

PAGES = ("page", "where", "company", "conversation", "readers", "correct", "take", "delete")


def standing(person):
    return Case.objects.get(person=person).standing


@pytest.mark.parametrize("name", PAGES)
def test_a_page_weighs_less_than_30_kb_in_all_and_runs_no_script(go, name):
    answer = go(name)
    page = answer.content.decode()

    weight = len(answer.content)
    for sheet in re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page):
        with open(finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", sheet)), "rb") as file:
            weight += len(file.read())
    assert weight < 30_000
    assert "<script" not in page
    assert "<img" not in page
    assert " style=" not in page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_kept_not_found_and_tells_nobody_where_it_was(go, name):
    answer = go(name)

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]


def test_a_page_speaks_the_language_of_the_person_until_she_chooses_another(go):
    assert 'lang="fil"' in go().content.decode()

    chosen = go(lang="ar").content.decode()
    assert re.search(r'<html lang="ar"\s+dir="rtl"', chosen)
    assert 'dir="rtl"' in go("where").content.decode()


@pytest.mark.parametrize(
    "lang", ["en", "fr", "es", "ar", "ne", "bn", "hi", "fil", "am", "uk", "vi"]
)
def test_every_language_is_offered_in_its_own_name(go, lang):
    page = go(lang=lang).content.decode()

    assert f'<html lang="{lang}"' in page
    for code, _name in settings.LANGUAGES:
        assert LANG_INFO[code]["name_local"] in page


def test_safe_is_one_press(go, maria):
    go("say", {"answer": "safe"})

    assert standing(maria) == Standing.SAFE


def test_help_needs_no_detail(go, maria):
    go("say", {"answer": "help"})

    assert standing(maria) == Standing.IN_NEED


def test_safe_does_not_close_a_call_for_help_unseen(go, maria):
    go("say", {"answer": "help", "needs": ["medical"], "text": "घाइते"})
    go("say", {"answer": "safe"})

    assert standing(maria) == Standing.IN_NEED


def test_an_exact_point_is_sealed_and_the_open_key_is_coarse(go, maria):
    go("where", {"coordinates": "27.71724, 85.32401", "place": "Ratna Park"})

    claim = maria.whereabouts.get()
    assert claim.level <= 16
    assert claim.source == "self"
    assert b"27.7" not in bytes(claim.exact_sealed)
    assert claim.place == "Ratna Park"


@pytest.mark.parametrize("wrong", [{}, {"coordinates": "over there"}, {"coordinates": "127, 8"}])
def test_a_place_that_cannot_be_read_is_asked_again(go, maria, wrong):
    answer = go("where", wrong)

    assert answer.status_code == 422
    assert not maria.whereabouts.exists()


def test_a_member_of_the_household_is_marked_safe(go, maria):
    child = Person.objects.get(name="Jose Santos")

    go("company", {"members": [str(child.pk)]})

    assert standing(child) == Standing.SAFE
    assert standing(maria) == Standing.UNACCOUNTED


def test_a_stranger_cannot_be_marked_safe(go, register, crisis, officer, noon):
    stranger = register("Stranger")
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=stranger, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )

    assert go("company", {"members": [str(stranger.pk)]}).status_code == 422
    assert standing(stranger) == Standing.UNACCOUNTED


def test_someone_nobody_knew_of_becomes_a_case(go, maria):
    go("company", {"name": "Ana"})

    ana = Person.objects.get(name="Ana")
    assert ana.household == maria.household
    assert Case.objects.get(person=ana).answer == Answer.REPORTED


def test_leaving_goes_to_a_harmless_page_and_asks_the_browser_to_forget(client, db):
    answer = client.get(reverse("self_service:leave"))

    assert answer.status_code == 302
    assert "cache" in answer["Clear-Site-Data"]


def test_a_call_for_help_is_in_the_queue_with_what_was_ticked(go, maria):
    go("say", {"answer": "help", "needs": ["medical", "food_and_water"], "text": "पानी छैन"})

    case = Case.objects.get(person=maria)
    assert case.priority is not None
    assert case.due_at is not None
    assert {need.kind for need in case.needs.all()} == {"medical", "food_and_water"}


def test_what_is_written_waits_for_a_person_and_is_shown_back(go, maria):
    go("conversation", {"text": "Salamat po"})

    assert "Salamat po" in go("conversation").content.decode()
    assert Conversation.objects.get(person=maria).waits_since is not None


def test_an_answer_without_any_crisis_waits_for_a_person(client, register, officer):
    person = register("Ana Reyes")
    link = links.personal_link(person=person, crisis=None, by=officer, at=now())
    token = operations.token_in(link)

    client.post(reverse("self_service:say", args=[token]), {"answer": "help"})

    assert Conversation.objects.get(person=person).waits_since is not None


def told_by(answer, words):
    """Say whether an answer tells Maria some words in her language."""
    with translation.override("fil"):
        return translation.gettext(words) in map(str, get_messages(answer.wsgi_request))


def test_a_place_in_words_alone_is_placed_as_a_guess_and_read_by_a_person(go, maria):
    answer = go("where", {"place": "near the bus park in Pokhara"})

    claim = maria.whereabouts.get()
    assert (claim.source, claim.country) == ("words", "NPL")
    assert claim.exact_sealed is None
    assert told_by(answer, "We know where you are.")
    assert "Pokhara" in go("conversation").content.decode()


def test_words_that_cannot_be_placed_are_kept_and_she_is_told_the_truth(go, maria):
    answer = go("where", {"place": "behind the blue house"})

    assert not maria.whereabouts.exists()
    assert maria.places_told.get().words == "behind the blue house"
    assert told_by(answer, "Thank you. A person will read where you are.")
    assert "behind the blue house" in go("take").content.decode()
