"""Raises worker processes on demand, so that a test can kill them. Speaks lines on standard input and output.

`fill N CLASS URL ABILITY` prepares the database; `start` forks a worker and prints its process id; `counts`
prints how many messages stand in each state, `sent` the keys of those that were sent. The worker is the real one,
with short leases.
"""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first
from django.db import connections  # noqa: E402
from django.db.models import Count  # noqa: E402

from sojourn.foundation.audit.terms import System  # noqa: E402
from sojourn.foundation.identifiers import uuid7  # noqa: E402
from sojourn.foundation.organisations.models import Organisation  # noqa: E402
from sojourn.foundation.people.models import ContactPoint, Person  # noqa: E402
from sojourn.response.outreach.models import Dispatch, Message  # noqa: E402
from sojourn.response.outreach.operations import outbox, senders  # noqa: E402
from sojourn.response.outreach.outbox import post  # noqa: E402
from sojourn.response.outreach.outbox.desk import Pace  # noqa: E402
from sojourn.response.outreach.terms import (  # noqa: E402
    Ability,
    MessageClass,
    MessageState,
    SenderKind,
)

BY = System("tests")
PACE = Pace(lease_s=2.0, timeout_s=0.5, first_pause_s=0.2)
TEXT = "Earthquake. Are you safe? Answer 1 if you are safe, 2 if you need help."


def people(number: int, organisation: Organisation, at: datetime) -> list[ContactPoint]:
    """Register people with one phone each."""
    persons = [
        Person(name=f"Person {index}", responsible=organisation, registered_at=at)
        for index in range(number)
    ]
    Person.objects.bulk_create(persons, batch_size=2_000)
    points = [
        ContactPoint(person=person, channel="sms", address=f"+9779800{index:06}", added_at=at)
        for index, person in enumerate(persons)
    ]
    return ContactPoint.objects.bulk_create(points, batch_size=2_000)


def fill(number: int, message_class: str, url: str, ability: str, connections: int = 8) -> None:
    """Make an empty database and write messages to be sent by one sender."""
    at = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="Testland", kind="state_of_origin")
    senders.add_sender(
        organisation=organisation,
        facts=senders.SenderFacts(
            name="gateway",
            kind=SenderKind.KANNEL,
            url=f"{url}/cgi-bin/sendsms",
            ask_url=f"{url}/status?reference={{key}}",
            ability=Ability(ability),
            connections=connections,
        ),
        by=BY,
        at=at,
    )
    write(people(number, organisation, at), message_class)


def write(points: list[ContactPoint], message_class: str) -> None:
    """Write one message to each."""
    content = outbox.Content(text=TEXT, subject="Earthquake")
    outbox.queue_messages(
        drafts=(
            outbox.Draft(person=point.person, contact_point=point, content=content)
            for point in points
        ),
        reason=outbox.Reason(
            what="campaign", key=uuid7(), message_class=MessageClass(message_class)
        ),
        by=BY,
        at=datetime.now(UTC),
    )


def _end_with(nursery: int) -> None:
    """Outlive no nursery: a test that was stopped leaves no worker behind."""
    while os.getppid() == nursery:
        time.sleep(0.5)
    os._exit(1)


def start() -> int:
    """Fork a worker that sends until it is killed."""
    connections.close_all()
    nursery = os.getpid()
    pid = os.fork()
    if pid == 0:
        threading.Thread(target=_end_with, args=(nursery,), daemon=True).start()
        post.run_until(threading.Event(), pace=PACE)
        os._exit(0)
    return pid


def counts() -> dict[str, int]:
    """Return how many messages stand in each state; `undecided` are those that wait for a person."""
    rows = Message.objects.order_by().values_list("state").annotate(number=Count("pk"))
    found = dict(rows)
    undecided = Dispatch.objects.filter(state=MessageState.UNCERTAIN, due_at__isnull=True).count()
    return {**found, "undecided": undecided}


def sent() -> list[str]:
    """Return the keys of the messages that are noted as sent."""
    keys = Message.objects.filter(state=MessageState.SENT).values_list("key", flat=True)
    return [str(key) for key in keys]


def say(word: object) -> None:
    """Write one line to whoever started this process."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "fill":
            fill(int(rest[0]), *rest[1:])
            say("filled")
        elif word == "start":
            say(start())
        elif word == "reap":
            os.waitpid(int(rest[0]), 0)
            say("reaped")
        elif word == "counts":
            say(json.dumps(counts()))
        elif word == "sent":
            say(json.dumps(sent()))


if __name__ == "__main__":
    main()
