"""The exercise pages: only duty officers, marked beyond doubt, and a reset that asks first."""

import re

import pytest
from django.urls import reverse

from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.runner import run_one
from sojourn.procedures.exercise import operations, tasks
from sojourn.procedures.exercise.models import Exercise


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def exercise(officer, noon):
    return operations.start_exercise(
        scenario="tripoli", people=40, seed=3, speed=60, by=officer, at=noon
    )


def test_the_page_offers_the_three_scenarios(signed_in):
    page = signed_in.get(reverse("exercise:exercises")).content.decode()

    for title in ("Earthquake near Kathmandu", "Tropical cyclone at Salalah", "Civil unrest"):
        assert title in page


@pytest.mark.parametrize(
    "user", ["consul", "warden", "caseworker", "host_officer", "administrator"]
)
def test_nobody_but_a_duty_officer_plays(client, user, request):
    client.force_login(request.getfixturevalue(user))

    assert client.get(reverse("exercise:exercises")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_begin_asks_for_steps_that_show_how_far_they_are_until_the_board_opens(signed_in):
    answer = signed_in.post(
        reverse("exercise:exercises"),
        {"scenario": "tripoli", "people": 30, "speed": 60, "seed": 4},
        follow=True,
    )
    page = answer.content.decode()
    assert "being prepared" in page
    assert "Founding the organisations" in page
    assert "Look again" in page  # for a browser without JavaScript
    shares = []
    while run_one(worker="tests"):
        moved = signed_in.get(reverse("exercise:progress"), headers={"HX-Request": "true"})
        if moved.status_code == 204:
            break
        shares.append(int(re.search(r'<progress value="(\d+)"', moved.content.decode()).group(1)))

    exercise = Exercise.objects.get()
    assert shares == sorted(shares)
    assert len(set(shares)) > 20
    assert (exercise.scenario, exercise.people, exercise.seed) == ("tripoli", 30, 4)
    assert exercise.is_prepared
    assert str(exercise.crisis_id) in moved["HX-Redirect"]
    page = signed_in.get(reverse("exercise:exercises")).content.decode()
    assert "To the board" in page
    assert "Look again" not in page


def test_what_is_being_prepared_says_so_on_the_board_and_can_be_cancelled(signed_in, officer, noon):
    exercise = operations.begin_exercise(
        scenario="tripoli", people=30, seed=3, speed=60, by=officer, at=noon
    )
    while exercise.crisis is None:
        exercise = operations.take_step(exercise_id=exercise.pk, at=noon)
    bar = signed_in.get(
        reverse("exercise:control", args=[exercise.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "Being prepared" in bar
    assert "<progress" in bar

    answer = signed_in.post(reverse("exercise:reset", args=[exercise.pk]), follow=True)

    assert "The exercise is gone" in answer.content.decode()
    assert not Exercise.objects.exists()


def test_a_preparation_that_has_stopped_says_why_and_can_be_gone_on_with(signed_in, officer):
    exercise = tasks.begin(scenario="tripoli", people=30, seed=3, speed=60, by=officer)
    Job.objects.update(state="failed", failure="DatabaseError")
    page = signed_in.get(reverse("exercise:exercises")).content.decode()
    assert "The preparation has stopped" in page
    assert "DatabaseError" in page

    signed_in.post(reverse("exercise:go_on", args=[exercise.pk]))

    assert Job.objects.filter(state="ready").count() == 1
    page = signed_in.get(reverse("exercise:exercises")).content.decode()
    assert "has stopped" not in page


def test_a_second_exercise_is_refused_with_the_page(signed_in, other_officer, client, exercise):
    client.force_login(other_officer)
    answer = client.post(
        reverse("exercise:exercises"), {"scenario": "tripoli", "people": 30, "speed": 60}
    )

    assert answer.status_code == 422
    assert Exercise.objects.count() == 1


def test_wrong_numbers_are_refused_with_the_page(signed_in):
    answer = signed_in.post(
        reverse("exercise:exercises"), {"scenario": "tripoli", "people": 3, "speed": 7}
    )

    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_the_control_page_is_marked_as_an_exercise(signed_in, exercise):
    page = signed_in.get(reverse("exercise:control", args=[exercise.pk])).content.decode()

    assert "<title>EXERCISE" in page
    assert "is-exercise" in page
    assert "Nobody here is real" in page


def test_pause_and_speed_change_the_clock(signed_in, exercise):
    for speed in (0, 600):
        signed_in.post(reverse("exercise:speed", args=[exercise.pk]), {"speed": speed})
        exercise.crisis.refresh_from_db()
        assert exercise.crisis.clock_speed == speed
    refused = signed_in.post(reverse("exercise:speed", args=[exercise.pk]), {"speed": 5})
    assert refused.status_code == 422


def test_another_duty_officer_neither_sees_nor_resets_it(client, exercise, other_officer):
    client.force_login(other_officer)

    assert client.get(reverse("exercise:control", args=[exercise.pk])).status_code == 404
    assert client.post(reverse("exercise:reset", args=[exercise.pk])).status_code == 404
    assert Exercise.objects.exists()


def test_reset_takes_it_away_and_says_so(signed_in, exercise):
    answer = signed_in.post(reverse("exercise:reset", args=[exercise.pk]), follow=True)

    assert "The exercise is gone" in answer.content.decode()
    assert not Exercise.objects.exists()
