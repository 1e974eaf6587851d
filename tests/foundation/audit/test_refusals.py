"""A user who is refused is on record: who, where and when, within bounds, and nothing about any person."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sojourn.foundation.access.refusals import NOTED
from sojourn.foundation.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(officer):
    client = Client()
    client.force_login(officer)
    return client


def refusals():
    return AuditEvent.objects.filter(what="access.refused")


def test_a_record_of_another_organisation_is_refused_and_noted(
    browser, officer, register, other_state
):
    theirs = register("Hidden Person", responsible=other_state)

    assert browser.get(reverse("registration:person", args=[theirs.pk])).status_code == 404

    event = refusals().get()
    assert event.by == officer.audit_key
    assert event.keys == {
        "route": "registration:person",
        "status": 404,
        "key": str(theirs.pk),
    }
    assert event.person_id is None
    assert not event.is_read


def test_a_record_that_there_is_not_is_noted_the_same(browser):
    assert browser.get(reverse("registration:person", args=[uuid4()])).status_code == 404

    assert refusals().get().keys["status"] == 404


def test_a_page_of_another_role_is_refused_and_noted(browser):
    assert browser.get(reverse("organisations:people")).status_code == 403

    assert refusals().get().keys == {"route": "organisations:people", "status": 403, "key": None}


@pytest.mark.parametrize("path", ["/no/such/page/", "/register/not-a-key/"])
def test_a_mistyped_address_is_no_refusal(browser, path):
    assert browser.get(path).status_code == 404

    assert not refusals().exists()


def test_a_form_that_was_left_open_is_no_refusal(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    assert client.post(reverse("registration:export")).status_code == 403
    assert not refusals().exists()


def test_who_is_not_signed_in_is_not_noted_here(client):
    client.get(reverse("registration:person", args=[uuid4()]))

    assert not refusals().exists()


def test_a_loop_of_requests_does_not_fill_the_trail(browser):
    for _turn in range(NOTED.times + 15):
        browser.get(reverse("registration:person", args=[uuid4()]))

    assert NOTED.times <= refusals().count() <= NOTED.times + 2
