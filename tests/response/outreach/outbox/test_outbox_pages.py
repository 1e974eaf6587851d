"""Pages of the outbox and of the ways out, and the doors for reports."""

from uuid import uuid4

import pytest

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.people.models import ContactPoint
from sojourn.response.outreach.models import Dispatch, Message, Sender
from sojourn.response.outreach.outbox import desk
from sojourn.response.outreach.senders import Fate, Outcome
from sojourn.response.outreach.terms import Ability, MessageClass, MessageState, SenderKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(register, phone, write, add_sender, way_of):
    """A message that a gateway took, with its sender."""
    write(phone(register()))
    sender = add_sender()
    way = way_of(sender)
    parcels = desk.cycle(way, (), want=1).parcels
    desk.cycle(way, [(parcel, Outcome(Fate.SENT)) for parcel in parcels], want=0)
    return Message.objects.get(), sender


@pytest.fixture
def failed(register, phone, write, add_sender, way_of):
    """A message that no gateway could bring."""
    write(phone(register("Ram Thapa")))
    way = way_of(add_sender())
    parcels = desk.cycle(way, (), want=1).parcels
    desk.cycle(
        way, [(parcel, Outcome(Fate.FAILED, reason="no such number")) for parcel in parcels], want=0
    )
    return Message.objects.get()


def test_a_failure_is_shown_with_its_person_and_reason_and_sent_again(client, officer, failed):
    client.force_login(officer)

    page = client.get("/outreach/outbox/").content.decode()
    assert "Ram Thapa" in page
    assert "no such number" in page

    client.post(f"/outreach/outbox/{failed.pk}/again/")
    failed.refresh_from_db()
    assert failed.state == MessageState.QUEUED
    assert Dispatch.objects.get().tries == 0
    assert AuditEvent.objects.filter(what="message.sent_again").count() == 1


def test_another_organisation_sees_and_touches_nothing(client, other_officer, failed):
    client.force_login(other_officer)

    assert "Ram Thapa" not in client.get("/outreach/outbox/").content.decode()
    assert client.post(f"/outreach/outbox/{failed.pk}/again/").status_code == 404


def test_a_person_decides_what_nobody_can_know(
    client, officer, register, phone, write, add_sender, way_of
):
    write(phone(register("Ram Thapa")), message_class=MessageClass.CODE)
    way = way_of(add_sender(ability=Ability.NOTHING))
    parcels = desk.cycle(way, (), want=1).parcels
    desk.cycle(way, [(parcel, Outcome(Fate.UNCERTAIN)) for parcel in parcels], want=0)
    desk.resolve(way)
    message = Message.objects.get()
    client.force_login(officer)

    assert "Ram Thapa" in client.get("/outreach/outbox/?show=undecided").content.decode()
    client.post(f"/outreach/outbox/{message.pk}/sent/")

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert not Dispatch.objects.exists()


def test_a_message_is_held_back_and_let_go(client, officer, register, phone, write):
    write(phone(register("Ram Thapa")))
    message = Message.objects.get()
    client.force_login(officer)

    page = client.get("/outreach/outbox/?show=waiting").content.decode()
    assert "Ram Thapa" in page
    assert "1 message waits for a channel that no sender serves" in page
    client.post(f"/outreach/outbox/{message.pk}/hold/")
    assert "Ram Thapa" in client.get("/outreach/outbox/?show=held").content.decode()
    client.post(f"/outreach/outbox/{message.pk}/go/")
    assert not Dispatch.objects.get().is_held
    assert client.post(f"/outreach/outbox/{message.pk}/nonsense/").status_code == 404
    assert client.get("/outreach/outbox/?show=nonsense").status_code == 404


def test_kannel_reports_what_became_of_a_message(client, sent):
    message, sender = sent
    url = f"/outreach/receipts/{sender.pk}/{message.key}/"
    sign = desk.receipts_sign(sender.pk)

    assert client.get(url, {"type": "1", "sign": "wrong"}).status_code == 404
    assert client.get(url, {"type": "8", "sign": sign}).status_code == 200
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    client.get(url, {"type": "1", "sign": sign})

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


@pytest.mark.parametrize(
    ("what", "then"), [("sent", "sent"), ("delivered", "delivered"), ("failed", "failed")]
)
def test_an_external_channel_reports(client, sent, what, then):
    message, sender = sent
    start = f"/outreach/receipts/{sender.pk}"

    sign = desk.receipts_sign(sender.pk)
    assert client.post(f"{start}/{sign}/{what}/", {"id": message.key}).status_code == 200
    assert client.post(f"{start}/{sign}/{what}/", {"id": "7"}).status_code == 400
    assert client.post(f"{start}/{sign}/other/", {"id": message.key}).status_code == 404
    assert client.post(f"{start}/wrong/{what}/", {"id": message.key}).status_code == 404

    message.refresh_from_db()
    assert message.state == then


def test_a_report_of_stop_stops_the_contact_point(client, sent):
    message, sender = sent
    sign = desk.receipts_sign(sender.pk)

    client.post(f"/outreach/receipts/{sender.pk}/{sign}/stopped/", {"id": message.key})

    assert ContactPoint.objects.get().stopped_at is not None


def test_a_sender_cannot_report_on_what_another_had(client, sent, add_sender):
    message, _ = sent
    other = add_sender()
    url = f"/outreach/receipts/{other.pk}/{message.key}/"

    client.get(url, {"type": "2", "sign": desk.receipts_sign(other.pk)})

    message.refresh_from_db()
    assert message.state == MessageState.SENT


FORM = {
    "name": "Aggregator",
    "kind": SenderKind.KANNEL,
    "url": "https://sms.example.org/sendsms",
    "ability": Ability.CALLS_BACK,
    "connections": "4",
    "callback_window_s": "600",
    "password": "word",
}


def test_the_administrator_sets_up_changes_and_switches_a_way_out(client, administrator, state):
    client.force_login(administrator)

    assert client.post("/outreach/senders/add/", FORM).status_code == 302
    sender = Sender.objects.get()
    assert (sender.organisation, sender.channel) == (state, "sms")
    page = client.get(f"/outreach/senders/{sender.pk}/").content.decode()
    assert "sms.example.org" in page
    client.post(f"/outreach/senders/{sender.pk}/", {**FORM, "rate_per_s": "10", "password": ""})
    client.post(f"/outreach/senders/{sender.pk}/switch/")

    sender.refresh_from_db()
    assert (sender.rate_per_s, sender.is_enabled) == (10.0, False)
    assert sender.password_sealed is not None
    assert "Off" in client.get("/outreach/senders/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "ftp://x"}, "must begin with"),
        ({"ability": Ability.CAN_BE_ASKED}, "needs an address with {key}"),
        ({"connections": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_way_out_that_cannot_work_is_refused_with_the_reason(
    client, administrator, change, words
):
    client.force_login(administrator)

    answer = client.post("/outreach/senders/add/", {**FORM, **change})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Sender.objects.exists()


def test_an_unknown_sender_is_not_there(client, administrator, other_state, add_sender):
    other = add_sender(organisation=other_state)
    client.force_login(administrator)

    assert client.get(f"/outreach/senders/{other.pk}/").status_code == 404
    assert client.get(f"/outreach/senders/{uuid4()}/").status_code == 404
