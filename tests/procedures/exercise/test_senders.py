"""No message of an exercise leaves by a sender that is not one, and no answer of one reaches real records."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from sojourn.procedures.exercise import operations
from sojourn.response.outreach import claims
from sojourn.response.outreach.claims import Taker
from sojourn.response.outreach.models import Message, Sender
from sojourn.response.outreach.models.outbox import Dispatch


@pytest.fixture
def exercise(officer, noon):
    return operations.start_exercise(
        scenario="tripoli", people=90, seed=2, speed=0, by=officer, at=noon
    )


def claimed(organisation, *, is_exercise):
    sender = Sender.objects.filter(organisation=organisation, channel="sms").first()
    taker = Taker(
        sender_id=sender.pk,
        organisation_id=organisation.pk,
        channel="sms",
        is_exercise=is_exercise,
        worker="tests",
    )
    with transaction.atomic(), connection.cursor() as cursor:
        return claims.claim(
            cursor, taker, limit=100, at=now(), lease_until=now() + timedelta(minutes=1)
        )


def test_every_message_and_every_sender_of_an_exercise_says_so_and_stays_here(exercise):
    messages = Message.objects.filter(crisis=exercise.crisis)

    assert messages.count() > 15
    assert not messages.filter(is_exercise=False).exists()
    for sender in Sender.objects.filter(organisation__in=exercise.organisations.all()):
        assert sender.is_exercise
        assert "127.0.0.1" in sender.url


def test_a_real_sender_is_given_none_of_them(exercise):
    waiting = Dispatch.objects.filter(is_exercise=True, channel="sms").first()
    organisation = waiting.organisation

    assert claimed(organisation, is_exercise=False) == []
    assert claimed(organisation, is_exercise=True)


def test_the_database_refuses_one_in_the_hands_of_a_real_sender(exercise):
    dispatch = Dispatch.objects.filter(is_exercise=True).first()

    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=dispatch.pk).update(sender_is_exercise=False)
    sender = Sender.objects.filter(is_exercise=True).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sender.objects.filter(pk=sender.pk).update(url="https://gateway.example/send")
