"""The frame of every page: direction, light, ways on, the exercise that cannot be mistaken."""

import gzip
import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from sojourn.foundation.access.viewer import viewer_of


@pytest.fixture
def page(client, officer):
    client.force_login(officer)
    return client.get(reverse("site:design"))


def test_the_design_page_shows_every_component(page, settings):
    folder = settings.TEMPLATES[0]["DIRS"][0] / "cotton"
    names = {path.stem.replace("_", "-") for path in folder.glob("*.html")}
    shown = (folder.parent / "design.html").read_text() + (folder.parent / "base.html").read_text()

    used = set(re.findall(r"<c-([a-z-]+)", shown))

    assert page.status_code == 200
    assert names - used - {"icon", "mark"} == set()


def test_no_page_of_ours_has_an_inline_style_or_script(page):
    words = page.content.decode()

    assert " style=" not in words
    assert not re.search(r"<script(?![^>]*(src=|application/json))", words)
    assert not re.search(r"\son[a-z]+=", words)


def test_what_is_said_in_arabic_runs_from_right_to_left(client, officer):
    client.force_login(officer)
    client.post(reverse("site:language"), {"language": "ar", "next": "/design/"})

    words = client.get(reverse("site:design")).content.decode()
    assert re.search(r'<html lang="ar"\s+dir="rtl"', words)


def test_light_or_dark_is_kept_for_the_next_page(client, officer):
    client.force_login(officer)
    answer = client.post(reverse("site:appearance"), {"theme": "dark", "next": "/design/"})

    assert answer["Location"] == "/design/"
    assert 'data-theme="dark"' in client.get(reverse("site:design")).content.decode()


def test_a_look_that_does_not_exist_is_not_kept_and_nobody_is_sent_elsewhere(client):
    answer = client.post(
        reverse("site:appearance"), {"theme": "pink", "next": "https://elsewhere.example/"}
    )

    assert answer["Location"] == "/"
    assert "theme" not in answer.cookies


def test_each_role_is_shown_only_the_ways_it_may_go(rf, officer, administrator, noon):
    request = rf.get("/")
    request.user, request.viewer = administrator, viewer_of(administrator, at=noon)
    request.resolver_match = None
    from sojourn.site.context import ways_for

    urls = {way.url for way in ways_for(request)}
    assert reverse("board:crises") not in urls
    assert reverse("home") in urls

    request.user, request.viewer = officer, viewer_of(officer, at=noon)
    assert reverse("board:crises") in {way.url for way in ways_for(request)}


def test_a_visitor_has_no_ways(rf):
    from sojourn.site.context import ways_for

    request = rf.get("/")
    request.resolver_match = None
    assert ways_for(request) == []


class _Exercise:
    name = "Kathmandu"
    is_exercise = True


def test_an_exercise_is_marked_in_title_ribbon_and_frame():
    template = engines["django"].from_string(
        '{% extends "base.html" %}{% block title %}T{% endblock %}'
    )

    request = RequestFactory().get("/")
    request.crisis = _Exercise()
    words = template.render({"crisis": request.crisis}, request)

    assert re.search(r"<title>\s*EXERCISE", words)
    assert 'class="ribbon"' in words
    assert "is-exercise" in words


def test_a_real_crisis_has_none_of_it():
    template = engines["django"].from_string('{% extends "base.html" %}')

    words = template.render({}, RequestFactory().get("/"))

    assert "EXERCISE" not in words
    assert 'class="ribbon"' not in words


def test_an_unknown_address_is_answered_with_a_sentence(client, officer):
    client.force_login(officer)
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_form_that_expired_says_that_nothing_was_changed(officer):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    answer = client.post(reverse("site:appearance"), {"theme": "dark"})

    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


def test_a_staff_page_is_within_its_hundred_kilobytes(client, officer):
    client.force_login(officer)
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(reverse("board:crises"), headers=packed)
    assert page["Content-Encoding"] == "gzip"

    words = gzip.decompress(page.content).decode()
    total = len(page.content)
    for url in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', words)):
        file = client.get(url, headers=packed)
        assert file.status_code == 200
        total += sum(len(part) for part in file.streaming_content)
    assert total <= 100_000


class _Case:
    crisis = _Exercise()


@pytest.mark.parametrize("subject", [{"case": _Case()}, {"person": _Exercise()}])
def test_a_page_about_somebody_of_an_exercise_is_marked_too(subject):
    template = engines["django"].from_string('{% extends "base_plain.html" %}')

    assert 'class="ribbon"' in template.render(subject, RequestFactory().get("/"))


def test_whoever_works_only_in_an_exercise_sees_every_page_marked(rf, viewer, state):
    from sojourn.site.context import page as page_context

    request = rf.get("/")
    request.viewer = viewer
    assert not page_context(request)["exercise"]

    for organisation in viewer.organisations:
        organisation.is_exercise = True
    assert page_context(request)["exercise"]


def test_a_way_is_shown_only_to_whom_the_page_is_open(rf, officer, administrator, noon):
    template = engines["django"].from_string(
        '{% way "board:crises" as url %}{{ url }}|{% way "no:such" as none %}{{ none }}'
    )
    request = rf.get("/")
    request.user, request.session = officer, {}
    request.resolver_match = None

    request.viewer = viewer_of(officer, at=noon)
    assert template.render({}, request) == reverse("board:crises") + "|"
    request.viewer = viewer_of(administrator, at=noon)
    assert template.render({}, request) == "|"
