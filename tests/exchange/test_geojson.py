"""Plain GeoJSON: drawn areas and graded bands."""

import json

import pytest
from shapely.geometry import Point, shape

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.reading import Unreadable

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def read_one(content):
    [alert] = read_alerts("drawn.geojson", json.dumps(content).encode()).rows
    return alert


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


def test_a_bare_geometry_is_an_area():
    alert = read_one(SQUARE)

    assert shape(alert.infos[0].areas[0].geometry).equals(shape(SQUARE))
    assert alert.bands == ()


def test_features_with_a_level_are_bands_mildest_first():
    alert = read_one(collection(feature(level=7, label="worst"), feature(mmi=5), sent="x"))

    assert [(band.level, band.label) for band in alert.bands] == [(5, "level 5"), (7, "worst")]


def test_a_point_with_a_radius_is_a_circle():
    alert = read_one(feature({"type": "Point", "coordinates": [85, 28]}, radius_km=100, level=1))

    assert alert.bands[0].circles[0].radius_km == 100
    assert shape(alert.bands[0].geometry).contains(Point(85, 28.8))


def test_longitudes_beyond_180_come_home():
    east = {"type": "Polygon", "coordinates": [[[179, 0], [181, 0], [181, 1], [179, 1], [179, 0]]]}
    outline = shape(read_one(east).infos[0].areas[0].geometry)

    assert outline.contains(Point(-179.5, 0.5))
    assert outline.area == pytest.approx(2)


def test_the_same_drawing_has_the_same_identifier():
    assert read_one(SQUARE).identifier == read_one(SQUARE).identifier
    assert read_one(SQUARE).identifier != read_one(feature()).identifier


def test_a_feature_that_cannot_be_placed_is_told_beside_the_good_ones():
    bad = {"type": "Polygon", "coordinates": [[[0, 95], [1, 95], [1, 96], [0, 95]]]}
    alert = read_one(collection(feature(name="good"), feature(bad, name="bad"), feature(None)))

    assert [area.geometry is None for area in alert.infos[0].areas] == [False, True, True]
    assert sum("area not placed" in problem.problem for problem in alert.problems) == 2


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"[]",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "Polygon", "coordinates": [[[0, NaN]]]}',
        b'{"type": "Polygon", "coordinates": "x"}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"type": "Point", "coordinates": [\xff]}',
    ],
)
def test_what_is_no_shape_is_refused_in_words(text):
    with pytest.raises(Unreadable):
        read_alerts("x.geojson", text)
