"""Somebody comes to us: person, household, case and needs in one deed."""

import pytest

from sojourn.foundation.caseload.models import Case, CaseStep
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.people.models import Household, Person
from sojourn.response.triage import operations
from sojourn.response.triage.models import Report
from sojourn.response.triage.operations import Said
from sojourn.response.triage.terms import Source


def _reasons(case):
    return [reason["rule"] for reason in case.assessments.order_by("-at", "-id").first().reasons]


def _walk_in(crisis, state, post, officer, noon, key, **known):
    from sojourn.foundation.people.operations import PersonFacts

    name = known.pop("name", "Sunita Gurung")
    description = known.pop("description", "")
    return operations.take_walk_in(
        crisis=crisis,
        walk_in=operations.WalkIn(facts=PersonFacts(name=name, description=description), **known),
        organisation=state,
        office=post,
        by=officer,
        at=noon,
        key=key,
    )


@pytest.fixture
def key():
    from sojourn.foundation.identifiers import uuid7

    return uuid7()


def test_a_walk_in_is_person_household_case_and_needs_in_one_deed(
    crisis, state, post, officer, noon, key
):
    for _ in range(2):
        case = _walk_in(
            crisis,
            state,
            post,
            officer,
            noon,
            key,
            needs=[Said("shelter", "urgent")],
            phone="+9779812345678",
            document_number="L898902C3",
            companions=[operations.Companion(name="Little Asha", birth_year=2023)],
            is_at_post=True,
        )
    assert Person.objects.count() == Case.objects.count() == 2
    assert case.person.household.members.count() == 2
    assert (case.answer, case.standing, case.priority) == (Answer.REPORTED, Standing.IN_NEED, 2)
    assert "small-children" in _reasons(case)
    assert case.person.documents.count() == case.person.contact_points.count() == 1
    assert case.person.whereabouts.get().place == "Embassy in Kathmandu"
    assert Report.objects.get().source == Source.WALK_IN
    assert CaseStep.objects.filter(what="walked_in").count() == 2


def test_a_description_is_enough(crisis, state, post, officer, noon, key):
    case = _walk_in(crisis, state, post, officer, noon, key, name="", description="boy, about 8")
    assert case.priority == 2
    assert "needs-a-call" in _reasons(case)


def test_a_walk_in_of_nobody_leaves_no_trace(crisis, state, post, officer, noon, key):
    with pytest.raises(operations.CannotTriage):
        _walk_in(crisis, state, post, officer, noon, key, name="", companions=[])
    assert not Person.objects.exists()
    assert not Household.objects.exists()


def test_a_walk_in_whom_we_know_keeps_their_case_and_what_exposure_found(
    case, crisis, state, officer, noon, key
):
    from sojourn.foundation.people.operations import PersonFacts

    again = operations.take_walk_in(
        crisis=crisis,
        walk_in=operations.WalkIn(facts=PersonFacts(name="Maria"), needs=[Said("documents")]),
        organisation=state,
        office=None,
        by=officer,
        at=noon,
        key=key,
        person=case.person,
    )
    assert again == case
    assert again.answer == Answer.INSIDE
    assert again.priority == 4


def test_who_calls_from_a_place_in_words_is_placed_with_their_company(
    crisis, state, post, officer, noon, key
):
    case = _walk_in(
        crisis,
        state,
        post,
        officer,
        noon,
        key,
        source=Source.CALL,
        place="near the bus park in Pokhara",
        companions=[operations.Companion(name="Little Asha")],
    )

    claims = [member.whereabouts.get() for member in case.person.household.members.all()]
    assert [(claim.source, claim.accuracy_km) for claim in claims] == [("words", 7.0)] * 2


def test_words_that_name_no_place_keep_nobody_waiting(crisis, state, post, officer, noon, key):
    case = _walk_in(crisis, state, post, officer, noon, key, place="behind the blue house")

    assert case.person.places_told.get().words == "behind the blue house"
    assert not case.person.whereabouts.exists()
