"""The person's page: any phone, any language, nothing required, everything theirs."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.audit.terms import System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.preparedness.registration import operations as registration
from sojourn.procedures.self_service import operations, queries
from sojourn.procedures.self_service.rules import canonical_code
from sojourn.response.outreach.models.conversations import Conversation
from sojourn.response.outreach.operations import links
from sojourn.response.triage.models import Report

WORKER = System("tests")
PAGES = ("page", "where", "company", "conversation", "readers", "correct", "take", "delete")


@pytest.fixture(autouse=True)
def _forget_guesses():
    cache.clear()


@pytest.fixture
def maria(register, crisis, officer, noon):
    """A person whose case is open, with a child in the household."""
    person = register("Maria Santos", languages=["fil"], nationality="PHL")
    child = register("Jose Santos", household=person.household)
    caseload.open_cases(
        crisis=crisis,
        findings=[
            caseload.CaseFinding(person=one, answer=Answer.INSIDE) for one in (person, child)
        ],
        what="exposed",
        by=officer,
        at=noon,
    )
    return person


@pytest.fixture
def token(maria, officer):
    """The token of Maria's link."""
    return operations.token_in(links.personal_link(person=maria, crisis=None, by=officer, at=now()))


@pytest.fixture
def go(client, token):
    """A function that opens one of Maria's pages, or posts to it."""

    def _go(name="page", data=None, **more):
        address = reverse(f"self_service:{name}", args=[token, *more.pop("args", [])])
        if data is None:
            return client.get(address, more)
        return client.post(address, data, **more)

    return _go


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


def test_who_read_the_record_is_shown_by_organisation_not_by_name(go, maria, officer, noon):
    people.note_read(person=maria, what="person.read", by=officer, at=noon, why="locating")

    page = go("readers").content.decode()

    assert "Ministry of Testland" in page
    assert "Officer" not in page


def test_a_list_that_was_handed_out_is_shown_too(go, maria, officer, client):
    client.force_login(officer)
    client.post(reverse("registration:export"), {"format": "csv"})
    client.logout()

    page = go("readers", lang="en").content.decode()

    assert "Ministry of Testland" in page
    assert "in a list that was handed out" in page


def test_the_record_is_corrected_by_the_person(go, maria):
    go(
        "correct",
        {"name": "María Santos", "language": "es", "phone": "+63 917 123 4567", "email": ""},
    )

    maria.refresh_from_db()
    assert maria.name == "María Santos"
    assert maria.languages == ["es", "fil"]
    assert maria.contact_points.get().address == "+639171234567"


def test_an_address_is_dropped_but_not_of_another_person(go, maria, register, officer, noon):
    other = register("Other")
    points = [
        people.add_contact_point(
            person=one, channel=Channel.SMS, address="+639171234567", by=officer, at=noon
        )
        for one in (maria, other)
    ]

    for point in points:
        go("drop_address", {}, args=[point.pk])

    assert maria.contact_points.get().invalid_at is not None
    assert other.contact_points.get().invalid_at is None


def test_all_that_is_kept_can_be_taken_away(go, maria, officer, noon):
    people.add_document(
        person=maria,
        kind=DocumentKind.PASSPORT,
        number="P1234567A",
        country="PHL",
        by=officer,
        at=noon,
    )

    record = json.loads(go("take_json").content)

    assert record["name"] == "Maria Santos"
    assert record["documents"][0]["number"] == "P1234567A"
    assert record["household"] == ["Jose Santos"]
    assert "P1234567A" in go("take").content.decode()


def test_deletion_waits_three_days_and_can_be_stopped(go, maria):
    go("delete", {"answer": "delete"})
    wish = queries.erasure_of(maria)
    assert wish.due_at - wish.asked_at == timedelta(days=3)
    assert operations.erase_due(keys=queries.due(now()), by=WORKER, at=now()) == 0

    go("delete", {"answer": "keep"})

    assert queries.erasure_of(maria) is None
    later = now() + timedelta(days=4)
    assert operations.erase_due(keys=queries.due(later), by=WORKER, at=later) == 0
    assert Person.objects.get(pk=maria.pk).name == "Maria Santos"


def test_what_is_deleted_leaves_a_tombstone_that_says_nothing(go, maria, crisis, officer, noon):
    from sojourn.foundation.caseload import queries as cases

    people.add_contact_point(
        person=maria, channel=Channel.SMS, address="+639171234567", by=officer, at=noon
    )
    go("delete", {"answer": "delete"})
    later = now() + timedelta(days=4)

    assert operations.erase_due(keys=queries.due(later), by=WORKER, at=later) == 1
    assert operations.erase_due(keys=queries.due(later), by=WORKER, at=later) == 0

    maria.refresh_from_db()
    assert (maria.name, maria.nationality, maria.languages) == ("", "", [])
    for related in ("contact_points", "documents", "whereabouts", "name_tokens"):
        assert not getattr(maria, related).exists()
    assert AuditEvent.objects.filter(person_id=maria.pk, what="person.erased").exists()
    assert cases.drift(crisis) == {}
    assert go().status_code == 404


def test_a_code_read_aloud_opens_the_page(client, maria, officer):
    code = operations.make_code(person=maria, by=officer, at=now())
    typed = code.lower().replace("0", "o").replace("1", "l")

    answer = client.post(reverse("self_service:door"), {"code": f" {typed[:5]}-{typed[5:]} "})

    assert "Maria Santos" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA", "x", "💣", "A" * 40])
def test_a_wrong_code_opens_nothing(client, maria, code):
    assert client.post(reverse("self_service:door"), {"code": code}).status_code == 422


def test_an_old_code_opens_nothing(client, maria, officer, noon):
    code = operations.make_code(person=maria, by=officer, at=noon - timedelta(days=4000))

    assert client.post(reverse("self_service:door"), {"code": code}).status_code == 422


def test_codes_cannot_be_guessed_quickly(client, maria, officer):
    for _ in range(10):
        client.post(reverse("self_service:door"), {"code": "AAAAA-AAAAA"})
    code = operations.make_code(person=maria, by=officer, at=now())

    assert client.post(reverse("self_service:door"), {"code": code}).status_code == 422


def test_a_link_that_was_bent_opens_nothing(client, token):
    for bent in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:10], "x", token + "A"):
        assert client.get(reverse("self_service:page", args=[bent])).status_code == 404


def test_a_link_that_was_taken_back_opens_nothing(go, client, maria, officer):
    client.force_login(officer)
    client.post(reverse("self_service:hand_out", args=[maria.pk]), {"make": "none"})

    assert go().status_code == 404


def test_a_code_has_signs_that_are_not_taken_for_each_other():
    assert canonical_code("il o-0 1") == "11001"


def test_leaving_goes_to_a_harmless_page_and_asks_the_browser_to_forget(client, db):
    answer = client.get(reverse("self_service:leave"))

    assert answer.status_code == 302
    assert "cache" in answer["Clear-Site-Data"]


def test_an_officer_hands_out_a_link_or_a_code_shown_once(client, maria, officer):
    client.force_login(officer)
    address = reverse("self_service:hand_out", args=[maria.pk])

    code = client.post(address, {"make": "code"}).context["code"]
    link = client.post(address, {"make": "link"}).context["link"]

    assert queries.person_by_code(code, at=now()) == maria
    assert queries.person_by_token(operations.token_in(link), at=now()) == maria
    assert AuditEvent.objects.filter(what="access_code.made", person_id=maria.pk).exists()
    assert link not in client.get(address).content.decode()


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


def test_what_was_written_is_erased_with_the_record(go, maria):
    go("say", {"answer": "help", "text": "secret words"})
    go("delete", {"answer": "delete"})
    later = now() + timedelta(days=4)

    operations.erase_due(keys=queries.due(later), by=WORKER, at=later)

    assert not Conversation.objects.filter(person=maria).exists()
    assert all(report.text_sealed is None for report in Report.objects.all())


def test_the_list_a_deleted_person_came_from_still_opens_without_them(client, officer, state, noon):
    client.force_login(officer)
    brought = registration.bring_list(
        content=b"Name,Phone\nAna Reyes,+639171234567\n",
        filename="staff.csv",
        source="ACME",
        organisation=state,
        by=officer,
        at=noon,
    )
    registration.confirm_import(record=brought.record, by=officer, at=noon)
    registration.add_next(record=brought.record, by=officer, at=noon)
    wish = operations.ask_for_erasure(person=Person.objects.get(), at=noon)
    operations.erase_due(keys=[wish.pk], by=WORKER, at=noon + timedelta(days=4))

    page = client.get(reverse("registration:import", args=[brought.record.pk]))

    assert page.status_code == 200
    assert "Ana Reyes" not in page.content.decode()
