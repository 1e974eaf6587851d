"""Four eyes: one asks, somebody else says yes, and the deed is done once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import LONG_AGO, SET_UP

from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.accounts import operations, queries, rules
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Ground, Why
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import Role

DAY = timedelta(days=1)


@pytest.fixture
def second(state):
    """A second duty officer."""
    user = organisations.add_user(
        username="second", password=None, display_name="Second", by=SET_UP, at=LONG_AGO
    )
    organisations.give_role(
        user=user, organisation=state, role=Role.DUTY_OFFICER, by=SET_UP, at=LONG_AGO
    )
    return user


@pytest.fixture
def asked(crisis, state, officer, noon):
    return _ask(crisis, state, officer, noon)


def _ask(about, state, by, at, deed=Deed.CRISIS_CLOSE):
    return operations.ask(deed=deed, about=about, organisation=state, why=Why.OVER, by=by, at=at)


def test_two_officers_close_a_crisis(crisis, asked, officer, second, noon):
    operations.approve(approval=asked, by=second, at=noon)
    caseload.close_crisis(crisis=crisis, by=officer, at=noon)

    crisis.refresh_from_db()
    assert crisis.closed_at == noon
    assert list(
        AuditEvent.objects.filter(what__startswith="approval.")
        .order_by("id")
        .values_list("what", "by")
    ) == [
        ("approval.asked", officer.audit_key),
        ("approval.given", second.audit_key),
        ("approval.used", officer.audit_key),
    ]


def test_without_a_yes_it_stays_open_and_nothing_is_written(crisis, asked, officer, noon):
    with pytest.raises(operations.NotApproved, match="second person"):
        caseload.close_crisis(crisis=crisis, by=officer, at=noon)

    crisis.refresh_from_db()
    assert crisis.closed_at is None
    assert not AuditEvent.objects.filter(what="crisis.closed").exists()


def test_nobody_approves_what_they_asked_for(asked, officer, noon):
    with pytest.raises(operations.CannotApprove, match="You asked"):
        operations.approve(approval=asked, by=officer, at=noon)


def test_not_even_the_database_lets_them(asked, officer, noon):
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(approved_by=officer, approved_at=noon)


def test_the_database_takes_no_yes_of_nobody_without_a_reason(asked, noon):
    for facts in (
        {"approved_at": noon},
        {"approved_at": noon, "alone_on": Ground.NO_SECOND},
        {"alone_on": Ground.NO_SECOND},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=asked.pk).update(**facts)


@pytest.mark.parametrize("who", ["consul", "warden", "administrator", "protector", "other_officer"])
def test_other_roles_and_other_organisations_do_not_approve(request, who, asked, noon):
    with pytest.raises(operations.CannotApprove, match="role"):
        operations.approve(approval=asked, by=request.getfixturevalue(who), at=noon)


def test_an_account_that_the_asker_made_lately_is_not_a_second_person(asked, officer, second, noon):
    organisations.set_password(user=second, password="x", by=officer, at=noon)

    with pytest.raises(operations.CannotApprove, match="gave you your password"):
        operations.approve(approval=asked, by=second, at=noon)


def test_a_yes_is_good_for_one_deed(crisis, asked, officer, second, noon):
    operations.approve(approval=asked, by=second, at=noon)
    operations.use(deed=Deed.CRISIS_CLOSE, about=crisis, by=officer, at=noon)

    with pytest.raises(operations.NotApproved):
        operations.use(deed=Deed.CRISIS_CLOSE, about=crisis, by=officer, at=noon)
    assert _ask(crisis, crisis.lead, officer, noon).pk != asked.pk


def test_a_yes_is_good_for_its_own_record_and_deed(crisis, asked, officer, second, noon):
    operations.approve(approval=asked, by=second, at=noon)

    with pytest.raises(operations.NotApproved):
        operations.use(deed=Deed.PERSON_ERASE, about=crisis, by=officer, at=noon)
    with pytest.raises(operations.NotApproved):
        operations.use(deed=Deed.CRISIS_CLOSE, about=officer, by=officer, at=noon)


def test_a_request_lapses_and_a_yes_too(crisis, state, asked, officer, second, noon):
    late = noon + rules.LASTS
    with pytest.raises(operations.CannotApprove, match="seven days"):
        operations.approve(approval=asked, by=second, at=late)
    again = _ask(crisis, state, officer, late)
    assert again.pk != asked.pk

    operations.approve(approval=again, by=second, at=late)
    assert queries.approved(deed=Deed.CRISIS_CLOSE, about=crisis, at=late + 6 * DAY)
    assert not queries.approved(deed=Deed.CRISIS_CLOSE, about=crisis, at=late + 7 * DAY)


def test_asking_twice_is_asking_once(crisis, state, asked, officer, second, noon):
    assert _ask(crisis, state, officer, noon).pk == asked.pk
    assert _ask(crisis, state, second, noon).pk == asked.pk


def test_a_no_ends_it(crisis, asked, officer, second, noon):
    operations.refuse(approval=asked, by=second, at=noon)

    with pytest.raises(operations.CannotApprove, match="already"):
        operations.approve(approval=asked, by=second, at=noon)
    with pytest.raises(operations.NotApproved):
        caseload.close_crisis(crisis=crisis, by=officer, at=noon)


def test_who_asked_may_take_it_back(asked, officer, noon):
    operations.refuse(approval=asked, by=officer, at=noon)

    assert not Approval.objects.filter(closed_at__isnull=True).exists()


def test_other_roles_do_not_ask(crisis, state, consul, other_officer, noon):
    for user in (consul, other_officer):
        with pytest.raises(operations.CannotAsk, match="role"):
            _ask(crisis, state, user, noon)


class TestAlone:
    def go(self, crisis, officer, noon, reason="Nobody else is on duty."):
        return operations.go_alone(
            deed=Deed.CRISIS_CLOSE,
            about=crisis,
            organisation=crisis.lead,
            why=Why.OVER,
            reason=reason,
            by=officer,
            at=noon,
        )

    def test_where_there_is_one_officer_one_is_enough_with_a_reason(self, crisis, officer, noon):
        approval = self.go(crisis, officer, noon)
        caseload.close_crisis(crisis=crisis, by=officer, at=noon)

        assert approval.alone_on == Ground.NO_SECOND
        assert approval.alone_because == "Nobody else is on duty."
        assert AuditEvent.objects.get(what="approval.alone").keys["ground"] == "no_second"

    def test_not_where_somebody_else_could_approve(self, crisis, officer, second, noon):
        with pytest.raises(operations.CannotGoAlone, match="Ask them"):
            self.go(crisis, officer, noon)
        assert not Approval.objects.exists()

    def test_somebody_who_is_kept_out_is_nobody_else(
        self, crisis, officer, second, administrator, noon
    ):
        organisations.set_active(user=second, is_active=False, by=administrator, at=noon)

        assert self.go(crisis, officer, noon)

    def test_not_without_a_reason_in_words(self, crisis, officer, noon):
        with pytest.raises(operations.CannotGoAlone, match="Say why"):
            self.go(crisis, officer, noon, reason=" it is ")

    def test_in_an_exercise_one_is_enough_whoever_else_is_there(
        self, crisis, officer, second, state, noon
    ):
        state.is_exercise = True
        state.save()

        assert self.go(crisis, officer, noon).alone_on == Ground.EXERCISE

    @pytest.mark.parametrize(
        "deed", [Deed.FACTORS_RESET, Deed.DISCLOSURES_UNLOCK, Deed.OFFICE_REOPEN]
    )
    def test_what_protects_accounts_is_never_done_alone(self, deed):
        for is_exercise in (False, True):
            assert rules.ground_of(deed=deed, is_exercise=is_exercise, others=0) is None


def test_what_waits_for_me_is_what_i_may_approve(
    crisis, asked, officer, second, consul, other_officer, noon
):
    def waiting(user):
        return queries.for_me_to_approve(viewer=viewer_of(user, at=noon), at=noon)

    assert waiting(second) == [asked]
    for user in (officer, consul, other_officer):
        assert waiting(user) == []
    assert list(queries.asked_by_me(viewer=viewer_of(officer, at=noon), at=noon)) == [asked]


def test_every_deed_has_a_rule_and_can_be_asked_and_approved_by_somebody():
    assert set(rules.FOUR_EYES) == set(Deed)
    for rule in rules.FOUR_EYES.values():
        assert rule.askers <= set(Role.values)
        assert rule.approvers <= set(Role.values)
        assert rule.askers
        assert rule.approvers


class TestAPartyIsNoPairOfEyes:
    def test_nobody_is_asked_about_themselves(self, state, administrator, noon):
        with pytest.raises(operations.CannotAsk, match="about yourself"):
            operations.ask(
                deed=Deed.DISCLOSURES_UNLOCK,
                about=administrator,
                organisation=state,
                why=Why.SAFE,
                by=administrator,
                at=noon,
            )

    def test_nobody_approves_what_is_about_themselves(self, state, officer, administrator, noon):
        request = operations.ask(
            deed=Deed.FACTORS_RESET,
            about=officer,
            organisation=state,
            why=Why.LOST,
            by=administrator,
            at=noon,
        )
        with pytest.raises(operations.CannotApprove, match="about yourself"):
            operations.approve(approval=request, by=officer, at=noon)

    def test_an_office_is_not_opened_by_its_own(self, state, post, consul, officer, noon):
        with pytest.raises(operations.CannotAsk, match="your own office"):
            operations.ask(
                deed=Deed.OFFICE_REOPEN,
                about=post,
                organisation=state,
                why=Why.SAFE,
                by=consul,
                at=noon,
            )
        request = operations.ask(
            deed=Deed.OFFICE_REOPEN,
            about=post,
            organisation=state,
            why=Why.SAFE,
            by=officer,
            at=noon,
        )
        with pytest.raises(operations.CannotApprove, match="your own office"):
            operations.approve(approval=request, by=consul, at=noon)
