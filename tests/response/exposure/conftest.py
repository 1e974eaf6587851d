from datetime import timedelta

import pytest
import shapely

from sojourn.foundation.people import operations as people
from sojourn.foundation.people.operations import Position
from sojourn.foundation.people.terms import Source
from sojourn.methods.footprint import Band, Footprint


@pytest.fixture
def footprint():
    """Strong shaking around Kathmandu, severe in its west."""
    return Footprint(
        (
            Band(6, "strong", shapely.box(84, 27, 86, 29)),
            Band(8, "severe", shapely.box(84, 27, 85, 29)),
        )
    )


@pytest.fixture
def seen(register, officer, noon):
    """A function that registers a person who was seen somewhere."""

    def _seen(
        latitude, longitude, *, accuracy_km=0.1, days_ago=0.0, country="NPL", name="", **facts
    ):
        person = register(name or f"{latitude} {longitude}", **facts)
        report(
            person, latitude, longitude, accuracy_km=accuracy_km, days_ago=days_ago, country=country
        )
        return person

    def report(person, latitude, longitude, *, accuracy_km=0.1, days_ago=0.0, country="NPL"):
        people.report_whereabouts(
            person=person,
            position=Position(
                latitude=latitude,
                longitude=longitude,
                accuracy_km=accuracy_km,
                observed_at=noon - timedelta(days=days_ago),
                source=Source.LIST,
                country=country,
                area="Bagmati",
            ),
            by=officer,
            at=noon,
        )

    _seen.again = report
    return _seen
