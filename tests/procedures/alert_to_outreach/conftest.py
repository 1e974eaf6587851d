"""People near Kathmandu, and the earthquake there."""

from datetime import timedelta

import pytest
from tests.preparedness.alerts.conftest import cap

from sojourn.foundation.people import operations as people
from sojourn.foundation.people.operations import Position
from sojourn.foundation.people.terms import Source
from sojourn.preparedness.alerts import operations as alerts


@pytest.fixture
def take_in(officer, noon):
    """Take in one alert."""

    def taking(data=None, *, at=noon, **facts):
        data = data or cap(**facts)
        return alerts.ingest_file(name="a.xml", data=data, by=officer, at=at).alerts[0]

    return taking


@pytest.fixture
def seen(register, officer, noon):
    """Register somebody who was seen somewhere."""

    def seeing(latitude, longitude, name="Maria Santos", **facts):
        person = register(name, **facts)
        people.report_whereabouts(
            person=person,
            position=Position(
                latitude=latitude,
                longitude=longitude,
                accuracy_km=0.1,
                observed_at=noon - timedelta(days=1),
                source=Source.LIST,
                country="NPL",
                area="Bagmati",
            ),
            by=officer,
            at=noon,
        )
        return person

    return seeing
