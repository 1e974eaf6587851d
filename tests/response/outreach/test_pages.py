"""The pages of outreach: what officers see and can do, and what others cannot."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.jobs.runner import run_one
from sojourn.procedures.reply_to_triage import read_replies
from sojourn.response.outreach.models import (
    Campaign,
    Conversation,
    Message,
    Provider,
    Reply,
    TextReview,
)
from sojourn.response.outreach.operations import campaigns
from sojourn.response.outreach.operations.inbox import secret_of
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.queries import campaigns as campaign_queries
from sojourn.response.outreach.terms import CampaignPurpose
from sojourn.response.outreach.texts import names

PHONE = "+9779800000001"


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def asked(exposed, says, noon):
    """Somebody wrote words that a person must read."""
    maria = exposed(languages=["en"])
    says(PHONE, "Where do we go <b>now</b>?")
    read_replies(at=noon)
    return Conversation.objects.get(person=maria)


def test_what_waits_is_listed_with_its_words(signed_in, asked):
    page = signed_in.get(reverse("outreach:conversations")).content.decode()

    assert "Maria Santos" in page
    assert "Where do we go &lt;b&gt;now&lt;/b&gt;?" in page


def test_a_thread_shows_both_sides_and_the_look_is_noted(signed_in, asked):
    page = signed_in.get(reverse("outreach:conversation", args=[asked.pk])).content.decode()

    assert "Where do we go" in page
    assert "automatic answer" in page
    assert "We have received your message" in page
    assert AuditEvent.objects.filter(what="conversation.read", is_read=True).count() == 1


def test_looking_again_by_itself_is_not_noted_again(signed_in, asked):
    signed_in.get(reverse("outreach:conversation", args=[asked.pk]) + "?part=1")
    assert not AuditEvent.objects.filter(what="conversation.read", is_read=True).exists()


def test_an_answer_goes_to_the_person_once_and_the_conversation_waits_no_more(signed_in, asked):
    address = reverse("outreach:answer", args=[asked.pk])
    posted = {"text": "Go to the school.", "key": "01a21300-0000-7000-8000-000000000001"}

    assert signed_in.post(address, posted).status_code == 302
    signed_in.post(address, posted)

    (answer,) = Message.objects.filter(reason="answer")
    assert content_of(answer).short == "Go to the school."
    asked.refresh_from_db()
    assert asked.waits_since is None


def test_an_empty_answer_is_refused_with_the_same_page(signed_in, asked):
    answer = signed_in.post(reverse("outreach:answer", args=[asked.pk]), {"text": " "})
    assert answer.status_code == 422
    assert "Where do we go" in answer.content.decode()


def test_an_answer_to_somebody_who_said_stop_is_refused(signed_in, asked, says, noon):
    says(PHONE, "STOP")
    read_replies(at=noon)

    answer = signed_in.post(
        reverse("outreach:answer", args=[asked.pk]),
        {"text": "Hello", "key": "01a21300-0000-7000-8000-000000000002"},
    )

    assert answer.status_code == 422
    assert not Message.objects.filter(reason="answer").exists()


def test_having_read_leads_to_the_next_that_waits(signed_in, asked, exposed, says, noon):
    exposed("Jose", phone="+9779800000002")
    says("+9779800000002", "hello?")
    read_replies(at=noon)

    done = signed_in.post(reverse("outreach:read", args=[asked.pk]))

    following = Conversation.objects.get(waits_since__isnull=False)
    assert done.url == reverse("outreach:conversation", args=[following.pk])


def test_another_states_conversation_is_not_there(client, other_officer, asked):
    client.force_login(other_officer)
    assert client.get(reverse("outreach:conversation", args=[asked.pk])).status_code == 404
    assert "Maria" not in client.get(reverse("outreach:conversations")).content.decode()


def test_a_strangers_reply_is_given_to_a_person_that_was_found(signed_in, exposed, says, noon):
    maria = exposed(phone=None)
    says("+9779811111111", "2 trapped")
    read_replies(at=noon)
    reply = Reply.objects.get()

    page = signed_in.get(reverse("outreach:strangers"), {"q": "Maria", "reply": str(reply.pk)})
    assert "Maria Santos" in page.content.decode()
    done = signed_in.post(reverse("outreach:attach", args=[reply.pk]), {"person": str(maria.pk)})

    assert done.status_code == 302
    read_replies(at=noon)
    assert Case.objects.get(person=maria).standing == Standing.IN_NEED


def test_a_strangers_reply_can_be_set_aside(signed_in, exposed, says, noon):
    says("+9779811111111", "wrong number")
    read_replies(at=noon)
    reply = Reply.objects.get()

    signed_in.post(reverse("outreach:set_aside", args=[reply.pk]))

    assert "wrong number" not in signed_in.get(reverse("outreach:strangers")).content.decode()


def test_a_campaign_from_draft_to_progress(signed_in, exposed, crisis):
    exposed(languages=["ne"])
    exposed("Nobody", phone=None)
    form = signed_in.get(reverse("outreach:draft", args=[crisis.pk]))
    assert form.status_code == 200
    drafted = signed_in.post(
        reverse("outreach:draft", args=[crisis.pk]),
        {
            "purpose": "check",
            "standings": ["unaccounted"],
            "answers": ["inside", "possible"],
            "policy": "then_ladder",
            "first": "en",
        },
    )
    campaign = Campaign.objects.get()
    assert drafted.url == reverse("outreach:campaign", args=[campaign.pk])

    preview = signed_in.get(drafted.url).content.decode()
    assert "भूकम्प" in preview
    assert "Not reviewed by a speaker" in preview
    assert "Send it to 1 person" in preview
    assert not Message.objects.exists()

    signed_in.post(reverse("outreach:start", args=[campaign.pk]))
    progress = signed_in.get(drafted.url).content.decode()
    assert Message.objects.count() == 1
    assert "no telephone or e-mail address is known" in progress

    for name in ("pause", "go-on", "again"):
        address = reverse("outreach:campaign_deed", args=[campaign.pk, name])
        assert signed_in.post(address).status_code == 302
    assert signed_in.get(reverse("outreach:campaigns")).status_code == 200


def test_a_campaign_for_nobody_is_refused_with_the_same_page(signed_in, crisis):
    answer = signed_in.post(reverse("outreach:draft", args=[crisis.pk]), {"purpose": "check"})
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_a_draft_can_be_dropped(signed_in, exposed, crisis, officer, noon):
    exposed()
    signed_in.post(
        reverse("outreach:draft", args=[crisis.pk]),
        {
            "purpose": "check",
            "standings": ["unaccounted"],
            "answers": ["inside"],
            "policy": "only_theirs",
            "first": "en",
        },
    )
    campaign = Campaign.objects.get()
    signed_in.post(reverse("outreach:campaign_deed", args=[campaign.pk, "drop"]))
    assert signed_in.get(reverse("outreach:campaign", args=[campaign.pk])).status_code == 404


def test_every_language_is_shown_as_not_reviewed_until_it_was(signed_in):
    assert "Not reviewed by a speaker" in signed_in.get(reverse("outreach:texts")).content.decode()

    signed_in.post(reverse("outreach:review", args=["ar"]), {"all": "1"})

    assert TextReview.objects.count() == len(names())
    page = signed_in.get(reverse("outreach:language", args=["ar"])).content.decode()
    assert "Not reviewed by a speaker" not in page
    assert 'dir="rtl"' in page


def test_a_language_that_there_is_not_is_not_there(signed_in):
    assert signed_in.get(reverse("outreach:language", args=["xx"])).status_code == 404
    assert signed_in.post(reverse("outreach:review", args=["xx"]), {"all": "1"}).status_code == 404


def test_a_crisis_shows_what_was_asked_and_what_came_back(signed_in, asked, crisis):
    page = signed_in.get(reverse("outreach:crisis", args=[crisis.pk])).content.decode()
    assert "Where do we go" in page
    assert "New campaign" in page


def test_an_administrator_sets_up_a_way_in_and_sees_its_secret_once(client, administrator):
    client.force_login(administrator)
    added = client.post(
        reverse("outreach:add_provider"), {"name": "Gateway", "form": "kannel", "channel": "sms"}
    ).content.decode()
    provider = Provider.objects.get()
    secret = secret_of(provider)

    assert f"?token={secret}&amp;id=%I" in added
    page = client.get(reverse("outreach:providers")).content.decode()
    assert secret not in page
    assert str(provider.pk) in page
    client.post(reverse("outreach:switch_provider", args=[provider.pk]))
    provider.refresh_from_db()
    assert not provider.is_enabled


def test_a_mailbox_needs_an_encrypted_address_and_a_password(client, administrator):
    client.force_login(administrator)
    facts = {"name": "Mail", "form": "imap", "channel": "email", "url": "imap://mail.example.org"}
    refused = client.post(reverse("outreach:add_provider"), facts)
    assert refused.status_code == 422
    assert not Provider.objects.exists()

    facts |= {"url": "imaps://mail.example.org", "username": "post", "password": "between us"}
    added = client.post(reverse("outreach:add_provider"), facts)
    assert "between us" not in added.content.decode()
    assert secret_of(Provider.objects.get()) == "between us"


def test_a_campaign_for_very_many_is_started_by_the_worker(
    signed_in, exposed, crisis, officer, state, monkeypatch
):
    exposed()
    campaign = campaigns.draft_campaign(
        crisis=crisis,
        organisation=state,
        facts=campaigns.CampaignFacts(purpose=CampaignPurpose.CHECK),
        by=officer,
        at=now(),
    )
    monkeypatch.setattr(campaign_queries, "LARGE", 0)

    for _ in range(2):
        signed_in.post(reverse("outreach:start", args=[campaign.pk]))
    assert not Message.objects.exists()
    assert Job.objects.count() == 1

    run_one(worker="tests")
    assert Message.objects.count() == 1
