"""A real browser on the running site. Skipped, loudly, where there is no Chromium."""

import os
import shutil
from contextlib import contextmanager

import pytest
from django.core.cache import cache

from sojourn.foundation.organisations import operations as organisations

playwright_api = pytest.importorskip("playwright.sync_api")

PASSWORD = "a quiet river runs deep"
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium():
    """One Chromium for the journeys of a module.

    Its driver keeps a loop running in this thread; no other module may find one, or its own would fail.
    """
    path = os.environ.get("SOJOURN_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium was found on this machine: nothing was tried in a real browser")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(chromium, live_server):
    """A function that opens a browser window of its own: size, language, colours, script or none."""
    opened = []

    def _visit(*, size=None, language="en", colours="light", script=True):
        window = chromium.new_context(
            viewport=size or DESKTOP,
            locale=language,
            color_scheme=colours,
            java_script_enabled=script,
            base_url=live_server.url,
        )
        opened.append(window)
        page = window.new_page()
        page.set_default_timeout(40_000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "console",
            lambda said: page.problems.append(said.text) if said.type == "error" else None,
        )
        return page

    yield _visit
    for window in opened:
        window.close()


@pytest.fixture
def sign_in(noon):
    """A function that signs a user in by the door, as they would."""
    cache.clear()

    def _sign_in(page, user):
        organisations.set_password(user=user, password=PASSWORD, by=user, at=noon)
        page.goto("/login/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return _sign_in


@contextmanager
def no_problems(page):
    """Whatever is done inside raises no error in the browser and breaks no rule of the CSP."""
    page.problems.clear()
    yield
    assert not page.problems
