"""The person sees who looked: organisation, role, what, what for and when; never the name of anybody."""

from datetime import timedelta

import pytest
from tests.conftest import SET_UP

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.procedures.self_service.looks import looks_at


def note(person, by, at, what="person.read", why="assistance"):
    people.note_read(person=person, what=what, by=by, at=at, why=why)


def test_a_look_says_organisation_role_what_and_what_for(maria, officer, noon):
    note(maria, officer, noon)

    [look] = looks_at(maria)

    assert (look.organisation, look.role) == ("Ministry of Testland", "Duty officer")
    assert (look.what, look.purpose, look.at) == ("your record", "Assistance", noon)


def test_a_partner_who_read_a_referral_is_shown_as_partner(maria, caseworker, noon):
    note(maria, caseworker, noon, what="referral.read")

    [look] = looks_at(maria)

    assert (look.organisation, look.role, look.what) == (
        "Helping Hands",
        "Partner caseworker",
        "a referral of yours",
    )


def test_an_emergency_is_shown_as_one(maria, state, caseworker, noon):
    access.break_glass(
        viewer=viewer_of(caseworker, at=noon),
        person_id=maria.pk,
        holder=state,
        reason="She lies under the rubble and does not answer.",
        at=noon,
    )

    [look] = looks_at(maria)

    assert look.what == "your record, opened in an emergency to save a life"
    assert look.organisation == "Helping Hands"


def test_a_list_with_the_person_in_it_is_shown(maria, consul, noon):
    people.note_listed(people=[maria.pk], what="queue.listed", by=consul, at=noon, why="assistance")

    [look] = looks_at(maria)

    assert (look.what, look.role) == ("in a list", "Post officer")


def test_a_file_that_may_have_held_the_person_is_shown(maria, state, officer, noon):
    audit.record_export(
        what="register.exported", about=state, people=[maria.pk], by=officer, at=noon
    )
    audit.record_export(
        what="register.exported",
        about=state,
        people=[],
        by=officer,
        at=maria.registered_at - timedelta(days=1),
    )

    assert [look.what for look in looks_at(maria)] == ["in a list that was handed out"]


def test_the_same_look_again_on_one_day_is_told_once(maria, officer, consul, noon):
    for minutes in (0, 5, 10):
        note(maria, officer, noon + timedelta(minutes=minutes))
    note(maria, consul, noon + timedelta(minutes=20))
    note(maria, officer, noon + timedelta(days=1))

    assert [(look.role, look.times) for look in looks_at(maria)] == [
        ("Duty officer", 1),
        ("Post officer", 1),
        ("Duty officer", 3),
    ]


def test_the_role_is_the_one_that_was_held_then(maria, state, other_state, officer, noon):
    note(maria, officer, noon)
    organisations.end_role(membership=officer.memberships.get(), by=SET_UP, at=noon + timedelta(1))
    organisations.give_role(
        user=officer,
        organisation=other_state,
        role=Role.DUTY_OFFICER,
        office=None,
        by=SET_UP,
        at=noon + timedelta(days=2),
    )

    [look] = looks_at(maria)

    assert look.organisation == "Ministry of Testland"


def test_what_the_person_read_themselves_is_no_look(maria, noon):
    note(maria, maria, noon)

    assert looks_at(maria) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_names_nobody_in_any_language(go, maria, officer, noon, language):
    note(maria, officer, noon)
    note(maria, officer, noon + timedelta(hours=1))

    page = go("readers", lang=language).content.decode()

    assert "Ministry of Testland" in page
    assert "officer" not in page.replace("Duty officer", "").lower()
    assert officer.display_name not in page.replace("Duty officer", "")
