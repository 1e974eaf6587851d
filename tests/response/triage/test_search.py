"""Searching within the queue: a name in any script or spelling, a telephone or a document; nobody else is found."""

import pytest
from django.urls import reverse

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer, CrisisKind
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.response.triage.operations import Said


@pytest.fixture
def queue(register, open_case, ask, medical, officer, noon):
    """Three people wait, one of them with a telephone and a passport; a fourth has a case and asked for nothing."""
    mohammed = register("محمد عبد الرحمن", nationality="EGY", languages=["ar"])
    cases = [ask(open_case(person), medical) for person in (mohammed, register("Olena Шевченко"))]
    cases.append(ask(open_case(register("Maria Santos")), Said("information", "can_wait")))
    open_case(register("Mohammed Rahman"))
    people.add_contact_point(
        person=mohammed, channel=Channel.SMS, address="+201001234567", by=officer, at=noon
    )
    people.add_document(
        person=mohammed, kind=DocumentKind.PASSPORT, number="A 123-456", country="EGY",
        by=officer, at=noon,
    )  # fmt: skip
    return cases


@pytest.fixture
def search(client, officer, queue):
    """A function that searches the queue as the duty officer and returns the names on the page."""

    def _search(text, user=officer, **narrow):
        client.force_login(user)
        address = reverse("triage:crisis", args=[queue[0].crisis_id])
        answer = client.get(address, {"q": text, **narrow})
        return [row.case.person.name for row in answer.context["rows"]]

    return _search


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("محمد", "محمد عبد الرحمن"),
        ("Muhammad Abdulrahman", "محمد عبد الرحمن"),
        ("mohamed abdel rahman", "محمد عبد الرحمن"),
        ("Shevchenko", "Olena Шевченко"),
        ("Santos, Maria", "Maria Santos"),
        ("maria santo", "Maria Santos"),
        ("+20 100 123 4567", "محمد عبد الرحمن"),
        ("٠١٠٠١٢٣٤٥٦٧", "محمد عبد الرحمن"),
        ("1234567", "محمد عبد الرحمن"),
        ("a123456", "محمد عبد الرحمن"),
    ],
)
def test_who_waits_is_found_by_name_telephone_or_document(search, text, found):
    assert search(text)[0] == found


@pytest.mark.parametrize("text", ["Nobody Atall", "+4930999999", "Z999999", "…", "?"])
def test_what_fits_nobody_finds_nobody(search, text):
    assert search(text) == []


def test_an_empty_search_shows_the_queue(search):
    assert search("   ") == search("") == ["محمد عبد الرحمن", "Olena Шевченко", "Maria Santos"]


def test_who_is_not_in_the_queue_is_not_found(search):
    assert "Mohammed Rahman" not in search("Mohammed Rahman")


def test_a_queue_shows_nobody_of_another_crisis(
    search, register, state, officer, noon, medical, ask
):
    other = caseload.open_crisis(
        facts=caseload.CrisisFacts(name="Flood", kind=CrisisKind.FLOOD),
        lead=state,
        by=officer,
        at=noon,
    )
    person = register("Maria Santos-Flood")
    caseload.open_cases(
        crisis=other,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )
    ask(person.cases.get(), medical)

    assert search("Maria Santos") == ["Maria Santos"]


def test_nobody_finds_whom_they_may_not_see(search, other_officer, consul):
    assert search("Maria", user=consul) == []
    assert search("+201001234567", user=consul) == []


def test_the_search_keeps_to_what_the_queue_is_narrowed_to(search):
    assert search("Maria Santos", kind="information") == ["Maria Santos"]
    assert search("Maria Santos", kind="medical") == []


def test_search_filters_and_pages_are_kept_together(client, officer, queue):
    client.force_login(officer)
    address = reverse("triage:crisis", args=[queue[0].crisis_id])
    page = client.get(address, {"q": "Maria", "kind": "information"}).content.decode()

    assert 'value="Maria"' in page
    assert '<option value="information" selected>' in page
    assert f"{address}?q=Maria&amp;kind=information&amp;page=1&amp;seen=" in page
    given = client.post(
        f"{address}assign/?q=Maria&kind=information",
        {"cases": [queue[2].pk], "to": officer.pk},
    )
    assert given.url == f"{address}?q=Maria&kind=information"


def test_who_is_not_in_the_queue_can_be_looked_for_in_the_register(client, officer, queue):
    client.force_login(officer)
    page = client.get(
        reverse("triage:crisis", args=[queue[0].crisis_id]), {"q": "Ivan & son"}
    ).content.decode()

    assert "Look in the register" in page
    assert "/walk-in/?q=Ivan+%26+son" in page
