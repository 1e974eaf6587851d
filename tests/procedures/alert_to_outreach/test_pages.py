"""The page that starts a crisis."""

import pytest
from django.urls import reverse
from tests.preparedness.alerts.conftest import gdacs

from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.response.outreach.models.campaigns import Campaign
from sojourn.response.outreach.terms import CampaignPurpose

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def facts(**more):
    return {
        "name": "Earthquake in Nepal",
        "kind": "earthquake",
        "countries": "Nepal, IN",
        "alert_level": "precaution",
        "near_km": "50",
    } | more


def test_the_page_offers_what_the_alert_suggests(desk, take_in):
    words = desk.get(reverse("alert_to_outreach:start", args=[take_in().pk])).content.decode()

    assert 'value="Strong earthquake"' in words
    assert 'value="NPL"' in words
    assert '<option value="earthquake" selected>' in words


def test_the_alert_page_leads_here(desk, take_in):
    alert = take_in(expires="2099-01-01T00:00:00+00:00")
    words = desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()

    assert reverse("alert_to_outreach:start", args=[alert.pk]) in words


def test_one_click_opens_the_crisis_and_its_cases(desk, take_in, seen, other_state):
    seen(27.7, 85.3)
    answer = desk.post(
        reverse("alert_to_outreach:start", args=[take_in().pk]),
        facts(participants=[str(other_state.pk)]),
    )

    crisis = Crisis.objects.get()
    assert answer.status_code == 302
    assert crisis.countries == ["NPL", "IND"]
    assert crisis.time_zone == "Asia/Kathmandu"
    assert list(crisis.participants.all()) == [other_state]
    assert Case.objects.filter(crisis=crisis).count() == 1


def test_a_country_nobody_knows_is_refused_and_not_dropped(desk, take_in):
    url = reverse("alert_to_outreach:start", args=[take_in().pk])
    answer = desk.post(url, facts(countries="Nepal, Nig"))

    assert answer.status_code == 422
    assert "“Nig” is no name" in answer.content.decode()
    assert not Crisis.objects.exists()


def test_an_exercise_message_starts_an_exercise_whatever_the_box_says(desk, take_in):
    alert = take_in(status="Exercise")
    desk.post(reverse("alert_to_outreach:start", args=[alert.pk]), facts())

    assert Crisis.objects.get().is_exercise


def test_without_a_footprint_the_page_says_so_and_opens_all_the_same(desk, take_in):
    alert = take_in(gdacs("Red"))
    url = reverse("alert_to_outreach:start", args=[alert.pk])
    assert "No footprint yet" in desk.get(url).content.decode()

    answer = desk.post(url, facts(), follow=True)

    assert "the cases follow by themselves" in answer.content.decode()


def test_a_post_officer_cannot_start_a_crisis(client, consul, take_in):
    client.force_login(consul)
    assert client.get(reverse("alert_to_outreach:start", args=[take_in().pk])).status_code == 403


def test_a_recalled_alert_leads_to_the_message_that_says_so(desk, take_in):
    alert = take_in()
    desk.post(reverse("alert_to_outreach:start", args=[alert.pk]), facts())
    recall = reverse("alert_to_outreach:recall", args=[alert.event_id])
    assert desk.get(recall).status_code == 404

    theirs = "dhm@example.org,N-1,2026-03-01T11:00:00+00:00"
    take_in(identifier="N-3", kind="Cancel", references=theirs)

    assert recall in desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "Earthquake in Nepal" in desk.get(recall).content.decode()
    answer = desk.post(recall, {"crisis": str(Crisis.objects.get().pk)}, follow=True)
    assert "Nothing is sent until you start it" in answer.content.decode()
    assert Campaign.objects.filter(purpose=CampaignPurpose.CANCELLED).count() == 1


def test_another_state_does_not_see_the_crisis_that_follows(client, take_in, desk, other_officer):
    alert = take_in()
    desk.post(reverse("alert_to_outreach:start", args=[alert.pk]), facts())
    theirs = "dhm@example.org,N-1,2026-03-01T11:00:00+00:00"
    take_in(identifier="N-3", kind="Cancel", references=theirs)
    recall = reverse("alert_to_outreach:recall", args=[alert.event_id])

    client.force_login(other_officer)

    assert "Earthquake in Nepal" not in client.get(recall).content.decode()
    assert client.post(recall, {"crisis": str(Crisis.objects.get().pk)}).status_code == 404
    page = client.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "Earthquake in Nepal" not in page
