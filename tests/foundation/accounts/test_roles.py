"""Which roles go together, who may give them, and what a locked office does to them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.conftest import SET_UP

from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations import queries, rules
from sojourn.foundation.organisations.models import Membership, User
from sojourn.foundation.organisations.terms import Role

HERE, THERE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("one", "other", "is_near", "goes"),
    [
        ("data_protection_officer", "administrator", True, False),
        ("administrator", "data_protection_officer", True, False),
        ("data_protection_officer", "duty_officer", True, False),
        ("data_protection_officer", "warden", True, False),
        ("data_protection_officer", "duty_officer", False, True),
        ("host_authority", "duty_officer", False, False),
        ("partner_caseworker", "host_authority", True, False),
        ("host_authority", "administrator", True, True),
        ("duty_officer", "post_officer", True, True),
        ("administrator", "duty_officer", True, True),
    ],
)
def test_some_roles_do_not_go_together(one, other, is_near, goes):
    given = rules.Held(one, HERE, is_exercise=False)
    held = [rules.Held(other, HERE if is_near else THERE, is_exercise=False)]
    if goes:
        rules.check_compatible(given=given, held=held)
    else:
        with pytest.raises(rules.CannotChangeMembership):
            rules.check_compatible(given=given, held=held)


def test_in_an_exercise_one_may_play_another_part():
    rules.check_compatible(
        given=rules.Held("duty_officer", HERE, is_exercise=True),
        held=[rules.Held("host_authority", THERE, is_exercise=False)],
    )


def test_every_incompatible_role_is_a_role():
    for pair in rules.INCOMPATIBLE:
        assert {pair.one, pair.other} <= set(Role.values)
        assert pair.because


def test_a_role_that_does_not_go_with_one_that_is_held_is_refused_and_leaves_no_trace(
    officer, administrator, state, noon
):
    with pytest.raises(organisations.CannotChangeMembership, match="who opened them"):
        organisations.give_role(
            user=officer,
            organisation=state,
            role=Role.DATA_PROTECTION_OFFICER,
            by=administrator,
            at=noon,
        )

    assert officer.memberships.count() == 1


def test_a_role_goes_again_once_the_other_has_ended(officer, administrator, state, noon):
    organisations.end_role(membership=officer.memberships.get(), by=administrator, at=noon)

    organisations.give_role(
        user=officer,
        organisation=state,
        role=Role.DATA_PROTECTION_OFFICER,
        by=administrator,
        at=noon,
    )

    assert officer.memberships.count() == 2


class TestAnAccountThatIsLent:
    """Who got an account from someone else is not a second pair of eyes for that one."""

    @pytest.fixture
    def puppet(self, administrator, state, noon):
        return organisations.add_colleague(
            username="puppet",
            password="a quiet river runs deep",
            display_name="P",
            email="",
            language="en",
            organisation=state,
            role=Role.ADMINISTRATOR,
            by=administrator,
            at=noon,
        )

    def test_an_administrator_cannot_raise_herself_through_an_account_she_made(
        self, puppet, administrator, state, noon
    ):
        with pytest.raises(organisations.CannotChangeMembership, match="gave you your password"):
            organisations.give_role(
                user=administrator, organisation=state, role=Role.DUTY_OFFICER, by=puppet, at=noon
            )

    def test_not_even_after_the_account_changed_its_password(
        self, puppet, administrator, state, noon
    ):
        organisations.set_password(user=puppet, password="quite another", by=puppet, at=noon)

        with pytest.raises(organisations.CannotChangeMembership, match="gave you your password"):
            organisations.give_role(
                user=administrator, organisation=state, role=Role.DUTY_OFFICER, by=puppet, at=noon
            )

    def test_a_month_later_it_may(self, puppet, administrator, state, noon):
        organisations.give_role(
            user=administrator,
            organisation=state,
            role=Role.DUTY_OFFICER,
            by=puppet,
            at=noon + timedelta(days=30),
        )

    def test_a_password_from_a_colleague_must_be_changed_and_ones_own_need_not(self, puppet, noon):
        assert puppet.must_change_password

        organisations.set_password(user=puppet, password="quite another", by=puppet, at=noon)
        assert not User.objects.get(pk=puppet.pk).must_change_password

    def test_a_password_from_the_set_up_is_kept(self, noon, db):
        user = organisations.add_user(
            username="first", password="x", display_name="F", by=SET_UP, at=noon
        )
        assert not user.must_change_password


class TestALockedOffice:
    @pytest.fixture
    def locked(self, post, noon):
        post.locked_at = noon
        post.save()
        return post

    def test_a_role_there_does_not_count(self, consul, locked, noon):
        assert queries.memberships_in_force(user=consul, at=noon - timedelta(seconds=1))
        assert not queries.memberships_in_force(user=consul, at=noon)

    def test_a_role_elsewhere_does(self, officer, administrator, locked, noon):
        assert queries.memberships_in_force(user=officer, at=noon)
        assert queries.is_administrator(
            user=administrator, organisation=locked.organisation, at=noon
        )

    def test_no_role_is_given_there(self, officer, administrator, locked, state, noon):
        with pytest.raises(organisations.CannotChangeMembership, match="locked down"):
            organisations.give_role(
                user=officer,
                organisation=state,
                role=Role.POST_OFFICER,
                office=locked,
                by=administrator,
                at=noon,
            )
        assert not Membership.objects.filter(user=officer, office=locked).exists()
