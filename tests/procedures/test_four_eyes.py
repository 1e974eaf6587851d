"""The page of approvals: what one asks for, a second one agrees to, and it is done."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.conftest import LONG_AGO, SET_UP
from tests.foundation.accounts.conftest import PASSWORD, App, is_in, sign_in

from sojourn.foundation.accounts import factors
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role


def _browser(user):
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def second(state):
    user = organisations.add_user(
        username="second", password=None, display_name="Second", by=SET_UP, at=LONG_AGO
    )
    organisations.give_role(
        user=user, organisation=state, role=Role.DUTY_OFFICER, by=SET_UP, at=LONG_AGO
    )
    return user


def _waiting(browser):
    return [
        line.approval for line in browser.get(reverse("four_eyes:approvals")).context["waiting"]
    ]


def test_one_asks_to_close_a_crisis_and_another_one_closes_it(crisis, officer, second):
    one, other = _browser(officer), _browser(second)
    one.post(reverse("four_eyes:close", args=[crisis.pk]), {"why": "over"})
    assert _waiting(one) == []

    other.post(reverse("four_eyes:agree", args=[_waiting(other)[0].pk]))

    crisis.refresh_from_db()
    assert crisis.closed_at is not None
    assert "Second" in one.get(reverse("four_eyes:approvals")).content.decode()


def test_who_asked_finds_no_way_to_say_yes(crisis, officer, second):
    one = _browser(officer)
    one.post(reverse("four_eyes:close", args=[crisis.pk]), {"why": "over"})

    one.post(reverse("four_eyes:agree", args=[Approval.objects.get().pk]))

    crisis.refresh_from_db()
    assert crisis.closed_at is None


def test_alone_only_with_a_reason_where_nobody_else_is_and_everybody_sees_it(crisis, officer):
    one = _browser(officer)
    url = reverse("four_eyes:close", args=[crisis.pk])
    assert one.post(url, {"why": "over", "alone": "1"}).status_code == 422

    one.post(url, {"why": "over", "alone": "1", "reason": "Nobody else is on duty."})

    crisis.refresh_from_db()
    assert crisis.closed_at is not None
    assert "Nobody else is on duty." in one.get(reverse("four_eyes:approvals")).content.decode()


def test_alone_is_not_offered_where_somebody_else_is(crisis, officer, second):
    one = _browser(officer)
    url = reverse("four_eyes:close", args=[crisis.pk])
    assert 'name="alone"' not in one.get(url).content.decode()

    answer = one.post(url, {"why": "over", "alone": "1", "reason": "Nobody else is on duty."})

    assert answer.status_code == 422
    crisis.refresh_from_db()
    assert crisis.closed_at is None


def test_another_organisations_crisis_and_request_are_not_there(
    crisis, officer, second, other_officer
):
    stranger = _browser(other_officer)
    assert stranger.get(reverse("four_eyes:close", args=[crisis.pk])).status_code == 404
    _browser(officer).post(reverse("four_eyes:close", args=[crisis.pk]), {"why": "over"})

    answer = stranger.post(reverse("four_eyes:agree", args=[Approval.objects.get().pk]))

    assert answer.status_code == 404


def test_what_needs_the_record_open_is_left_to_who_asked(officer, second, state, register):
    person = register()
    accounts.ask(
        deed=Deed.PERSON_ERASE,
        about=person,
        organisation=state,
        why=Why.ASKED,
        by=officer,
        at=now(),
    )
    other = _browser(second)
    other.post(reverse("four_eyes:agree", args=[_waiting(other)[0].pk]))

    person.refresh_from_db()
    assert person.erased_at is None
    approval = Approval.objects.get()
    assert (approval.approved_by, approval.closed_at) == (second, None)


class TestLosingEveryFactor:
    """Two colleagues let one in; nobody is asked a question."""

    @pytest.fixture
    def lost(self, officer):
        organisations.set_password(user=officer, password=PASSWORD, by=officer, at=now())
        App().enter(officer)
        return officer

    def test_an_administrator_asks_and_another_hands_over_a_password(
        self, lost, administrator, protector
    ):
        still_open = _browser(lost)
        _browser(administrator).post(reverse("accounts:let_in", args=[lost.pk]))
        other = _browser(protector)

        page = other.post(reverse("four_eyes:agree", args=[_waiting(other)[0].pk]))

        lost.refresh_from_db()
        assert lost.check_password(page.context["password"])
        assert lost.must_change_password
        assert not factors.held_by(lost).any
        assert not is_in(still_open)
        again = Client()
        sign_in(again, password=PASSWORD)
        assert not is_in(again)

    def test_one_colleague_is_not_enough(self, lost, administrator):
        asking = _browser(administrator)
        asking.post(reverse("accounts:let_in", args=[lost.pk]))
        asking.post(reverse("four_eyes:agree", args=[Approval.objects.get().pk]))

        assert factors.held_by(lost).any
        with pytest.raises(accounts.NotApproved):
            accounts.let_in(user=lost, password="x", by=administrator, at=now())

    def test_nobody_lets_themselves_in(self, administrator, state):
        with pytest.raises(accounts.CannotAsk):
            accounts.ask_to_let_in(
                user=administrator, organisation=state, by=administrator, at=now()
            )

    def test_who_works_for_two_organisations_is_let_in_by_both(
        self, lost, state, other_state, other_officer, administrator, protector
    ):
        organisations.give_role(
            user=lost, organisation=other_state, role=Role.WARDEN, by=SET_UP, at=LONG_AGO
        )
        _browser(administrator).post(reverse("accounts:let_in", args=[lost.pk]))
        request = Approval.objects.get()
        assert request.organisation == other_state
        with pytest.raises(accounts.CannotApprove):
            accounts.approve(approval=request, by=protector, at=now())

        accounts.approve(approval=request, by=other_officer, at=now())


def test_an_administrator_ends_the_sessions_of_a_colleague_and_of_nobody_else(
    officer, administrator, other_officer
):
    colleague, stranger = _browser(officer), _browser(other_officer)
    admin = _browser(administrator)

    admin.post(reverse("accounts:end_sessions_of", args=[officer.pk]))
    refused = admin.post(reverse("accounts:end_sessions_of", args=[other_officer.pk]))

    assert not is_in(colleague)
    assert refused.status_code == 404
    assert is_in(stranger)
    assert User.objects.get(pk=officer.pk).is_active


def test_the_administrator_sees_that_a_second_password_was_used(officer, administrator):
    organisations.set_password(user=officer, password=PASSWORD, by=officer, at=now())
    accounts.set_second_password(user=officer, password="seven yellow umbrellas", at=now())
    accounts.bring_in(user=officer.second_password.decoy, at=now())

    page = _browser(administrator).get(reverse("four_eyes:approvals"))

    assert page.context["locked"] == [officer]
    assert (
        "second password"
        not in _browser(officer).get(reverse("four_eyes:approvals")).content.decode()
    )
