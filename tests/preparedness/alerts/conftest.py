"""Messages to take in, and an officer who does."""

import pytest
from tests.preparedness.alerts.asking import feed, loopback, server
from tests.preparedness.alerts.made_alerts import SPACE, cap, gdacs

from sojourn.preparedness.alerts import operations

__all__ = ["SPACE", "cap", "feed", "gdacs", "loopback", "server"]


@pytest.fixture
def take_in(officer, noon):
    """Take in the bytes of a file and return the last alert of it."""

    def taking(data, *, name="alert.xml", at=noon, **more):
        taken = operations.ingest_file(name=name, data=data, by=officer, at=at, **more)
        return taken.alerts[-1]

    return taking
