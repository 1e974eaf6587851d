"""What every answer says to the browser: nothing inline, nothing embedded, nothing kept that is personal."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from sojourn.foundation.access.pages import PERSON
from sojourn.site.request_size import MOST_BYTES
from sojourn.site.response_headers import PERMISSIONS
from sojourn.site.security_txt import expires_after

pytestmark = pytest.mark.django_db

CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "script-src-attr": "'none'",
    "style-src": "'self'",
    "style-src-attr": "'none'",
    "frame-src": "'none'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def policy_of(headers) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts if name}


def inline_in(page: bytes) -> list[str]:
    """What a strict policy would block: scripts and styles that stand in the page, and handlers."""
    elements = [one for one in html.document_fromstring(page).iter() if isinstance(one.tag, str)]
    found = [one.tag for one in elements if one.tag in {"style", "iframe", "object", "embed"}]
    found += [
        "script"
        for one in elements
        if one.tag == "script"
        and one.get("type") != "application/json"  # data, which nothing runs
        and not one.get("src", "").startswith("/static/")
    ]
    for element in elements:
        for name, value in element.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                found.append(f"{element.tag} {name}")
            if value.strip().lower().startswith(("javascript:", "vbscript:", "data:text")):
                found.append(f"{element.tag} {name}={value}")
    return found


def test_every_answer_carries_every_header(crawled):
    lacking = []
    for got in crawled:
        if policy_of(got.headers) != CSP:
            lacking.append(f"{got.address}: {got.headers['Content-Security-Policy']}")
        for name, value in ALWAYS.items():
            if got.headers.get(name) != value:
                lacking.append(f"{got.address}: {name}: {got.headers.get(name)}")
    assert len(crawled) > 80
    assert not lacking, "\n".join(lacking)


def test_no_page_holds_a_script_a_style_or_a_handler(crawled):
    pages = [got for got in crawled if got.kind == "text/html" and got.body.strip()]
    found = [f"{got.address}: {one}" for got in pages for one in inline_in(got.body)]

    assert len(pages) > 60
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "page",
    [
        b"<p style='x'>",
        b"<script>1</script>",
        b"<script src='https://cdn.example/x.js'></script>",
        b"<a href='javascript:x()'>x</a>",
        b"<button onclick='x()'>",
        b"<style>p{}</style>",
    ],
)
def test_what_stands_inline_would_be_found(page):
    assert inline_in(page)


def test_nothing_personal_is_kept_by_a_browser_or_on_the_way(crawled):
    kept = [
        f"{got.address}: {got.headers.get('Cache-Control')}"
        for got in crawled
        if (isinstance(got.audience, frozenset) or got.audience == PERSON)
        and got.status != 405
        and "no-store" not in got.headers.get("Cache-Control", "")
    ]
    assert not kept, "\n".join(kept)


@pytest.mark.parametrize("path", ["/nothing-here/", "/static/nothing.css"])
def test_an_answer_that_finds_nothing_carries_the_headers_too(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert policy_of(answer.headers) == CSP
    assert answer["Permissions-Policy"] == PERMISSIONS


# --- size


def test_a_request_that_is_too_large_is_turned_away_before_it_is_read(client):
    answer = client.post("/login/", CONTENT_LENGTH=str(MOST_BYTES + 1))

    assert answer.status_code == 413
    assert b"Nothing was changed" in answer.content


def test_a_request_of_the_largest_size_is_let_through(client):
    answer = client.get("/login/", CONTENT_LENGTH=str(MOST_BYTES))

    assert answer.status_code == 200


# --- security.txt


@pytest.fixture
def contact(settings):
    settings.SECURITY_CONTACTS = ["mailto:security@example.org", "https://example.org/report"]
    settings.SITE_URL = "https://sojourn.example"


def test_where_to_report_a_weakness_is_said_in_the_usual_place(client, contact):
    answer = client.get("/.well-known/security.txt")
    fields = [line.partition(": ")[::2] for line in answer.content.decode().splitlines()]

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert [value for name, value in fields if name == "Contact"] == [
        "mailto:security@example.org",
        "https://example.org/report",
    ]
    assert ("Canonical", "https://sojourn.example/.well-known/security.txt") in fields
    assert [name for name, _value in fields].count("Expires") == 1


def test_without_a_contact_there_is_no_such_page(client, settings):
    settings.SECURITY_CONTACTS = []

    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("month", range(1, 13))
def test_it_is_good_for_about_half_a_year(month):
    at = datetime(2026, month, 28, 23, 59, tzinfo=UTC)

    assert timedelta(days=179) <= expires_after(at) - at <= timedelta(days=180)
