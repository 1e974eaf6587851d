"""Every page of the site with something in it, as each audience would get it."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from tests.records import everything
from tests.test_url_matrix import ADDRESSES, Address

from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.organisations.terms import Role

CRAWLED: list = []
USERS = {
    Role.DUTY_OFFICER: "officer",
    Role.ADMINISTRATOR: "administrator",
    Role.POST_OFFICER: "consul",
    Role.PARTNER_CASEWORKER: "caseworker",
    Role.WARDEN: "warden",
    Role.HOST_AUTHORITY: "host_officer",
    Role.DATA_PROTECTION_OFFICER: "protector",
}


@dataclass(frozen=True)
class Got:
    """One answer: where from, for whom, and what came."""

    address: Address
    audience: Any
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The type of the content, without its encoding."""
        return self.headers.get("Content-Type", "").partition(";")[0]


def got(address: Address, answer: HttpResponseBase) -> Got:
    """An answer with its whole body, of a stream too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = dict(answer.headers)
    return Got(address, audience_of(address.view), answer.status_code, headers, body)


def role_for(address: Address) -> Role | None:
    """The first role that may open an address; None for an address that needs no signing in."""
    audience = audience_of(address.view)
    return next((one for one in USERS if one in audience), None) if _is_staff(audience) else None


def _is_staff(audience: object) -> bool:
    return isinstance(audience, frozenset)


@pytest.fixture
def browsers(request):
    """One signed-in browser for each role, and for None one of whoever is nobody."""
    found = {None: Client()}
    for role, name in USERS.items():
        found[role] = Client()
        found[role].force_login(request.getfixturevalue(name))
    return found


@pytest.fixture
def known(request, db):
    """The keys of one record of everything."""
    return everything(request)


@pytest.fixture
def crawled(request):
    """The answer of every address to whoever may open it; asked once for all tests of a process."""
    if not CRAWLED:
        known, browsers = (request.getfixturevalue(name) for name in ("known", "browsers"))
        for address in ADDRESSES:
            CRAWLED.append(got(address, browsers[role_for(address)].get(address.url(known))))
    return CRAWLED
