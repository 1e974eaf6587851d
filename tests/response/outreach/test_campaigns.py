"""Campaigns: everyone of the chosen cases gets one message in a language of theirs, or a reason why not."""

import pytest
from tests.response.outreach.conftest import TESTS

from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import ContactPoint
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models import Message
from sojourn.response.outreach.models.links import PersonalLink
from sojourn.response.outreach.models.outbox import Dispatch
from sojourn.response.outreach.operations import campaigns
from sojourn.response.outreach.operations.campaigns import CampaignFacts, CannotCampaign
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.queries import campaigns as queries
from sojourn.response.outreach.terms import (
    CampaignPurpose,
    CampaignState,
    FallbackPolicy,
    MessageState,
    WhyNot,
)
from sojourn.response.outreach.texts import parts_of


@pytest.fixture
def drafted(crisis, state, officer, noon):
    """A function that drafts a campaign."""

    def _drafted(purpose=CampaignPurpose.CHECK, **facts):
        return campaigns.draft_campaign(
            crisis=crisis,
            organisation=state,
            facts=CampaignFacts(purpose=purpose, **facts),
            by=officer,
            at=noon,
        )

    return _drafted


def start(campaign, officer, noon):
    return campaigns.start_campaign(campaign=campaign, by=officer, at=noon)


def test_each_person_is_written_to_in_their_own_language(exposed, drafted, officer, noon):
    exposed("Maria", phone="+9779800000001", languages=["fil", "en"])
    exposed("Sita", phone="+9779800000002", languages=["ne"])

    assert start(drafted(), officer, noon) == 2

    assert set(Message.objects.values_list("language", flat=True)) == {"fil", "ne"}
    words = content_of(Message.objects.get(language="ne")).short
    assert "Ministry of Testland" in words
    assert "भूकम्प" in words
    assert "/p/" in words


def test_starting_twice_writes_to_nobody_twice(exposed, drafted, officer, noon):
    exposed()
    campaign = drafted()

    assert start(campaign, officer, noon) == 1
    assert start(campaign, officer, noon) == 0
    assert Message.objects.count() == 1


def test_a_start_that_was_broken_off_goes_on_and_writes_to_nobody_twice(
    exposed, family, drafted, officer, noon, monkeypatch
):
    for number in range(5):
        exposed(f"Person {number}", phone=f"+977980000001{number}")
    family("+9779800000001", "+9779800000001")
    exposed("No phone", phone=None)
    campaign = drafted()
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    whole, calls = campaigns.outbox.queue_messages, []

    def until_the_power_fails(**given):
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(**given)

    monkeypatch.setattr(campaigns.outbox, "queue_messages", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        start(campaign, officer, noon)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    assert Dispatch.objects.count() == Message.objects.count() == 4  # on their way already
    assert not campaigns.drop_campaign(campaign=campaign, by=officer, at=noon)
    assert campaigns.preview(campaign).people == 2

    assert start(campaign, officer, noon) == 2

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.STARTED
    assert Message.objects.count() == Dispatch.objects.count() == PersonalLink.objects.count() == 6
    assert queries.not_messaged_counts(campaign) == {WhyNot.SHARED: 1, WhyNot.NO_CONTACT: 1}
    assert AuditEvent.objects.get(what="campaign.started").keys["count"] == 6


def test_whoever_gets_nothing_is_listed_with_the_reason(exposed, drafted, officer, noon, viewer):
    exposed("No phone", phone=None, languages=["en"])
    stopped = exposed("Stopped", phone="+9779800000003", languages=["en"])
    ContactPoint.objects.filter(person=stopped).update(stopped_at=noon)
    invalid = exposed("Invalid", phone="+9779800000004", languages=["en"])
    ContactPoint.objects.filter(person=invalid).update(invalid_at=noon)
    exposed("Burmese", phone="+9779800000005", languages=["my"])
    campaign = drafted(policy=FallbackPolicy.ONLY_THEIRS)

    assert start(campaign, officer, noon) == 0

    assert queries.not_messaged_counts(campaign) == dict.fromkeys(
        (WhyNot.NO_CONTACT, WhyNot.STOPPED, WhyNot.INVALID, WhyNot.NO_LANGUAGE), 1
    )
    assert queries.not_messaged(campaign=campaign, viewer=viewer).count() == 4


def test_the_ladder_decides_for_whom_we_have_no_language(exposed, drafted, officer, noon):
    exposed(languages=["my"])
    start(drafted(ladder=["hi", "en"]), officer, noon)
    assert Message.objects.get().language == "hi"


def test_one_telephone_of_a_household_gets_one_message_that_tells_how_to_answer_for_all(
    family, drafted, officer, noon
):
    family("+9779800000001", "+9779800000001", "+9779800000002")
    campaign = drafted()

    assert start(campaign, officer, noon) == 2

    assert queries.not_messaged_counts(campaign) == {WhyNot.SHARED: 1}
    texts = [content_of(message).short for message in Message.objects.order_by("id")]
    assert sum("1 4" in text for text in texts) == 1


def test_a_preview_says_what_starting_would_do_and_changes_nothing(exposed, drafted):
    exposed("Maria", phone="+9779800000001", languages=["en"])
    exposed("Sita", phone="+9779800000002", languages=["ne"])
    exposed("Nobody", phone=None)

    found = campaigns.preview(drafted())

    assert {(line.language, line.people) for line in found.lines} == {("en", 1), ("ne", 1)}
    assert found.people == 2
    assert found.parts >= 3
    assert found.not_messaged == {WhyNot.NO_CONTACT: 1}
    assert not Message.objects.exists()


def test_a_preview_counts_as_many_sms_as_will_go_out(exposed, drafted, officer, noon):
    for number, language in enumerate(["en", "fr", "ar", "ne", "vi"]):
        exposed(f"Person {number}", phone=f"+977980000001{number}", languages=[language])
    campaign = drafted()
    found = campaigns.preview(campaign)

    start(campaign, officer, noon)

    sent = sum(parts_of(content_of(message).short).count for message in Message.objects.all())
    assert found.parts == sent


def test_those_who_answered_are_not_reminded(exposed, drafted, crisis, officer, noon):
    maria = exposed("Maria", phone="+9779800000001")
    exposed("Jose", phone="+9779800000002")
    caseload.change_cases(
        crisis=crisis,
        case_ids=[Case.objects.get(person=maria).pk],
        change=caseload.CaseChange(what="safe_reply", standing=Standing.SAFE),
        by=officer,
        at=noon,
    )

    assert start(drafted(CampaignPurpose.REMINDER), officer, noon) == 1


def test_a_word_that_takes_back_goes_only_to_whom_we_wrote(exposed, drafted, officer, noon):
    exposed("Maria", phone="+9779800000001")
    jose = exposed("Jose", phone="+9779800000002")
    Case.objects.filter(person=jose).update(messaged_at=noon)

    start(drafted(CampaignPurpose.CANCELLED, standings=list(Standing)), officer, noon)

    (message,) = Message.objects.all()
    assert message.person_id == jose.pk
    assert "no longer applies" in content_of(message).text


def test_a_campaign_can_be_paused_and_go_on(exposed, drafted, officer, noon):
    exposed()
    campaign = drafted()
    start(campaign, officer, noon)

    assert campaigns.pause_campaign(campaign=campaign, by=officer, at=noon)
    assert Dispatch.objects.get().is_held
    assert campaigns.go_on_with_campaign(campaign=campaign, by=officer, at=noon)
    assert not Dispatch.objects.get().is_held
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.STARTED


def test_what_failed_can_be_tried_again(exposed, drafted, officer, noon):
    exposed()
    campaign = drafted()
    start(campaign, officer, noon)
    Dispatch.objects.all().delete()
    Message.objects.update(state=MessageState.FAILED)

    assert campaigns.try_failed_again(campaign=campaign, by=officer, at=noon) == 1
    assert Message.objects.get().state == MessageState.QUEUED


def test_a_dropped_draft_cannot_be_started(exposed, drafted, officer, noon):
    exposed()
    campaign = drafted()
    campaigns.drop_campaign(campaign=campaign, by=officer, at=noon)

    with pytest.raises(CannotCampaign, match="dropped"):
        start(campaign, officer, noon)
    assert not Message.objects.exists()


@pytest.mark.parametrize("facts", [{"standings": []}, {"answers": []}, {"ladder": []}])
def test_a_campaign_for_nobody_is_refused(drafted, facts):
    with pytest.raises(CannotCampaign):
        drafted(**facts)


def test_the_other_state_neither_gets_nor_sees_it(
    exposed, register, other_officer, drafted, officer, noon
):
    foreign = register("Foreign", responsible=viewer_of(other_officer, at=noon).organisations[0])
    people.add_contact_point(
        person=foreign, channel=Channel.SMS, address="+8801700000001", by=TESTS, at=noon
    )
    exposed()
    campaign = drafted()
    start(campaign, officer, noon)

    assert Message.objects.count() == 1
    theirs = viewer_of(other_officer, at=noon)
    assert not queries.campaigns(viewer=theirs).exists()
    assert not queries.not_messaged(campaign=campaign, viewer=theirs).exists()
