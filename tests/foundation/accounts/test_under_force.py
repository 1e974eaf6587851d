"""Under force, walked in every role: no page tells the two passwords apart, and nothing real is touched."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.conftest import LONG_AGO, SET_UP
from tests.foundation.accounts.conftest import PASSWORD, SECOND, sign_in
from tests.foundation.accounts.test_second_password import plain
from tests.records import everything
from tests.test_url_matrix import ADDRESSES, STAFF

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.accounts import operations
from sojourn.foundation.accounts.models import SecondPassword
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import User
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


def decoy_of(user):
    return SecondPassword.objects.get(user=user).decoy


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

    def test_the_trail_tells_nothing_at_first_sight_either(self, state, post, db):
        user = _somebody(("data_protection_officer",), state, post)
        operations.set_second_password(user=user, password=SECOND, at=now())
        own, under_force = Client(), Client()
        sign_in(own, user.username, PASSWORD)
        sign_in(under_force, user.username, SECOND)
        Notice.objects.all().delete()
        SecondPassword.objects.update(locked_at=None)

        pages = [_seen(browser.get("/protection/record/")) for browser in (own, under_force)]

        assert pages[0][0] == 200
        assert pages[0] == pages[1]


# Pages with a fresh secret on each load, one's own sessions, the deed that ends the decoy, and the
# trail, which soon holds this test's own requests; it is looked at in a test of its own.
DIFFERENT_EACH_TIME = {
    "account/factors/code/",
    "account/factors/passkey/",
    "account/sessions/",
    "account/second-password/remove/",
    "protection/record/",
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
