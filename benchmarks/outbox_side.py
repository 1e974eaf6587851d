"""One side of the outbox benchmark, in a process of its own. Prints one JSON line with seconds and CPU seconds.

`fill N URL`, `rewind`, `outbox`, `raw N URL`; Django's settings and DATABASE_URL come from the environment.
"""

import asyncio
import json
import resource
import sys
import time
from collections import deque
from uuid import uuid4

CONNECTIONS = {"0": 64, "50": 512}
TEXT = "Earthquake. Are you safe? Answer 1 if you are safe, 2 if you need help."


def report(began: float, number: int) -> None:
    """Print what it took."""
    seconds = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = usage.ru_utime + usage.ru_stime - CPU_AT_START
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_s": cpu_s, "number": number}) + "\n")
    sys.stdout.flush()


def cpu_now() -> float:
    """Return the CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


CPU_AT_START = 0.0


def raw(number: int, url: str, connections: int) -> None:
    """Send from memory: the same client, no database."""
    import uvloop

    from sojourn.response.outreach.senders import Fate, Parcel, Route
    from sojourn.response.outreach.senders.registry import connect

    global CPU_AT_START  # noqa: PLW0603  # measured from where the work begins
    route = Route(
        kind="kannel",
        url=f"{url}/cgi-bin/sendsms",
        receipts_url="http://localhost:8000/outbox/receipts/x/{key}/",
        receipts_sign="0" * 32,
    )
    parcels = deque(
        Parcel(index, str(uuid4()), f"+9779800{index:06}", "", TEXT, "", "en")
        for index in range(number)
    )

    async def send() -> int:
        sender, sent = connect(route), 0
        while parcels:
            outcome = await sender.send(parcels.popleft())
            sent += outcome.fate is Fate.SENT
        await sender.close()
        return sent

    async def work() -> None:
        sent = sum(await asyncio.gather(*(send() for _ in range(connections))))
        if sent != number:
            raise RuntimeError(f"{sent} of {number} were sent")

    CPU_AT_START = cpu_now()
    began = time.perf_counter()
    uvloop.run(work())
    report(began, number)


def outbox() -> None:
    """Send what waits in the database."""
    import django

    django.setup()
    from django.db import connections

    from sojourn.response.outreach.models import Message
    from sojourn.response.outreach.outbox import post

    global CPU_AT_START  # noqa: PLW0603  # measured from where the work begins
    number = Message.objects.filter(state="queued").count()
    connections.close_all()
    CPU_AT_START = cpu_now()
    began = time.perf_counter()
    if not post.send_waiting(within_s=300):
        raise RuntimeError("not all were sent")
    report(began, number)
    sent = Message.objects.filter(state="sent").count()
    if sent != number:
        raise RuntimeError(f"{sent} of {number} are noted as sent")


def fill(number: int, url: str, connections_: int) -> None:
    """Make an empty database with messages to send."""
    sys.path.insert(0, "tests/response/outreach/outbox")
    import nursery

    nursery.fill(number, "check", url, "takes_key", connections_)


def rewind(url: str, connections_: int) -> None:
    """Put all messages back in line, and tidy the table as autovacuum would."""
    import django

    django.setup()
    from django.db import connection

    from sojourn.response.outreach import claims
    from sojourn.response.outreach.models import Message, Sender

    Sender.objects.update(
        url=f"{url}/cgi-bin/sendsms", ask_url="", connections=connections_, paused_until=None
    )
    Message.objects.update(state="queued", sender=None, sent_at=None, provider_id="")
    reasons = Message.objects.values_list("reason_id", flat=True).distinct()
    claims.write_dispatches(reason_ids=list(reasons))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) outreach_message")
            cursor.execute("VACUUM (ANALYZE) outreach_dispatch")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    """Do what the first word says."""
    word, *rest = sys.argv[1:]
    if word == "raw":
        raw(int(rest[0]), rest[1], int(rest[2]))
    elif word == "outbox":
        outbox()
    elif word == "fill":
        fill(int(rest[0]), rest[1], int(rest[2]))
    elif word == "rewind":
        rewind(rest[0], int(rest[1]))


if __name__ == "__main__":
    main()
