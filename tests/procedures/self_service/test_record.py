"""The person's record: who opens it, who read it, corrected, taken away, deleted."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.audit.terms import System
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.preparedness.registration import operations as registration
from sojourn.procedures.self_service import operations, queries
from sojourn.procedures.self_service.rules import canonical_code
from sojourn.response.outreach.models.conversations import Conversation
from sojourn.response.triage.models import Report

WORKER = System("tests")


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

    answer = client.post(reverse("self_service:door"), {"code": code})

    assert answer.status_code == 422
    assert re.search(r"Try again in [1-6] seconds?\.", answer.content.decode())


def test_a_shelter_full_of_people_with_codes_gets_in_through_one_address(client, maria, officer):
    for _ in range(25):
        code = operations.make_code(person=maria, by=officer, at=now())
        assert client.post(reverse("self_service:door"), {"code": code}).status_code == 302


def test_a_link_that_was_bent_opens_nothing(client, token):
    for bent in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:10], "x", token + "A"):
        assert client.get(reverse("self_service:page", args=[bent])).status_code == 404


def test_a_link_that_was_taken_back_opens_nothing(go, client, maria, officer):
    client.force_login(officer)
    client.post(reverse("self_service:hand_out", args=[maria.pk]), {"make": "none"})

    assert go().status_code == 404


def test_a_code_has_signs_that_are_not_taken_for_each_other():
    assert canonical_code("il o-0 1") == "11001"


def test_an_officer_hands_out_a_link_or_a_code_shown_once(client, maria, officer):
    client.force_login(officer)
    address = reverse("self_service:hand_out", args=[maria.pk])

    code = client.post(address, {"make": "code"}).context["code"]
    link = client.post(address, {"make": "link"}).context["link"]

    assert queries.person_by_code(code, at=now()) == maria
    assert queries.person_by_token(operations.token_in(link), at=now()) == maria
    assert AuditEvent.objects.filter(what="access_code.made", person_id=maria.pk).exists()
    assert link not in client.get(address).content.decode()


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
