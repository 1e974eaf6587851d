"""An office is overrun: one click closes it, and two people from elsewhere open it again."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.conftest import LONG_AGO, SET_UP

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.models import OpenSession
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations import queries
from sojourn.foundation.organisations.terms import OfficeKind, Role
from sojourn.procedures.lock_down import operations
from sojourn.response.outreach.operations import links
from sojourn.response.outreach.queries.links import person_by_token


def _token(address):
    return address.rstrip("/").rpartition("/")[2]


@pytest.fixture
def at_work(client, consul):
    client.force_login(consul)
    return client


def test_one_click_signs_out_whoever_works_only_there_and_shows_what_to_do(at_work, post, consul):
    elsewhere = Client()
    elsewhere.force_login(consul)

    page = at_work.post(reverse("lock_down:lock", args=[post.pk]))

    assert page.status_code == 200
    words = page.content.decode()
    assert "Nothing here is worth a life" in words
    assert re.search(r'lang="ar"\s+dir="rtl"', words)
    for browser in (at_work, elsewhere):
        assert browser.get(reverse("home"))["Location"].startswith("/login/")
    assert not OpenSession.objects.filter(user=consul).exists()


def test_signing_in_again_opens_nothing(at_work, post, consul):
    at_work.post(reverse("lock_down:lock", args=[post.pk]))

    again = Client()
    again.force_login(consul)

    assert again.get(reverse("registration:people")).status_code == 403
    assert not queries.memberships_in_force(user=consul, at=now())


def test_who_works_elsewhere_too_stays_signed_in_there(at_work, post, consul, state):
    other = organisations.open_office(
        organisation=state,
        name="Consulate",
        kind=OfficeKind.CONSULATE,
        country="NPL",
        by=SET_UP,
        at=LONG_AGO,
    )
    organisations.give_role(
        user=consul,
        organisation=state,
        role=Role.POST_OFFICER,
        office=other,
        by=SET_UP,
        at=LONG_AGO,
    )

    at_work.post(reverse("lock_down:lock", args=[post.pk]))

    assert at_work.get(reverse("home")).status_code == 200
    assert [held.office for held in queries.memberships_in_force(user=consul, at=now())] == [other]


def test_links_given_out_there_by_hand_open_nothing_and_those_of_messages_do(
    post, consul, officer, register
):
    person, at = register(), now()
    by_hand = links.personal_link(person=person, crisis=None, by=consul, at=at)
    elsewhere = links.personal_link(person=person, crisis=None, by=officer, at=at)
    by_message = links.links_for(people=[person.pk], crisis=None, at=at)[person.pk]

    closed = operations.lock_down(office=post, by=officer, at=at)

    assert closed.links == 1
    assert person_by_token(_token(by_hand), at) is None
    assert person_by_token(_token(elsewhere), at) == person
    assert person_by_token(_token(by_message), at) == person


def test_the_data_protection_officer_is_told_once_however_often_it_is_clicked(post, officer, state):
    for _ in range(2):
        operations.lock_down(office=post, by=officer, at=now())

    notice = Notice.objects.get()
    assert (notice.kind, notice.organisation) == (NoticeKind.LOCK_DOWN, state)
    assert AuditEvent.objects.filter(what="office.locked").count() == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("consul", True),
        ("officer", True),
        ("administrator", True),
        ("warden", False),
        ("protector", False),
        ("other_officer", False),
        ("caseworker", False),
    ],
)
def test_who_works_there_or_runs_the_organisation_may_lock_it(request, post, who, may):
    user = request.getfixturevalue(who)
    if may:
        operations.lock_down(office=post, by=user, at=now())
    else:
        with pytest.raises(accounts.CannotLock):
            operations.lock_down(office=post, by=user, at=now())
    post.refresh_from_db()
    assert (post.locked_at is not None) == may


def test_a_post_officer_locks_no_other_post(at_work, state, post, consul):
    other = organisations.open_office(
        organisation=state,
        name="Consulate",
        kind=OfficeKind.CONSULATE,
        country="NPL",
        by=SET_UP,
        at=LONG_AGO,
    )

    assert at_work.post(reverse("lock_down:lock", args=[other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.locked_at is None


def _ask(post, state, by):
    return accounts.ask(
        deed=Deed.OFFICE_REOPEN, about=post, organisation=state, why=Why.SAFE, by=by, at=now()
    )


def test_two_from_elsewhere_open_it_again(client, post, state, consul, officer, administrator):
    operations.lock_down(office=post, by=consul, at=now())
    with pytest.raises(accounts.NotApproved):
        accounts.reopen_office(office=post, by=officer, at=now())
    asking = Client()
    asking.force_login(officer)
    asking.post(reverse("lock_down:reopen", args=[post.pk]))
    client.force_login(administrator)
    waiting = client.get(reverse("four_eyes:approvals")).context["waiting"]

    client.post(reverse("four_eyes:agree", args=[waiting[0].approval.pk]))

    post.refresh_from_db()
    assert post.locked_at is None
    assert queries.memberships_in_force(user=consul, at=now())


def test_not_one_person_and_nobody_of_the_office(post, state, consul, officer):
    operations.lock_down(office=post, by=officer, at=now())
    with pytest.raises(accounts.CannotAsk):
        _ask(post, state, consul)
    request = _ask(post, state, officer)
    for user in (officer, consul):
        with pytest.raises(accounts.CannotApprove):
            accounts.approve(approval=request, by=user, at=now())


def test_the_empty_view_of_a_second_password_is_signed_out_too(post, consul, officer):
    organisations.set_password(user=consul, password="own own own own", by=consul, at=now())
    accounts.set_second_password(user=consul, password="seven yellow umbrellas", at=now())
    under_force = Client()
    under_force.force_login(consul.second_password.decoy)

    operations.lock_down(office=post, by=officer, at=now())

    assert under_force.get(reverse("home"))["Location"].startswith("/login/")


def test_the_paper_is_printed_beforehand_in_two_languages(at_work, post, state):
    organisations.open_office(
        organisation=state,
        name="Crisis centre",
        kind=OfficeKind.HEADQUARTERS,
        country="PHL",
        phone="+6321234567",
        by=SET_UP,
        at=LONG_AGO,
    )

    words = at_work.get(reverse("lock_down:paper")).content.decode()

    assert words.count("<ol>") == 2
    assert "Crisis centre" in words
