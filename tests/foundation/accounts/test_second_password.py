"""Under force: the same pages with nobody in them, a silent notice, and nothing real is touched."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.conftest import LONG_AGO, SET_UP
from tests.foundation.accounts.conftest import PASSWORD, SECOND, is_in, show, sign_in
from tests.records import everything
from tests.test_url_matrix import ADDRESSES, STAFF

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.accounts import factors, operations, queries
from sojourn.foundation.accounts.models import OpenSession, SecondPassword
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Membership, Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person

CANARIES = (
    "محمد",
    "Fatima",
    "Hassan",
    "Ram Thapa",
    "+9779841234567",
    "9841234567",
    "Patan",
    "Bagmati",
    "أين أنتم",
    "Insulin",
    "دواء",
    "who are you?",
    "ACME",
)


@pytest.fixture
def forced(officer):
    """The officer has a second password."""
    operations.set_second_password(user=officer, password=SECOND, at=now())
    return officer


@pytest.fixture
def under_force(client, forced):
    sign_in(client, password=SECOND)
    return client


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


# Every role, in as few users as roles that do not go together allow.
ROLES = (
    ("duty_officer", "post_officer", "warden", "partner_caseworker", "administrator"),
    ("data_protection_officer",),
    ("host_authority",),
)


def _somebody(roles, state, post):
    user = organisations.add_user(
        username=f"somebody-{roles[0]}", password=PASSWORD, display_name="S", by=SET_UP, at=LONG_AGO
    )
    for role in roles:
        organisations.give_role(
            user=user,
            organisation=state,
            role=Role(role),
            office=post if role == "post_officer" else None,
            by=SET_UP,
            at=LONG_AGO,
        )
    return user


def test_the_walks_below_are_walked_in_every_role():
    assert {role for roles in ROLES for role in roles} == set(Role.values)


class TestTwoWorlds:
    """An organisation that has nobody yet: no page tells the two passwords apart."""

    @pytest.mark.parametrize("roles", ROLES, ids="+".join)
    def test_every_page_is_the_same(self, roles, state, post, db):
        user = _somebody(roles, state, post)
        operations.set_second_password(user=user, password=SECOND, at=now())
        own, under_force = Client(), Client()
        sign_in(own, user.username, PASSWORD)
        sign_in(under_force, user.username, SECOND)
        # What follows from its use is what the user's own account shows, in another test.
        Notice.objects.all().delete()
        SecondPassword.objects.update(locked_at=None)
        nobody = {name: uuid4() for address in STAFF for name, _kind in address.keys}
        differing = []
        for address in STAFF:
            for method in ("get", "post"):
                if address.route in DIFFERENT_EACH_TIME:
                    continue
                answers = [
                    getattr(browser, method)(address.url(nobody), {"why": "x"})
                    for browser in (own, under_force)
                ]
                if _seen(answers[0]) != _seen(answers[1]):
                    differing.append(f"{method} {address}")
        assert not differing, "\n".join(differing)


# Pages with a fresh secret on each load, one's own sessions, and the deed that ends the decoy.
DIFFERENT_EACH_TIME = {
    "account/factors/code/",
    "account/factors/passkey/",
    "account/sessions/",
    "account/second-password/remove/",
}


def _seen(answer):
    where = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "KEY", answer.get("Location", ""))
    is_text = answer.get("Content-Type", "").startswith("text/html")
    body = plain(answer) if is_text else len(answer.content) // 64
    return answer.status_code, where, body


class TestNothingReal:
    """Every address, as every role, under force, in a world full of records."""

    @pytest.fixture
    def world(self, request):
        known = everything(request)
        state, post = request.getfixturevalue("state"), request.getfixturevalue("post")
        browsers = {}
        for roles in ROLES:
            user = _somebody(roles, state, post)
            operations.set_second_password(user=user, password=SECOND, at=now())
            operations.bring_in(user=decoy_of(user), at=now())
            browsers[user] = Client()
            browsers[user].force_login(decoy_of(user))
        return known, browsers

    def test_no_page_shows_a_word_of_anybody(self, world):
        known, browsers = world
        shown = []
        for address in STAFF:
            for user, browser in browsers.items():
                answer = browser.get(address.url(known))
                words = getattr(answer, "content", b"").decode(errors="replace")
                shown += [f"{address} as {user}: {one}" for one in CANARIES if one in words]
        assert not shown, "\n".join(shown)

    def test_no_search_finds_anybody(self, world):
        _known, browsers = world
        for browser in browsers.values():
            for text in ("Fatima", "9841234567", "A123"):
                page = browser.get(reverse("registration:people"), {"q": text}).content.decode()
                assert "محمد" not in page
                assert "Hassan" not in page

    def test_nothing_that_is_sent_changes_anything_real(self, world, officer):
        known, browsers = world
        before, jobs = _rows(), Job.objects.count()
        people = list(Person.objects.values_list("pk", flat=True))
        for address in ADDRESSES:
            if not isinstance(audience_of(address.view), frozenset):
                continue
            for browser in browsers.values():
                for body in BODIES:
                    browser.post(address.url(known), body)
        after = _rows()

        changed = {key for key in before if before[key] != after.get(key)}
        assert not changed, sorted(changed)[:20]
        grown = {key.partition(" ")[0] for key in after.keys() - before.keys()}
        assert grown <= OWN_TABLES, grown - OWN_TABLES
        for row in Person.objects.exclude(pk__in=people):
            assert row.responsible.is_decoy
        assert Job.objects.count() == jobs


BODIES = (
    {},
    {
        "name": "Somebody",
        "language": "en",
        "text": "x",
        "reason": "because of something",
        "kinds": "medical",
        "provider": "P",
        "url": "https://example.org/feed.xml",
        "interval_min": "5",
        "scenario": "kathmandu",
        "people": "60",
        "speed": "0",
        "seed": "1",
        "kind": "earthquake",
        "identifier": "+9779841234567",
        "username": "new.user",
        "display_name": "New",
        "role": "duty_officer",
        "active": "0",
        "level": "mandatory_return",
    },
)
# What a decoy may write: its own account and its own register, and what every deed leaves in the trail.
OWN_TABLES = {
    "accounts.opensession",
    "accounts.secondpassword",
    "audit.auditevent",
    "audit.pending",
    "access.allowance",
    "access.datakey",
    "access.personkey",
    "people.person",
    "people.household",
    "people.nametoken",
    "people.contactpoint",
    "registration.import",
    "registration.sourcerow",
    "mfa.authenticator",
}
NOT_COMPARED = {"accounts.opensession", "access.allowance", "audit.pending"}


def _rows():
    """Every row of every table, as text."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        for row in model._base_manager.all():
            if label in NOT_COMPARED or _is_a_decoys(row):
                continue
            found[f"{label} {row.pk}"] = serializers.serialize("json", [row])
    return found


def _is_a_decoys(row):
    return isinstance(row, User) and row.is_decoy


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
