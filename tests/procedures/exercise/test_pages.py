"""The exercise pages: only duty officers, marked beyond doubt, and a reset that asks first."""

import pytest
from django.urls import reverse

from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.runner import run_one
from sojourn.procedures.exercise import operations
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
def test_begin_makes_a_job_that_makes_the_exercise(signed_in, officer):
    answer = signed_in.post(
        reverse("exercise:exercises"),
        {"scenario": "tripoli", "people": 30, "speed": 60, "seed": 4},
    )
    assert answer.status_code == 302
    page = signed_in.get(reverse("exercise:exercises")).content.decode()
    assert "are being made" in page

    assert Job.objects.count() == 1
    assert run_one(worker="tests")

    exercise = Exercise.objects.get()
    assert (exercise.scenario, exercise.people, exercise.seed) == ("tripoli", 30, 4)
    assert exercise.crisis.is_exercise
    moved = signed_in.get(reverse("exercise:progress"), headers={"HX-Request": "true"})
    assert str(exercise.crisis_id) in moved["HX-Redirect"]


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
