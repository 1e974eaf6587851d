"""Wind radii become nested bands, across the date line too."""

import numpy as np
import pytest
from shapely.geometry import Point, shape

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.cyclones import KM_PER_NAUTICAL_MILE
from sojourn.exchange.geometry import distance_km

RADII = [
    f"USA_R{wind}_{quadrant}" for wind in (34, 50, 64) for quadrant in ("NE", "SE", "SW", "NW")
]
HEADING = ",".join(["SID", "SEASON", "NAME", "ISO_TIME", "LAT", "LON", "USA_WIND", *RADII])
UNITS = ",".join([" ", "Year", " ", " ", "degrees_north", "degrees_east", "kts", *["nmile"] * 12])


def table(*fixes):
    rows = [
        ",".join(
            ["2016041S14170", "2016", "WINSTON", time, str(lat), str(lon), "120", *map(str, radii)]
        )
        for time, lat, lon, radii in fixes
    ]
    return "\n".join([HEADING, UNITS, *rows]).encode()


ROUND = [100] * 4 + [60] * 4 + [30] * 4


def bands(data):
    [alert] = read_alerts("ibtracs.csv", data).rows
    return {int(band.level): shape(band.geometry) for band in alert.bands}


def test_the_row_of_units_is_no_fix():
    reading = read_alerts("x.csv", table(("2016-02-20 06:00:00", -17, 179, ROUND)))

    assert reading.problems == ()
    assert reading.rows[0].infos[0].other["fixes"] == ("1",)


@pytest.mark.parametrize("wind", [34, 50, 64])
def test_a_round_storm_reaches_as_far_as_its_radius(wind):
    shapes = bands(table(("2016-02-20 06:00:00", 20, -60, ROUND)))
    radius_km = {34: 100, 50: 60, 64: 30}[wind] * KM_PER_NAUTICAL_MILE

    edge = np.array(shapes[wind].exterior.coords)
    distances = [distance_km(20, -60, lat, lon) for lon, lat in edge]
    assert distances == pytest.approx([radius_km] * len(distances), rel=1e-3)


def test_quadrants_are_counted_clockwise_from_north():
    north_east_only = [100, 0, 0, 0] + [0] * 8
    shapes = bands(table(("2016-02-20 06:00:00", 0, 0, north_east_only)))

    assert shapes[34].covers(Point(0.5, 0.5))
    for elsewhere in ((0.5, -0.5), (-0.5, -0.5), (-0.5, 0.5)):
        assert not shapes[34].covers(Point(*elsewhere))
    assert list(shapes) == [34]


def test_between_two_fixes_the_storm_passed():
    shapes = bands(
        table(("2016-02-20 00:00:00", 0, 0, ROUND), ("2016-02-20 06:00:00", 0, 10, ROUND))
    )

    assert shapes[64].covers(Point(5, 0))
    assert shapes[34].covers(shapes[50])
    assert shapes[50].covers(shapes[64])


def test_a_storm_over_the_date_line_is_cut_and_covers_both_sides():
    shapes = bands(
        table(
            ("2016-02-20 00:00:00", -17, 179.5, ROUND), ("2016-02-20 06:00:00", -17, -179.5, ROUND)
        )
    )

    outline = shapes[64]
    assert outline.covers(Point(179.9, -17))
    assert outline.covers(Point(-179.9, -17))
    assert not outline.covers(Point(0, -17))


def test_a_track_without_radii_says_that_its_area_is_not_placed():
    [alert] = read_alerts("x.csv", table(("2016-02-20 00:00:00", 0, 0, [" "] * 12))).rows

    assert alert.bands == ()
    assert "area not placed" in alert.problems[0].problem


def test_a_wrong_row_is_told_and_the_others_are_read():
    data = table(
        ("2016-02-20 00:00:00", 0, 0, ROUND),
        ("noon", 0, 0, ROUND),
        ("2016-02-20 06:00:00", 95, 0, ROUND),
    )
    reading = read_alerts("x.csv", data)

    assert [problem.line for problem in reading.problems] == [4, 5]
    assert len(reading.rows) == 1
