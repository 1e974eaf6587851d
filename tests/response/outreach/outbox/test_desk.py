"""The outbox in the database: written once, claimed by urgency, settled once, and who may send what."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests.response.outreach.outbox.conftest import BY, real_now

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.people.models import ContactPoint
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models import Dispatch, Message, News, Sender
from sojourn.response.outreach.operations import outbox
from sojourn.response.outreach.operations.senders import CannotUseSender, password_of
from sojourn.response.outreach.outbox import desk
from sojourn.response.outreach.senders import Fate, Outcome
from sojourn.response.outreach.terms import Ability, MessageClass, MessageState, Need, SenderKind

pytestmark = pytest.mark.django_db
SENT = Outcome(Fate.SENT, provider_id="42")


def _claim(way, want=10):
    return desk.cycle(way, (), want=want).parcels


def test_asking_twice_for_the_same_reason_writes_one_message(register, phone, write):
    point, reason = phone(register()), uuid4()

    assert write(point, key=reason) == 1
    assert write(point, key=reason) == 0

    assert Message.objects.count() == Dispatch.objects.count() == 1
    assert AuditEvent.objects.filter(what="messages.queued").count() == 1


def test_a_message_is_gone_when_its_reason_is_rolled_back(register, phone, write):
    point = phone(register())

    def deed():
        with transaction.atomic():
            write(point)
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="failed"):
        deed()

    assert not Message.objects.exists()


def test_the_words_are_sealed_and_open_in_their_own_row_only(register, phone, write):
    point = phone(register())
    write(point, text="खाना छैन")
    write(point, text="other")
    first, second = Message.objects.order_by("id")

    assert "खाना".encode() not in bytes(first.sealed)
    assert outbox.content_of(first).text == "खाना छैन"
    second.sealed = first.sealed
    with pytest.raises(Exception, match="does not belong"):
        outbox.content_of(second)


def test_an_answer_to_help_goes_before_a_campaign_that_was_written_first(
    register, phone, write, add_sender, way_of
):
    for number in range(3):
        write(phone(register(), f"+97798410000{number}2"), need=Need.EXPOSED)
    person = register("Ram Thapa")
    write(phone(person), message_class=MessageClass.REPLY, need=Need.HELP, text="We come.")
    write(phone(register(), "+9779841000099"), message_class=MessageClass.CODE)

    texts = [parcel.text for parcel in _claim(way_of(add_sender()))]

    assert texts[0] == "We come."
    assert [parcel.id for parcel in _claim(way_of(add_sender()))] == []


def test_two_workers_never_claim_the_same_message(register, phone, write, add_sender, way_of):
    for number in range(6):
        write(phone(register(), f"+977984100000{number}"))
    sender = add_sender()

    first = {parcel.id for parcel in _claim(way_of(sender), 4)}
    second = {parcel.id for parcel in _claim(way_of(sender, "worker-2"), 4)}

    assert (len(first), len(second), first & second) == (4, 2, set())


def test_stop_between_queue_and_send_is_honoured(register, phone, write, add_sender, way_of):
    point = phone(register())
    phone(point.person, "maria@example.org", channel=Channel.EMAIL, rank=2)
    write(point)
    ContactPoint.objects.filter(pk=point.pk).update(stopped_at=real_now())

    assert _claim(way_of(add_sender())) == []

    message = Message.objects.get()
    assert message.state == MessageState.STOPPED
    assert not Dispatch.objects.exists()


def test_an_address_that_does_not_exist_fails_and_the_next_channel_is_written(
    register, phone, write, add_sender, way_of
):
    point = phone(register())
    mailbox = phone(point.person, "maria@example.org", channel=Channel.EMAIL, rank=2)
    write(point)
    ContactPoint.objects.filter(pk=point.pk).update(invalid_at=real_now())

    assert _claim(way_of(add_sender())) == []

    first, second = Message.objects.order_by("id")
    assert (first.state, second.state) == (MessageState.FAILED, MessageState.QUEUED)
    assert (second.contact_point_id, second.step) == (mailbox.pk, 2)
    assert outbox.content_of(second).text == "Are you safe?"


def test_a_row_that_was_bent_fails_and_holds_up_nobody(register, phone, write, add_sender, way_of):
    for number in range(2):
        write(phone(register(), f"+977984100000{number}"))
    bent, sound = Message.objects.order_by("id")
    Message.objects.filter(pk=bent.pk).update(sealed=bytes(sound.sealed))

    claimed = _claim(way_of(add_sender()))

    assert [parcel.id for parcel in claimed] == [sound.pk]
    bent.refresh_from_db()
    assert bent.state == MessageState.FAILED
    assert "cannot be opened" in bent.failure


def test_the_ladder_ends_where_the_contact_points_end(register, phone, write, add_sender, way_of):
    point = phone(register())
    phone(point.person, "+9779841000002", rank=2)
    write(point)
    way = way_of(add_sender())
    failed = Outcome(Fate.FAILED, reason="no such number")

    for _ in range(3):
        claimed = _claim(way)
        desk.cycle(way, [(parcel, failed) for parcel in claimed], want=0)

    states = list(Message.objects.order_by("id").values_list("state", "step", "failure"))
    assert states == [("failed", 1, "no such number"), ("failed", 2, "no such number")]
    assert not Dispatch.objects.exists()


def test_what_was_sent_is_noted_once_and_told_to_its_case(
    register, phone, write, add_sender, way_of, crisis, officer, noon
):
    person = register()
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )
    write(phone(person), crisis=crisis)
    way = way_of(add_sender())
    claimed = _claim(way)

    desk.cycle(way, [(parcel, SENT) for parcel in claimed], want=0)
    desk.cycle(way, [(parcel, SENT) for parcel in claimed], want=0)

    message = Message.objects.get()
    assert (message.state, message.provider_id) == (MessageState.SENT, "42")
    assert News.objects.count() == 1
    assert outbox.tell_cases(by=BY, at=real_now()) == 1
    case = person.cases.get()
    assert (case.messaged_at is not None, case.reached_at) == (True, None)

    assert outbox.note_report(
        key=message.key, sender_id=message.sender_id, is_delivered=True, at=real_now()
    )
    outbox.tell_cases(by=BY, at=real_now())
    assert person.cases.get().reached_at is not None
    assert not News.objects.exists()


def test_a_message_that_another_worker_took_over_is_not_settled_by_the_first(
    register, phone, write, add_sender, way_of
):
    write(phone(register()))
    sender = add_sender()
    first = way_of(sender)
    claimed = _claim(first)
    Dispatch.objects.update(worker="worker-2")

    desk.cycle(first, [(parcel, SENT) for parcel in claimed], want=0)

    assert Message.objects.get().state == MessageState.QUEUED
    assert Dispatch.objects.get().worker == "worker-2"


def test_a_gateway_that_is_busy_gets_the_message_later_and_not_for_ever(
    register, phone, write, add_sender, way_of
):
    write(phone(register()))
    way = way_of(add_sender())
    busy = Outcome(Fate.REFUSED, reason="busy")

    for number in range(1, 9):
        claimed = _claim(way)
        assert len(claimed) == 1, number
        desk.cycle(way, [(claimed[0], busy)], want=0)
        assert not _claim(way), "it must wait first"
        Dispatch.objects.update(due_at=real_now())

    assert Message.objects.get().state == MessageState.FAILED


def test_what_was_not_begun_goes_back_without_counting_as_a_try(
    register, phone, write, add_sender, way_of
):
    write(phone(register()))
    way = way_of(add_sender())
    claimed = _claim(way)

    desk.cycle(way, [(claimed[0], Outcome(Fate.RELEASED))], want=0)

    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.tries) == (MessageState.QUEUED, 0)


@pytest.mark.parametrize(
    ("ability", "message_class", "then", "asked", "is_decided"),
    [
        (Ability.TAKES_KEY, MessageClass.CODE, MessageState.QUEUED, 0, True),
        (Ability.CAN_BE_ASKED, MessageClass.CODE, MessageState.UNCERTAIN, 1, True),
        (Ability.CALLS_BACK, MessageClass.CHECK, MessageState.QUEUED, 0, True),
        (Ability.CALLS_BACK, MessageClass.REPLY, MessageState.UNCERTAIN, 0, False),
        (Ability.NOTHING, MessageClass.ALERT, MessageState.QUEUED, 0, True),
        (Ability.NOTHING, MessageClass.CODE, MessageState.UNCERTAIN, 0, False),
    ],
)
def test_a_silent_worker_leaves_doubt_that_is_resolved_by_what_the_gateway_can_do(
    register, phone, write, add_sender, way_of, ability, message_class, then, asked, is_decided
):
    write(phone(register()), message_class=message_class)
    sender = add_sender(ability=ability, ask_url="http://127.0.0.1:9/status?reference={key}")
    way = way_of(sender)
    _claim(way)

    assert desk.sweep(at=real_now()) == 0
    assert desk.sweep(at=real_now() + timedelta(seconds=31)) == 1
    assert Message.objects.get().state == MessageState.UNCERTAIN
    Dispatch.objects.update(due_at=real_now())
    to_ask = desk.resolve(way)

    dispatch = Dispatch.objects.get()
    assert (Message.objects.get().state, len(to_ask)) == (then, asked)
    assert (dispatch.due_at is not None) == is_decided
    if then == MessageState.QUEUED:
        assert dispatch.bound_to_id == sender.pk, "no other sender may try"


def test_what_may_have_been_taken_by_one_sender_is_not_sent_by_another(
    register, phone, write, add_sender, way_of
):
    write(phone(register()))
    first, second = add_sender(), add_sender()
    _claim(way_of(first))
    desk.sweep(at=real_now() + timedelta(seconds=31))
    Dispatch.objects.update(due_at=real_now())
    desk.resolve(way_of(first))
    Dispatch.objects.update(due_at=real_now())

    assert _claim(way_of(second)) == []
    assert len(_claim(way_of(first))) == 1


def test_a_gateway_that_says_it_has_it_settles_the_doubt(
    register, phone, write, add_sender, way_of
):
    for number in range(3):
        write(phone(register(), f"+977984100000{number}"))
    way = way_of(add_sender(ability=Ability.CAN_BE_ASKED, ask_url="http://127.0.0.1:9/{key}"))
    _claim(way)
    desk.sweep(at=real_now() + timedelta(seconds=31))
    Dispatch.objects.update(due_at=real_now())
    ids = [pk for pk, _ in desk.resolve(way)]

    desk.settle_asked(way, has=ids[:1], has_not=ids[1:2], unknown=ids[2:])

    states = dict(Message.objects.values_list("pk", "state"))
    assert [states[pk] for pk in ids] == ["sent", "queued", "uncertain"]


def test_a_sender_never_takes_more_than_its_rate(register, phone, write, add_sender, way_of):
    for number in range(9):
        write(phone(register(), f"+977984100000{number}"))
    sender = add_sender(rate_per_s=20.0)
    way = way_of(sender)

    first = desk.cycle(way, (), want=500)
    second = desk.cycle(way, (), want=500)

    assert len(first.parcels) == 4, "a fifth of a second's worth"
    assert len(second.parcels) <= 1
    assert second.wait_s > 0
    Sender.objects.update(tokens=0.0, tokens_at=real_now() - timedelta(seconds=0.1))
    assert len(_claim(way)) == 2


def test_an_exercise_leaves_by_a_sender_of_an_exercise_only(
    register, phone, write, add_sender, way_of
):
    write(phone(register(is_exercise=True)))
    write(phone(register(), "+9779841000002"))
    live, play = way_of(add_sender()), way_of(add_sender(is_exercise=True))

    played, lived = _claim(play), _claim(live)

    flags = dict(Message.objects.values_list("pk", "is_exercise"))
    assert [flags[parcel.id] for parcel in played] == [True]
    assert [flags[parcel.id] for parcel in lived] == [False]


def test_the_database_itself_refuses_an_exercise_message_at_a_live_sender(
    register, phone, write, add_sender
):
    write(phone(register(is_exercise=True)))
    live = add_sender()

    with pytest.raises(IntegrityError, match="exercise_message"), transaction.atomic():
        Dispatch.objects.update(sender=live, sender_is_exercise=False)


def test_a_sender_of_an_exercise_stays_on_this_machine(add_sender):
    with pytest.raises(CannotUseSender, match="on this machine"):
        add_sender(url="https://sms.example.org/sendsms", is_exercise=True)

    sender = add_sender(is_exercise=True)
    with pytest.raises(IntegrityError, match="loopback"), transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(url="http://127.0.0.1.example.org/sendsms")


def test_a_password_of_a_sender_is_sealed(add_sender):
    sender = add_sender(kind=SenderKind.EXTERNAL, url="http://127.0.0.1:9/")

    assert b"secret word" not in bytes(sender.password_sealed)
    assert password_of(Sender.objects.get(pk=sender.pk)) == "secret word"


def test_a_report_of_failure_climbs_and_a_late_report_of_arrival_wins(
    register, phone, write, add_sender, way_of
):
    point = phone(register())
    phone(point.person, "maria@example.org", channel=Channel.EMAIL, rank=2)
    write(point)
    sender = add_sender()
    way = way_of(sender)
    desk.cycle(way, [(parcel, SENT) for parcel in _claim(way)], want=0)
    message = Message.objects.get()
    report = {"key": message.key, "sender_id": sender.pk, "at": real_now()}

    assert outbox.note_report(is_delivered=False, **report)
    assert not outbox.note_report(is_delivered=False, **report)
    assert Message.objects.count() == 2
    assert outbox.note_report(is_delivered=True, **report)
    assert not outbox.note_report(is_delivered=False, **report)

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


def test_what_waits_of_a_reason_can_be_held_let_go_and_withdrawn(
    register, phone, write, add_sender, way_of
):
    reason = uuid4()
    write(phone(register()), key=reason)
    way = way_of(add_sender())

    assert outbox.hold_all(reason_id=reason, is_held=True) == 1
    assert _claim(way) == []
    assert outbox.hold_all(reason_id=reason, is_held=False) == 1
    assert outbox.withdraw_all(reason_id=reason, why="recalled") == 1
    assert _claim(way) == []

    message = Message.objects.get()
    assert (message.state, message.failure) == (MessageState.STOPPED, "recalled")


def test_an_end_of_a_message_touches_no_index(register, phone, write):
    changing = {"state", "sender", "provider_id", "failure", "sent_at", "delivered_at"}
    indexed = {name for index in Message._meta.indexes for name in index.fields}
    indexed |= {field.name for field in Message._meta.fields if field.db_index or field.unique}

    assert not changing & indexed
    assert connection.vendor in {"sqlite", "postgresql"}
