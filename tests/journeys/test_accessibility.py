"""Every page, looked at by axe: light and dark, English and Arabic, telephone and desktop.

The pages are found by walking the addresses; one that needs a record nobody made here fails the walk.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.organisations.terms import Role
from tests.journeys.conftest import DESKTOP, PHONE
from tests.records import everything
from tests.test_url_matrix import ADDRESSES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = {
    "light English telephone": {"size": PHONE, "language": "en", "colours": "light"},
    "dark Arabic desktop": {"size": DESKTOP, "language": "ar", "colours": "dark"},
    "dark English desktop": {"size": DESKTOP, "language": "en", "colours": "dark"},
    "light Arabic telephone": {"size": PHONE, "language": "ar", "colours": "light"},
}
PREFERRED = {
    Role.DUTY_OFFICER: "officer",
    Role.ADMINISTRATOR: "administrator",
    Role.POST_OFFICER: "consul",
    Role.PARTNER_CASEWORKER: "caseworker",
    Role.WARDEN: "warden",
    Role.HOST_AUTHORITY: "host_officer",
    Role.DATA_PROTECTION_OFFICER: "protector",
}


@pytest.fixture
def shown(request):
    """Every page that answers with HTML, as (address, route, session of who opens it)."""
    users = {role: request.getfixturevalue(name) for role, name in PREFERRED.items()}
    known = everything(request)
    pages = []
    for address in ADDRESSES:
        audience = audience_of(address.view)
        user = None
        if isinstance(audience, frozenset):
            user = next(users[role] for role in PREFERRED if role in audience)
        browser = Client(headers={"host": "localhost"})
        if user:
            browser.force_login(user)
        url = address.url(known)
        answer = browser.get(url)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code == 200 and is_page and b"<html" in answer.content[:2000]:
            cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
            pages.append((url, str(address), cookie.value if cookie else ""))
    assert len(pages) >= 20
    return pages


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_violation_or_needs_scrolling_sideways(visit, live_server, shown, look):
    folder = os.environ.get("SOJOURN_SCREENSHOTS")
    page = visit(**LOOKS[look])
    found = []
    for url, route, cookie in shown:
        page.context.clear_cookies()
        if cookie:
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page.problems.clear()
        page.goto(url)
        for problem in Axe().run(page).response["violations"]:
            where = [node["target"] for node in problem["nodes"]][:3]
            found.append(f"{route}: {problem['id']}: {problem['help']} {where}")
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 1:
            found.append(f"{route}: {wide} px too wide")
        found += [f"{route}: {problem}" for problem in page.problems]
        if folder:
            name = route.strip("/").replace("/", "_").replace("<", "").replace(">", "") or "home"
            page.screenshot(
                path=Path(folder) / f"{name.replace(':', '-')}--{look.replace(' ', '-')}.png",
                full_page=True,
            )
    assert not found, "\n".join(found)
