"""The board as its readers see it."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from tests.conftest import end

from sojourn.foundation.caseload.terms import Standing
from sojourn.reporting.board import views
from sojourn.response.exposure.models import ExposureRun
from sojourn.response.triage.models import Entry


@pytest.fixture(autouse=True)
def _forget():
    cache.clear()


@pytest.fixture
def at(monkeypatch, noon):
    """A function that sets the clock of the pages to minutes after noon."""

    def _at(minutes):
        monkeypatch.setattr(views, "now", lambda: noon + timezone.timedelta(minutes=minutes))

    _at(6)
    return _at


def _board(client, user, crisis):
    client.force_login(user)
    return client.get(reverse("board:crisis", args=[crisis.pk]))


def test_unaccounted_for_is_the_first_and_the_largest_number(client, officer, numbered, at):
    words = _board(client, officer, numbered).content.decode()

    assert words.index("Unaccounted for") < words.index("In need")
    assert words.count("number unaccounted lead") == 1


def test_the_duty_officer_sees_the_exact_numbers(client, officer, numbered, at):
    answer = _board(client, officer, numbered)

    figures = answer.context["numbers"]["value"].figures
    assert (figures.unaccounted, figures.in_need, figures.safe) == (9, 2, 4)
    assert (figures.exposed, figures.messaged, figures.reached) == (15, 6, 6)


def test_every_breakdown_is_named_in_words(client, officer, numbered, at):
    tables = _board(client, officer, numbered).context["breakdowns"]["value"].tables

    labels = {table.facet: [row.label for row in table.rows] for table in tables}
    assert labels["area"] == ["Gorkha", "Kaski"]
    assert labels["nationality"] == ["Philippines", "Bangladesh"]
    assert labels["language"] == ["Filipino", "Bangla"]
    assert labels["band"] == ["7"]
    assert labels["office"] == ["Not known"]


def test_the_host_authority_sees_no_small_number(client, host_officer, numbered, at):
    answer = _board(client, host_officer, numbered)

    figures = answer.context["numbers"]["value"].figures
    assert (figures.unaccounted, figures.in_need, figures.safe) == (None, None, None)
    assert figures.exposed == 15
    assert "hour" not in answer.context
    assert "Person Gorkha" not in answer.content.decode()


def test_numbers_under_control_stay_the_same_within_the_hour(
    client, host_officer, numbered, expose, fold, at
):
    before = _board(client, host_officer, numbered).context["numbers"]["value"].figures
    expose(40)
    fold(minutes=10)

    at(12)
    assert _board(client, host_officer, numbered).context["numbers"]["value"].figures == before
    at(61)
    after = _board(client, host_officer, numbered).context["numbers"]["value"].figures
    assert after.exposed == 55


def test_another_states_officer_sees_only_her_own_peoples_numbers(
    client, other_officer, numbered, at
):
    answer = _board(client, other_officer, numbered)

    assert answer.context["numbers"]["value"].figures.exposed == 0
    assert "Person Gorkha" not in answer.content.decode()


def test_a_crisis_of_others_is_not_there(client, caseworker, numbered, at):
    assert _board(client, caseworker, numbered).status_code == 404


def test_the_administrator_has_no_board(client, administrator, numbered, at):
    assert _board(client, administrator, numbered).status_code == 403


def test_a_part_that_has_not_changed_says_nothing(client, officer, numbered, hear, at, expose):
    seen = _board(client, officer, numbered).context["numbers"]["digest"]
    url = reverse("board:part", args=[numbered.pk, "numbers"])

    assert client.get(url, {"seen": seen}).status_code == 204

    hear(expose(1), Standing.IN_NEED)
    answer = client.get(url, {"seen": seen})
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith("<section")
    assert 'id="board-numbers"' in answer.content.decode()


@pytest.mark.parametrize("name", ["numbers", "course", "hour", "queue", "breakdowns"])
def test_every_part_renews_itself_alone(client, officer, numbered, at, name):
    client.force_login(officer)

    answer = client.get(reverse("board:part", args=[numbered.pk, name]))

    assert answer.status_code == 200
    assert f'id="board-{name}"' in answer.content.decode()


def test_a_closed_crisis_stops_the_renewing(client, officer, numbered, at, noon):
    end(numbered, by=officer, at=noon)
    page = _board(client, officer, numbered)

    assert "hx-trigger" not in page.content.decode()
    url = reverse("board:part", args=[numbered.pk, "numbers"])
    seen = page.context["numbers"]["digest"]
    assert client.get(url, {"seen": seen}).status_code == 286


def test_a_part_that_is_none_or_not_theirs_is_not_there(
    client, officer, host_officer, numbered, at
):
    client.force_login(officer)
    assert client.get(reverse("board:part", args=[numbered.pk, "gossip"])).status_code == 404
    client.force_login(host_officer)
    assert client.get(reverse("board:part", args=[numbered.pk, "hour"])).status_code == 404


def test_the_last_hour_is_told_in_differences_and_names(client, officer, numbered, at):
    hour = _board(client, officer, numbered).context["hour"]["value"]

    assert [(change.tone, change.by) for change in hour.changes][:3] == [
        ("unaccounted", 9),
        ("in_need", 2),
        ("safe", 4),
    ]
    assert len(hour.in_need) == 2


def test_what_is_older_than_an_hour_is_not_news(client, officer, numbered, at):
    at(120)
    hour = _board(client, officer, numbered).context["hour"]["value"]

    assert hour.changes == ()
    assert hour.in_need == ()


def test_the_course_ends_with_the_numbers_of_now(client, officer, numbered, at):
    course = _board(client, officer, numbered).context["course"]["value"]

    assert {line.tone: line.values[-1] for line in course.lines} == {
        "unaccounted": 9,
        "in_need": 2,
        "safe": 4,
    }
    assert course.marks[-1] == "17:51", "the time of the place, Kathmandu"


def test_without_javascript_the_page_can_ask_to_be_loaded_anew(client, officer, numbered, at):
    url = reverse("board:crisis", args=[numbered.pk])
    assert "Refresh" not in _board(client, officer, numbered)
    assert client.get(url, {"refresh": "yes"})["Refresh"] == "60"


def test_the_map_has_posts_and_no_cluster_below_five(client, officer, post, numbered, at):
    client.force_login(officer)

    answer = client.get(reverse("board:places", args=[numbered.pk])).json()

    assert answer["posts"] == [
        {"name": "Embassy in Kathmandu", "latitude": 27.72, "longitude": 85.33}
    ]
    assert all(cell["count"] >= 5 for cell in answer["cells"])


def test_the_wall_shows_the_same_numbers_and_no_ways_on(client, officer, numbered, at):
    client.force_login(officer)

    answer = client.get(reverse("board:wall", args=[numbered.pk]))

    assert answer.context["numbers"]["value"].figures.unaccounted == 9
    assert "is-wall" in answer.content.decode()


def test_the_list_of_crises_begins_with_an_empty_state(client, officer):
    client.force_login(officer)

    assert "No crisis, and may it stay so" in client.get(reverse("board:crises")).content.decode()


def test_the_list_shows_the_three_numbers_of_each_crisis(client, officer, numbered, at):
    client.force_login(officer)

    [(shown, figures)] = client.get(reverse("board:crises")).context["cards"]

    assert shown == numbered
    assert (figures.unaccounted, figures.in_need, figures.safe) == (9, 2, 4)


def test_the_numbers_are_read_without_touching_the_cases(
    client, officer, numbered, at, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(officer)
    for name in ("numbers", "course", "breakdowns"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("board:part", args=[numbered.pk, name]))
        assert not [query for query in captured if "caseload_case" in query["sql"]]


@pytest.fixture
def waiting(numbered, noon):
    """Two of those in need wait: one for food, soon; one whose clock ran out."""
    first, second = numbered.cases.filter(standing=Standing.IN_NEED).order_by("pk")
    for case, priority, minutes in ((first, 2, 60), (second, 1, 3)):
        case.priority, case.due_at = priority, noon + timezone.timedelta(minutes=minutes)
        case.save()
        Entry.objects.create(case=case, since_at=noon)
    return second, first


def test_the_head_of_the_queue_is_on_the_board_the_most_urgent_first(
    client, officer, numbered, waiting, at
):
    queue = _board(client, officer, numbered).context["queue"]["value"]

    assert [row.case_id for row in queue.rows] == [str(case.pk) for case in waiting]
    assert [row.is_overdue for row in queue.rows] == [True, False]
    assert (queue.waiting, queue.overdue, queue.nobody) == (2, 1, 2)


def test_a_warden_sees_nobody_in_the_queue_who_did_not_name_her(
    client, warden, numbered, waiting, at
):
    answer = _board(client, warden, numbered)

    assert answer.context["queue"]["value"].rows == ()
    assert not answer.context["is_exact"]


def test_bands_are_called_as_the_footprint_calls_them(client, officer, numbered, at, noon):
    ExposureRun.objects.create(
        crisis=numbered,
        at=noon,
        by="system:x",
        source="test",
        bands=[{"level": 7.0, "label": "Very strong shaking", "geometry": None, "circles": []}],
        near_km=50,
        too_old_days=180,
    )
    tables = _board(client, officer, numbered).context["breakdowns"]["value"].tables

    [bands] = [table for table in tables if table.facet == "band"]
    assert [row.label for row in bands.rows] == ["Very strong shaking"]
