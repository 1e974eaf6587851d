"""Under force: the same pages with nobody in them, a silent notice, and nothing real is touched."""

import re

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.foundation.accounts.conftest import PASSWORD, SECOND, is_in, show, sign_in

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.accounts import factors, operations, queries
from sojourn.foundation.accounts.models import OpenSession, SecondPassword
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Membership, Organisation
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person


def decoy_of(user):
    return SecondPassword.objects.get(user=user).decoy


class TestTheEmptyView:
    def test_it_opens_the_same_pages_under_the_same_name_with_nobody_in_them(
        self, under_force, register, crisis, forced, state
    ):
        register("Ximena Santos")

        page = under_force.get(reverse("registration:people")).content.decode()
        home = under_force.get(reverse("home")).content.decode()

        assert "Ximena" not in page
        assert "Earthquake" not in home
        assert str(forced) in home
        assert state.name in home

    def test_the_users_own_password_still_opens_everything(self, forced, register):
        register("Ximena Santos")
        own = Client()
        sign_in(own)

        assert "Ximena" in own.get(reverse("registration:people")).content.decode()

    def test_who_is_registered_there_is_found_there_and_nowhere_else(
        self, under_force, forced, register
    ):
        register("Ximena Santos")
        under_force.post(reverse("registration:add"), {"name": "Juan Cruz", "language": "en"})
        assert Person.objects.filter(name="Juan Cruz").exists()

        there = under_force.get(reverse("registration:people")).content.decode()
        own = Client()
        sign_in(own)
        here = own.get(reverse("registration:people")).content.decode()

        assert ("Juan" in there, "Ximena" in there) == (True, False)
        assert ("Juan" in here, "Ximena" in here) == (False, True)

    def test_roles_are_those_of_the_day(self, forced, administrator, state, noon):
        organisations.end_role(membership=forced.memberships.get(), by=administrator, at=now())
        organisations.give_role(
            user=forced, organisation=state, role=Role.WARDEN, by=administrator, at=now()
        )
        client = Client()
        sign_in(client, password=SECOND)

        assert [
            held.role for held in client.get(reverse("home")).context["request"].viewer.memberships
        ] == [Role.WARDEN]

    def test_it_is_seen_in_no_list_of_organisations(self, forced):
        from sojourn.foundation.organisations.queries import known_organisations

        assert Organisation.objects.filter(is_decoy=True).exists()
        assert not known_organisations().filter(is_decoy=True).exists()

    def test_nobody_signs_in_by_the_name_of_the_decoy(self, client, forced):
        decoy = decoy_of(forced)

        assert decoy.username != forced.username
        sign_in(client, username=decoy.username, password=SECOND)
        assert not is_in(client)

    def test_who_is_kept_out_is_kept_out_of_it_too(self, under_force, forced, administrator):
        organisations.set_active(user=forced, is_active=False, by=administrator, at=now())

        assert not is_in(under_force)
        again = Client()
        sign_in(again, password=SECOND)
        assert not is_in(again)

    def test_the_second_factor_is_asked_for_as_always(self, client, forced, app):
        app.enter(forced)
        sign_in(client, password=SECOND)
        assert not is_in(client)

        show(client, app.shows())

        assert is_in(client)
        assert client.session["_auth_user_id"] == str(decoy_of(forced).pk)


class TestTheSilentNotice:
    def test_the_data_protection_officer_is_told_even_if_the_second_factor_is_never_shown(
        self, client, forced, state, app
    ):
        app.enter(forced)

        sign_in(client, password=SECOND)

        notice = Notice.objects.get()
        assert (notice.kind, notice.organisation) == (NoticeKind.DURESS, state)
        assert notice.about == notice.by == forced.audit_key

    def test_nothing_is_told_of_an_ordinary_day(self, client, forced):
        sign_in(client)

        assert not Notice.objects.exists()
        assert not queries.are_disclosures_locked(forced)

    def test_nothing_in_the_empty_view_tells_of_it(self, under_force, protector):
        for name in ("home", "account", "accounts:sessions", "accounts:second_password"):
            words = under_force.get(reverse(name)).content.decode().casefold()
            assert "duress" not in words
            assert "notice was" not in words


class TestTheLock:
    def export(self, client):
        return client.post(reverse("registration:export"), {"format": "csv"})

    def test_the_users_own_account_hands_nothing_out_any_more(self, under_force, forced, register):
        register("Ximena Santos")
        own = Client()
        sign_in(own)

        answer = self.export(own)

        assert answer.status_code == 422
        assert b"Ximena" not in answer.content
        assert self.export(under_force).status_code == 200

    def test_two_others_lift_it_and_not_the_user(
        self, under_force, forced, state, administrator, protector, register
    ):
        register("Ximena Santos")
        ask = {
            "deed": Deed.DISCLOSURES_UNLOCK,
            "about": forced,
            "organisation": state,
            "why": Why.SAFE,
            "at": now(),
        }
        with pytest.raises(operations.CannotAsk):
            operations.ask(**ask, by=forced)
        request = operations.ask(**ask, by=administrator)
        for user in (forced, administrator):
            with pytest.raises(operations.CannotApprove):
                operations.approve(approval=request, by=user, at=now())
        with pytest.raises(operations.NotApproved):
            operations.unlock_disclosures(user=forced, by=administrator, at=now())
        operations.approve(approval=request, by=protector, at=now())
        operations.unlock_disclosures(user=forced, by=protector, at=now())

        own = Client()
        sign_in(own)
        assert b"Ximena" in self.export(own).content

    def test_removing_the_second_password_does_not_lift_it(self, under_force, forced):
        operations.remove_second_password(user=forced, at=now())

        assert queries.are_disclosures_locked(forced)
        assert not is_in(under_force)
        assert not is_in_with(SECOND)


def is_in_with(password):
    client = Client()
    sign_in(client, password=password)
    return is_in(client)


class TestSettingIt:
    def post(self, client, password=SECOND, own=PASSWORD, **more):
        return client.post(
            reverse("accounts:second_password"),
            {"own": own, "password": password, "again": password, **more},
        )

    @pytest.fixture
    def own(self, client, officer):
        sign_in(client)
        return client

    def test_it_is_set_by_whoever_knows_the_own_password(self, own, officer):
        assert self.post(own)["Location"] == reverse("account")
        assert is_in_with(SECOND)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"own": "guess"},
            {"password": PASSWORD},
            {"password": PASSWORD + "!"},
            {"password": "a quiet rivr runs deep"},
            {"password": "short"},
            {"password": "password1234"},
            {"again": "another one altogether"},
        ],
    )
    def test_a_slip_or_a_weak_one_is_refused(self, own, officer, wrong):
        assert self.post(own, **wrong).status_code == 422
        assert not SecondPassword.objects.exists()

    def test_the_own_password_never_becomes_the_second_one(self, own, forced):
        answer = own.post(
            reverse("password"),
            {"old_password": PASSWORD, "new_password1": SECOND, "new_password2": SECOND},
        )

        assert answer.status_code == 422
        assert is_in_with(PASSWORD)

    def test_it_is_replaced(self, own, forced):
        self.post(own, "nine crooked lanterns")

        assert not is_in_with(SECOND)
        assert is_in_with("nine crooked lanterns")
        assert SecondPassword.objects.count() == 1

    def test_the_page_looks_the_same_whether_one_is_set_or_not(self, own, officer):
        before = plain(own.get(reverse("accounts:second_password")))
        operations.set_second_password(user=officer, password=SECOND, at=now())

        assert plain(own.get(reverse("accounts:second_password"))) == before

    def test_under_force_the_page_answers_the_same_and_sets_nothing(self, under_force, forced):
        answer = self.post(under_force, "nine crooked lanterns", own=SECOND)

        assert answer["Location"] == reverse("account")
        assert SecondPassword.objects.count() == 1
        assert is_in_with(SECOND)
        assert not is_in_with("nine crooked lanterns")

    def test_a_password_changed_under_force_is_the_second_one(self, under_force, forced):
        under_force.post(
            reverse("password"),
            {
                "old_password": SECOND,
                "new_password1": "nine crooked lanterns",
                "new_password2": "nine crooked lanterns",
            },
        )

        assert is_in_with(PASSWORD)
        own = Client()
        sign_in(own, password="nine crooked lanterns")
        assert own.session["_auth_user_id"] == str(decoy_of(forced).pk)


def plain(answer):
    """A page without what differs on any two loads: tokens, keys, the sign that tells two names apart."""
    page = answer.content.decode().replace("\u2060", "")
    page = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", page)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}", "KEY", page)


class TestTheDoorTellsNothing:
    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("officer", PASSWORD),
            ("officer", SECOND),
            ("officer", "wrong"),
            ("administrator", "wrong"),
            ("nobody", "wrong"),
        ],
    )
    def test_two_hashes_are_computed_whoever_knocks(
        self, client, forced, administrator, monkeypatch, username, password
    ):
        computed = []
        for name in ("verify", "encode"):
            real = getattr(Argon2PasswordHasher, name)

            def counted(self, *args, _real=real, _name=name, **kwargs):
                computed.append(_name)
                return _real(self, *args, **kwargs)

            monkeypatch.setattr(Argon2PasswordHasher, name, counted)

        sign_in(client, username, password)

        assert len(computed) == 2

    def test_both_passwords_answer_alike(self, forced):
        answers = []
        for password in (PASSWORD, SECOND):
            client = Client()
            answer = sign_in(client, password=password, next="/account/")
            answers.append(
                (
                    answer.status_code,
                    answer["Location"],
                    sorted(answer.cookies),
                    len(answer.content),
                )
            )
        assert answers[0] == answers[1]


def test_factors_changed_since_open_the_empty_view_too(client, forced, app):
    app.enter(forced)
    assert not factors.held_by(decoy_of(forced)).any

    sign_in(client, password=SECOND)
    show(client, app.shows())

    assert is_in(client)
    assert not OpenSession.objects.filter(user=forced).exists()


def test_what_is_done_under_force_is_in_the_trail_under_the_decoys_key(under_force, forced):
    under_force.post(reverse("registration:add"), {"name": "Juan Cruz", "language": "en"})

    event = AuditEvent.objects.filter(what="person.registered").latest("id")
    assert event.by == decoy_of(forced).audit_key


def test_a_decoy_holds_no_role_in_a_real_organisation(forced, state):
    assert not Membership.objects.filter(user__is_decoy=True, organisation__is_decoy=False).exists()
