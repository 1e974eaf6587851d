"""Pictures of every page: in English and Arabic, on a phone and a desk, light and dark, into screenshots/.

    python scripts/screenshots.py [--only board] [--pages-per-role 60]

It plays an exercise in a place of its own, signs in as each role, follows every link it finds, and takes one
picture of each kind of page. Pages that ask an outside address, overflow sideways, log an error in the browser or
answer with one are listed at the end; then the exit status is 1.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import urlsplit

from sojourn.procedures.exercise.headless.place import place_of_its_own

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOOKS = (
    ("en", 1280, "light"),
    ("en", 360, "light"),
    ("en", 1280, "dark"),
    ("ar", 1280, "light"),
    ("ar", 360, "dark"),
)
ROLES = (
    "duty_officer",
    "post_officer",
    "warden",
    "partner_caseworker",
    "host_authority",
    "administrator",
)
LEFT_ALONE = re.compile(r"\.(pdf|csv|json|xlsx|zip)$|/(static|logout)/")
HEIGHT = 900


@dataclass
class Seen:
    """What was met on the way."""

    pages: dict[str, str] = field(default_factory=dict)  # kind of page → its address
    troubles: list[str] = field(default_factory=list)


def main() -> int:
    """Seed, serve, walk, take pictures, tell the troubles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="kinds of page whose name holds this")
    parser.add_argument("--pages-per-role", type=int, default=80)
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--hours", type=float, default=12)
    given = parser.parse_args()
    with place_of_its_own(database="") as environment:
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="sojourn.site.settings")
        import django

        django.setup()
        _play(people=given.people, hours=given.hours)
        troubles = _take(environment["SOJOURN_URL"], sessions_by_role(), given)
    for trouble in sorted(set(troubles)):
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


def _play(*, people: int, hours: float) -> None:
    """Play some hours of an exercise and leave it there: what it would take away is what is looked at."""
    from sojourn.procedures.exercise.headless import play

    play.reset_exercise = lambda **_keys: None
    order = play.Order(scenario="kathmandu", people=people, seed=1, hours=hours)
    play.play_through(order, tell=lambda _share, _words: None)


def sessions_by_role() -> dict[str, str]:
    """Return role → key of a new session of someone who holds it."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from sojourn.foundation.organisations.models import Membership

    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = {}
    for role in ROLES:
        holders = Membership.objects.filter(role=role).select_related("user")
        held = holders.order_by("-organisation__is_exercise", "pk").first()
        if held is None:
            continue
        session = store()
        session[SESSION_KEY] = str(held.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = held.user.get_session_auth_hash()
        session.save()
        sessions[role] = session.session_key
    return sessions


def _take(base: str, sessions: dict[str, str], given: argparse.Namespace) -> list[str]:
    from playwright.sync_api import sync_playwright

    chromium = which("chromium") or which("chromium-browser")
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for role in ("", *sessions):
            for look in LOOKS:
                seen = _walk(browser, base, role, sessions.get(role, ""), look, given)
                troubles += seen.troubles
        browser.close()
    return troubles


def _walk(
    browser: Any, base: str, role: str, session: str, look: tuple[str, int, str], given: Any
) -> Seen:
    from django.conf import settings

    language, width, scheme = look
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, locale=language
    )
    cookies = {"django_language": language} | (
        {settings.SESSION_COOKIE_NAME: session} if session else {}
    )
    context.add_cookies(
        [{"name": key, "value": value, "url": base} for key, value in cookies.items()]
    )
    page = context.new_page()
    seen = Seen()
    where = f"{role or 'visitor'} {language} {width} {scheme}"
    page.on(
        "console",
        lambda said: (
            said.type == "error" and seen.troubles.append(f"{where} {page.url}: {said.text}")
        ),
    )
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith(("http", "ws"))
            and not asked.url.startswith(base)
            and seen.troubles.append(f"{where} {page.url}: asks {asked.url}")
        ),
    )
    waiting = ["/", "/design/"]
    while waiting and len(seen.pages) < given.pages_per_role:
        path = waiting.pop(0)
        kind = _kind_of(path)
        if not kind or kind in seen.pages:
            continue
        seen.pages[kind] = path
        waiting += _picture(page, base + path, kind, where, seen, given)
    context.close()
    return seen


def _picture(page: Any, url: str, kind: str, where: str, seen: Seen, given: Any) -> list[str]:
    from playwright.sync_api import Error

    try:
        answer = page.goto(url, wait_until="load")
    except Error as error:
        if "Download is starting" in str(error):
            return []
        raise
    if answer is None or answer.status >= 400:
        seen.troubles.append(f"{where} {url}: {answer.status if answer else 'no answer'}")
        if answer is not None and answer.status >= 500:
            log = Path(os.environ["SOJOURN_HOME"]) / "site.log"
            seen.troubles.append(log.read_text(encoding="utf-8", errors="replace")[-3_000:])
    if page.locator("[data-map]").count():
        page.locator("[data-map][data-ready]").first.wait_for(timeout=15_000)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        seen.troubles.append(f"{where} {url}: wider than the screen")
    if given.only in kind:
        role, language, width, scheme = where.split()
        folder = FOLDER / f"{language}-{width}-{scheme}"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{role}-{kind}.png", full_page=True)
    return _ways_from(page, url)


def _ways_from(page: Any, url: str) -> list[str]:
    """Return the paths of the links on a page that stay in the house and lead to pages."""
    house = "/".join(url.split("/")[:3])
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = (urlsplit(link).path for link in links if link.startswith(house))
    return [path for path in dict.fromkeys(inside) if not LEFT_ALONE.search(path)]


def _kind_of(path: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return (match.view_name or "").replace(":", "-")


if __name__ == "__main__":
    sys.exit(main())
