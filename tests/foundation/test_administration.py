"""The administrator manages users and offices, sees no case, and nobody raises their own rights."""

import pytest
from django.urls import reverse

from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Membership, Office, User
from sojourn.foundation.organisations.terms import Role


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def colleague(state, **more):
    return {
        "username": "new.consul",
        "display_name": "New Consul",
        "language": "fr",
        "organisation": str(state.pk),
        "role": Role.DUTY_OFFICER.value,
        **more,
    }


def test_a_colleague_is_added_with_a_role_and_a_password_shown_once(admin, state, client):
    page = admin.post(reverse("organisations:people"), colleague(state))

    user = User.objects.get(username="new.consul")
    assert [held.role for held in user.memberships.all()] == ["duty_officer"]
    assert user.check_password(page.context["password"])
    again = admin.get(reverse("organisations:person", args=[user.pk])).content.decode()
    assert page.context["password"] not in again


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "OFFICER"}, "is taken"),
        ({"role": "post_officer"}, "needs a post"),
        ({"expires_on": "2001-01-01"}, "has passed"),
    ],
)
def test_a_wrong_field_is_told_and_nobody_is_added(admin, state, officer, wrong, words):
    before = User.objects.count()

    answer = admin.post(reverse("organisations:people"), colleague(state, **wrong))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.count() == before


def test_a_role_is_given_for_a_time_and_ended_at_once(admin, state, officer, post):
    address = reverse("organisations:give_role", args=[officer.pk])
    admin.post(
        address,
        {
            "organisation": str(state.pk),
            "role": "post_officer",
            "office": str(post.pk),
            "expires_on": "2999-01-01",
        },
    )
    held = officer.memberships.get(role="post_officer")
    assert held.expires_at.year == 2999

    admin.post(reverse("organisations:end_role", args=[officer.pk, held.pk]))

    held.refresh_from_db()
    assert held.expires_at.year < 2999


def test_nobody_gives_or_ends_their_own_role(admin, state, administrator):
    admin.post(
        reverse("organisations:give_role", args=[administrator.pk]),
        {"organisation": str(state.pk), "role": "duty_officer"},
    )
    own = administrator.memberships.get()
    admin.post(reverse("organisations:end_role", args=[administrator.pk, own.pk]))

    own.refresh_from_db()
    assert own.expires_at is None
    assert Membership.objects.filter(user=administrator).count() == 1


def test_a_user_of_another_organisation_is_not_there(admin, other_officer):
    for name in ("person", "give_role", "password", "active"):
        address = reverse(f"organisations:{name}", args=[other_officer.pk])
        answer = admin.get(address) if name == "person" else admin.post(address)
        assert answer.status_code == 404, name


def test_a_role_in_another_organisation_cannot_be_given(admin, officer, other_state):
    admin.post(
        reverse("organisations:give_role", args=[officer.pk]),
        {"organisation": str(other_state.pk), "role": "duty_officer"},
    )

    assert not Membership.objects.filter(user=officer, organisation=other_state).exists()


def test_a_user_who_works_elsewhere_too_keeps_her_password(
    admin, officer, other_state, administrator, noon
):
    organisations.give_role(
        user=officer,
        organisation=other_state,
        role=Role.WARDEN,
        by=System("tests"),
        at=noon,
    )
    before = User.objects.get(pk=officer.pk).password

    admin.post(reverse("organisations:password", args=[officer.pk]))
    admin.post(reverse("organisations:active", args=[officer.pk]), {"active": "0"})

    after = User.objects.get(pk=officer.pk)
    assert after.password == before
    assert after.is_active


def test_a_user_is_kept_out_at_the_next_click_and_let_in_again(admin, officer, client):
    other = type(client)()
    other.force_login(officer)
    assert other.get(reverse("home")).status_code == 200

    admin.post(reverse("organisations:active", args=[officer.pk]), {"active": "0"})
    assert other.get(reverse("home")).status_code == 302

    admin.post(reverse("organisations:active", args=[officer.pk]), {"active": "1"})
    assert User.objects.get(pk=officer.pk).is_active


def test_an_office_is_opened_once(admin, state):
    facts = {
        "organisation": str(state.pk),
        "name": "Consulate in Pokhara",
        "kind": "consulate",
        "country": "NPL",
        "latitude": "28.2",
        "longitude": "83.9",
    }
    for _ in range(2):
        admin.post(reverse("organisations:offices"), facts)

    assert Office.objects.filter(name="Consulate in Pokhara").count() == 1
    assert "Pokhara" in admin.get(reverse("organisations:offices")).content.decode()


def test_half_a_position_is_refused(admin, state):
    answer = admin.post(
        reverse("organisations:offices"),
        {
            "organisation": str(state.pk),
            "name": "X",
            "kind": "embassy",
            "country": "NPL",
            "latitude": "28",
        },
    )

    assert answer.status_code == 422


def test_the_administrator_sees_no_person_and_no_case(admin, register, crisis):
    person = register("Maria Santos")

    for name in ("people", "offices"):
        assert "Santos" not in admin.get(reverse(f"organisations:{name}")).content.decode()
    assert admin.get(reverse("registration:people")).status_code == 403
    assert admin.get(reverse("registration:person", args=[person.pk])).status_code == 403
