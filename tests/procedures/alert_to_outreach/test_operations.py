"""From an alert to cases, and from its update to more of them."""

from datetime import timedelta

import pytest
from tests.conftest import end
from tests.preparedness.alerts.conftest import cap, gdacs

from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.operations import CrisisFacts
from sojourn.foundation.caseload.terms import Answer, CrisisKind
from sojourn.preparedness.alerts import operations as alerts
from sojourn.preparedness.alerts import queries as alerts_queries
from sojourn.procedures.alert_to_outreach import operations
from sojourn.response.exposure.models import ExposureRun
from sojourn.response.outreach.models.outbox import Message
from sojourn.response.outreach.terms import CampaignPurpose, CampaignState

pytestmark = pytest.mark.django_db

FACTS = CrisisFacts(name="Earthquake", kind=CrisisKind.EARTHQUAKE, countries=("NPL",))
AGAIN = CrisisFacts(name="Again", kind=CrisisKind.EARTHQUAKE, countries=("NPL",))
WIDER = "<circle>27.7,85.3 120</circle>"


@pytest.fixture
def start(state, officer, noon):
    def starting(alert, facts=FACTS, **more):
        return operations.start_crisis(
            alert=alert, facts=facts, lead=state, by=officer, at=noon, **more
        )

    return starting


def answers(crisis):
    return {case.person.name: case.answer for case in Case.objects.filter(crisis=crisis)}


def update(**more):
    return cap(
        "N-2",
        "Update",
        "2026-03-01T11:30:00+00:00",
        references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00",
        **more,
    )


def test_everyone_inside_gets_a_case_and_who_is_far_away_none(take_in, seen, start):
    seen(27.7, 85.3, "Maria")
    seen(26.5, 87.3, "Jose")

    started = start(take_in())

    assert answers(started.crisis) == {"Maria": Answer.INSIDE}
    assert started.run.source.startswith("CAP 1.2 N-1, footprint 1")


def test_an_update_that_widens_the_footprint_adds_cases_and_removes_none(
    take_in, seen, start, noon
):
    seen(27.7, 85.3, "Maria")
    seen(27.7, 86.3, "Jose")
    crisis = start(take_in()).crisis
    take_in(update(area=WIDER))

    assert operations.follow_events(at=noon + timedelta(minutes=1)) == 1

    assert answers(crisis) == {"Maria": Answer.INSIDE, "Jose": Answer.INSIDE}
    assert operations.follow_events(at=noon + timedelta(minutes=2)) == 0


def test_what_goes_wrong_in_one_crisis_keeps_no_other_waiting(
    take_in, seen, start, noon, monkeypatch
):
    seen(27.7, 85.3, "Maria")
    seen(27.7, 86.3, "Jose")
    alert = take_in()
    first, second = start(alert).crisis, start(alert, AGAIN).crisis
    take_in(update(area=WIDER))
    bring = operations.bring_up_to_date

    def failing_in_the_first(*, following, **more):
        if following.crisis_id == first.pk:
            raise RuntimeError("the disk is full")
        return bring(following=following, **more)

    monkeypatch.setattr(operations, "bring_up_to_date", failing_in_the_first)
    with pytest.raises(ExceptionGroup) as raised:
        operations.follow_events(at=noon + timedelta(minutes=1))
    monkeypatch.undo()

    assert [str(one) for one in raised.value.exceptions] == ["the disk is full"]
    assert answers(second) == {"Maria": Answer.INSIDE, "Jose": Answer.INSIDE}
    assert operations.follow_events(at=noon + timedelta(minutes=2)) == 1
    assert answers(first) == {"Maria": Answer.INSIDE, "Jose": Answer.INSIDE}


def test_a_crisis_without_a_footprint_is_open_and_its_cases_follow_the_drawing(
    take_in, seen, start, officer, noon
):
    seen(27.7, 85.3, "Maria")
    alert = take_in(gdacs("Red"))
    started = start(alert)
    assert started.run is None
    assert answers(started.crisis) == {}

    alerts.choose_footprint(
        alert=alert, numbers=[], drawing="27 85\n27 86\n28 86\n28 85", by=officer, at=noon
    )
    operations.follow_events(at=noon)

    assert answers(started.crisis) == {"Maria": Answer.INSIDE}


def test_a_real_crisis_cannot_start_from_an_exercise(take_in, start):
    with pytest.raises(operations.CannotStart, match="exercise"):
        start(take_in(status="Exercise"))
    assert not Crisis.objects.exists()


def test_a_closed_crisis_is_left_alone(take_in, seen, start, officer, noon):
    crisis = start(take_in()).crisis
    end(crisis, by=officer, at=noon)
    take_in(update(area=WIDER))

    assert operations.follow_events(at=noon) == 0


def test_following_again_after_a_crash_finds_nothing_twice(take_in, seen, start, noon):
    seen(27.7, 85.3, "Maria")
    crisis = start(take_in()).crisis
    following = alerts_queries.crises_of(take_in().event).get().followings.get()
    following.applied = None
    following.save()

    operations.follow_events(at=noon)

    assert Case.objects.filter(crisis=crisis).count() == 1
    assert ExposureRun.objects.filter(crisis=crisis).count() == 2


def test_a_start_that_was_broken_off_left_the_crisis_open_and_is_gone_on_with(
    take_in, seen, state, officer, noon
):
    seen(27.7, 85.3, "Maria")
    crisis, _following, draft = operations.open_crisis(
        alert=take_in(), facts=FACTS, lead=state, by=officer, at=noon
    )
    assert (answers(crisis), draft.state) == ({}, CampaignState.DRAFT)

    assert operations.follow_events(at=noon) == 1

    assert answers(crisis) == {"Maria": Answer.INSIDE}
    assert operations.follow_events(at=noon) == 0


def cancel():
    return cap("N-3", "Cancel", references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00")


def test_the_first_message_is_a_draft_and_nothing_is_sent(take_in, seen, start):
    seen(27.7, 85.3, "Maria")
    started = start(take_in())

    assert started.campaign.purpose == CampaignPurpose.CHECK
    assert started.campaign.state == CampaignState.DRAFT
    assert not Message.objects.exists()


def test_a_cancellation_offers_the_message_that_says_so_once(take_in, start, state, officer, noon):
    crisis = start(take_in()).crisis
    take_in(cancel())

    drafts = [
        operations.draft_recall(crisis=crisis, organisation=state, by=officer, at=noon)
        for _ in range(2)
    ]

    assert drafts[0] == drafts[1]
    assert drafts[0].purpose == CampaignPurpose.CANCELLED
    assert set(drafts[0].standings) == {"unaccounted", "safe", "in_need"}


def test_nothing_is_taken_back_that_still_stands(take_in, start, state, officer, noon):
    crisis = start(take_in()).crisis

    with pytest.raises(operations.CannotRecall, match="taken back"):
        operations.draft_recall(crisis=crisis, organisation=state, by=officer, at=noon)
