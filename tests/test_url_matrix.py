"""Every address × every role, drawn from the code: who is let in, who is sent to the door, who is refused.

A view without a declared audience fails here; so does one that opens to a role it was not declared
for, or shows a record of another organisation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import RoutePattern

from sojourn.foundation.access.pages import MACHINE, PERSON, PUBLIC, audience_of
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role
from tests.conftest import LONG_AGO, SET_UP
from tests.records import everything


@dataclass(frozen=True)
class Address:
    """One address of the site: its route, the view behind it and the kinds of its keys."""

    route: str
    view: object
    keys: tuple[tuple[str, type], ...]

    def url(self, known: dict[str, object] | None = None) -> str:
        """The address with known keys, and with keys of nobody for the others."""
        url = self.route
        for name, kind in self.keys:
            value = (known or {}).get(name) or _nobody(kind)
            url = url[: url.index("<")] + str(value) + url[url.index(">") + 1 :]
        return "/" + url

    def __str__(self) -> str:
        return "/" + self.route


def _nobody(kind: type) -> object:
    if issubclass(kind, UUIDConverter):
        return uuid4()
    return 999_999 if issubclass(kind, IntConverter) else "nobody"


def walk(resolver: URLResolver, before: str = "", keys: tuple = ()) -> Iterator[Address]:
    """Yield every address of the site, however deep it is included."""
    for entry in resolver.url_patterns:
        pattern = entry.pattern
        assert isinstance(pattern, RoutePattern), f"{pattern} is no plain route"
        found = (*keys, *((name, type(kind)) for name, kind in pattern.converters.items()))
        route = before + pattern._route
        if isinstance(entry, URLPattern):
            yield Address(route, entry.callback, found)
        else:
            yield from walk(entry, route, found)


ADDRESSES = sorted(walk(get_resolver()), key=str)
STAFF = [address for address in ADDRESSES if isinstance(audience_of(address.view), frozenset)]


@pytest.fixture
def browsers(
    officer, consul, warden, caseworker, host_officer, administrator, protector
) -> dict[Role, Client]:
    """One signed-in browser for each role."""
    users = {
        Role.DUTY_OFFICER: officer,
        Role.POST_OFFICER: consul,
        Role.WARDEN: warden,
        Role.PARTNER_CASEWORKER: caseworker,
        Role.HOST_AUTHORITY: host_officer,
        Role.ADMINISTRATOR: administrator,
        Role.DATA_PROTECTION_OFFICER: protector,
    }
    assert set(users) == set(Role), "a role has no user here"
    browsers = {}
    for role, user in users.items():
        browsers[role] = Client(raise_request_exception=True)
        browsers[role].force_login(user)
    return browsers


def test_the_walk_finds_the_site():
    routes = {address.route for address in ADDRESSES}

    assert {"", "login/", "register/", "register/<uuid:person_id>/"} <= routes


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_every_address_declares_who_may_open_it(address):
    audience = audience_of(address.view)

    assert audience in {PUBLIC, PERSON, MACHINE} or (
        isinstance(audience, frozenset) and audience and audience <= frozenset(Role)
    ), f"{address}: its view says nothing of its audience; see access.pages"


@pytest.mark.parametrize("address", STAFF, ids=str)
def test_nobody_passes_a_staff_page_without_signing_in(client, db, address):
    for method in ("get", "post"):
        answer = getattr(client, method)(address.url())

        assert answer.status_code == 302, (method, answer.status_code)
        assert answer["Location"].startswith(f"/{settings.LOGIN_URL}/")


@pytest.mark.parametrize("address", STAFF, ids=str)
def test_a_staff_page_opens_to_its_roles_and_to_no_other(browsers, address):
    audience = audience_of(address.view)
    for role, browser in browsers.items():
        for method in ("get", "post"):
            answer = getattr(browser, method)(address.url())
            seen = f"{method} as {role}: {answer.status_code}"
            if role not in audience:
                assert answer.status_code in {403, 405}, seen
                continue
            assert answer.status_code not in {401, 403}, seen
            assert answer.status_code < 500, seen
            assert not answer.get("Location", "").startswith("/login/"), seen


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one not in STAFF], ids=str)
def test_a_page_for_others_never_asks_to_sign_in_and_never_breaks(client, db, address):
    for method in ("get", "post"):
        answer = getattr(client, method)(address.url())

        assert answer.status_code < 500, method
        # Both lead to the door: one has just gone out, the other has not said a password yet.
        if address.route not in {"logout/", "login/factor/"}:
            assert not answer.get("Location", "").startswith("/login/"), method


# Facts of the world, and words in addresses: no organisation's own.
EVERYBODYS = {
    "alert_id",
    "event_id",
    "feed_id",
    "token",
    "name",
    "step",
    "deed",
    "code",
    "key",
    "sign",
    "what",
}
# The directory of services is read by all who refer; only its keeper changes it.
READ_BY_ALL = {"services/<uuid:service_id>/"}


def test_every_key_of_an_address_has_a_record_to_try_it_with(request, db):
    known = everything(request)

    lacking = {name for address in ADDRESSES for name, _kind in address.keys} - set(known)
    assert not lacking, f"teach tests/records.py to make: {sorted(lacking)}"


def test_a_record_of_another_organisation_is_not_there(request, db, noon):
    known = everything(request)
    strangers = _strangers(noon)
    own = [one for one in STAFF if {name for name, _kind in one.keys} - EVERYBODYS]
    assert len(own) > 20
    seen = []
    for address in own:
        for role in sorted(audience_of(address.view)):
            for method in ("get", "post"):
                if method == "get" and address.route in READ_BY_ALL:
                    continue
                answer = getattr(strangers[role], method)(address.url(known))
                if answer.status_code not in {404, 405}:
                    seen.append(f"{method} {address} as {role}: {answer.status_code}")
    assert not seen, "\n".join(seen)


def _strangers(at) -> dict[Role, Client]:
    """One signed-in browser for each role in an organisation that has nothing to do with the records."""
    elsewhere = organisations.found_organisation(
        name="Ministry of Elsewhere",
        kind=OrganisationKind.STATE_OF_ORIGIN,
        country="VNM",
        by=SET_UP,
        at=LONG_AGO,
    )
    post = organisations.open_office(
        organisation=elsewhere,
        name="Embassy",
        kind=OfficeKind.EMBASSY,
        country="NPL",
        by=SET_UP,
        at=LONG_AGO,
    )
    strangers = {}
    for role in Role:
        user = organisations.add_user(
            username=f"stranger_{role}", password=None, display_name="S", by=SET_UP, at=LONG_AGO
        )
        organisations.give_role(
            user=user,
            organisation=elsewhere,
            role=role,
            office=post if role == Role.POST_OFFICER else None,
            by=SET_UP,
            at=LONG_AGO,
        )
        strangers[role] = Client()
        strangers[role].force_login(user)
    return strangers


def test_an_undeclared_view_would_be_found():
    from django.http import HttpResponse
    from django.urls import path

    stray = path("stray/", lambda _request: HttpResponse())

    assert audience_of(stray.callback) is None
