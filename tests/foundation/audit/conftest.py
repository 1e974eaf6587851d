"""A chain of events of all kinds, with checkpoints on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from sojourn.foundation.audit import operations, queries
from sojourn.foundation.audit.models import Checkpoint
from sojourn.foundation.audit.terms import System

OTHER = System("other")


@pytest.fixture
def some_event(db, noon):
    """A function that records the n-th event of a varied life."""

    def _record(number):
        return operations.record(
            what=["person.read", "person.corrected", "cases.opened", "list.read"][number % 4],
            about=None,
            by=[System("worker"), OTHER][number % 2],
            at=noon + timedelta(seconds=number, microseconds=number % 3),
            person_id=uuid4() if number % 3 else None,
            is_read=number % 4 == 0,
            **({"count": number, "why": "assistance"} if number % 2 else {"zone": 'é\u2028"\\'}),
        )

    return _record


@pytest.fixture
def chain(some_event, noon):
    """24 sealed events; checkpoints at 7, 15 and 24, in the database and kept elsewhere."""
    for number in range(1, 25):
        some_event(number)
        if number in (7, 15, 24):
            operations.seal()
            operations.checkpoint(at=noon + timedelta(minutes=number))
    return [
        queries.mark_in(made.note, source=f"{made.size}.note")
        for made in Checkpoint.objects.order_by("size")
    ]
