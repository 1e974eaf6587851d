"""People with phones and mailboxes, ways out, and messages to them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from sojourn.foundation.audit.terms import System
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.operations import outbox, senders
from sojourn.response.outreach.outbox import desk
from sojourn.response.outreach.terms import Ability, MessageClass, Need, SenderKind

BY = System("tests")
PACE = desk.Pace(lease_s=30.0, timeout_s=2.0, first_pause_s=0.2)


def real_now():
    """Sending is a fact of this world: it runs on the real clock."""
    return datetime.now(UTC)


@pytest.fixture
def phone(officer):
    """A function that gives a person a contact point."""

    def _phone(person, address="+9779841000001", *, channel=Channel.SMS, rank=1):
        return people.add_contact_point(
            person=person, channel=channel, address=address, rank=rank, by=officer, at=real_now()
        )

    return _phone


@pytest.fixture
def write():
    """A function that writes a message to a contact point."""

    def _write(
        point,
        *,
        key=None,
        text="Are you safe?",
        message_class=MessageClass.CHECK,
        need=Need.OTHER,
        crisis=None,
    ):
        return outbox.queue_messages(
            drafts=[
                outbox.Draft(
                    person=point.person,
                    contact_point=point,
                    content=outbox.Content(text=text, subject="Earthquake"),
                    need=need,
                )
            ],
            reason=outbox.Reason(
                what="campaign", key=key or uuid4(), message_class=message_class, crisis=crisis
            ),
            by=BY,
            at=real_now(),
        )

    return _write


@pytest.fixture
def add_sender(state):
    """A function that sets up a way out of the State."""

    def _add(
        kind=SenderKind.KANNEL,
        url="http://127.0.0.1:9/cgi-bin/sendsms",
        *,
        ability=Ability.TAKES_KEY,
        is_exercise=False,
        organisation=None,
        **facts,
    ):
        return senders.add_sender(
            organisation=organisation or state,
            facts=senders.SenderFacts(name="gateway", kind=kind, url=url, ability=ability, **facts),
            password="secret word",
            is_exercise=is_exercise,
            by=BY,
            at=real_now(),
        )

    return _add


@pytest.fixture
def way_of():
    """A function that returns a sender as the engine uses it."""

    def _way(sender, worker="worker-1"):
        return next(
            way for way in desk.ways(worker=worker, pace=PACE) if way.taker.sender_id == sender.pk
        )

    return _way
