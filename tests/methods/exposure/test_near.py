import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import UNHURRIED

from sojourn.methods import sphere
from sojourn.methods.exposure.search import bands_at
from sojourn.methods.footprint import (
    Band,
    Circle,
    Footprint,
    NotAnArea,
    area_of,
    band,
    near,
    share_of,
)
from sojourn.methods.raster import Raster


def distance_to_border_km(area, lon, lat):
    """The least great-circle distance to any of many places on the border."""
    border = shapely.get_coordinates(shapely.segmentize(area.boundary, 0.02))
    return sphere.distance_km(lon, lat, border[:, 0], border[:, 1]).min()


@UNHURRIED
@given(st.floats(-180, 180), st.floats(-65, 65), st.floats(10, 300), st.integers(0, 1000))
def test_near_reaches_as_far_as_it_says(lon, lat, reach_km, seed):
    ring = [
        (lon + dx, lat + dy) for dx, dy in [(-2, -1), (1, -2), (2, 1), (0, 0.5), (-1, 2), (-2, -1)]
    ]
    area = band(1, "area", [{"type": "Polygon", "coordinates": [ring]}])
    close = near(Footprint((area,)), reach_km)
    chance = np.random.default_rng(seed)
    x = (lon + chance.uniform(-8, 8, 40) + 180) % 360 - 180
    y = np.clip(lat + chance.uniform(-5, 5, 40), -89, 89)
    outside = bands_at(Footprint((area,)), x, y) == -1
    within = bands_at(Footprint((close,)), x, y) == 0

    assert within[~outside].all()
    straight = shapely.Polygon(ring)
    for one in np.flatnonzero(outside):
        away = distance_to_border_km(straight, x[one], y[one])
        if abs(away - reach_km) > 0.02 * reach_km + 1:
            assert within[one] == (away < reach_km)


def test_near_a_circle_is_a_wider_circle():
    close = near(Footprint((Band(1, "circle", None, (Circle(179.9, 89, 100),)),)), 50)

    assert close.circles == (Circle(179.9, 89, 150),)


def test_near_a_grid_is_near_its_cells_above_the_mildest_band():
    values = np.zeros((5, 5))
    values[2, 2] = 6
    grid = Footprint((Band(4, "light", None),), Raster(179, 0, 0.5, 0.5, values))
    close = Footprint((near(grid, 100),))

    lon, lat = np.array([180, -179.3, -178.5, 178.0]), np.array([1.0, 1.0, 1.0, 1.0])
    assert bands_at(close, lon, lat).tolist() == [0, 0, -1, -1]
    assert bands_at(close, np.array([179.2]), np.array([1.0])).tolist() == [0]


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        ({"type": "Polygon", "coordinates": []}, "no coordinates"),
        ({"type": "Polygon"}, "cannot be read"),
        ({"type": "Blob", "coordinates": [1, 2]}, "cannot be read"),
        ({"type": "Point", "coordinates": [10, 95]}, "exchanged"),
        ({"type": "Point", "coordinates": [float("nan"), 5]}, "no coordinates"),
    ],
)
def test_what_is_not_an_area_is_refused_in_words(geometry, problem):
    with pytest.raises(NotAnArea, match=problem):
        area_of(geometry)


def test_an_outline_that_crosses_itself_is_repaired():
    bow = area_of({"type": "Polygon", "coordinates": [[(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)]]})

    assert bow.is_valid
    assert bow.area == pytest.approx(2)


def test_a_grid_between_its_points_is_bilinear():
    raster = Raster(0, 0, 1, 1, np.array([[0.0, 1], [2, 3]]))

    got = raster.bilinear(np.array([0.5, 0.25, -0.4, 5]), np.array([0.5, 0, 0, 0.0]))
    np.testing.assert_allclose(got, [1.5, 0.25, 0, np.nan])


def test_the_share_of_an_area_is_measured_on_the_ground():
    north = shapely.box(0, 0, 10, 60)
    half = np.degrees(np.arcsin(np.sin(np.radians(60)) / 2))
    lower = Footprint((Band(1, "lower half", shapely.box(-5, -5, 20, half)),))

    assert share_of(north, lower) == pytest.approx(0.5, abs=1e-3)
    assert share_of(north, Footprint((Band(1, "none", shapely.box(50, 0, 51, 1)),))) == 0


def test_a_circle_covers_its_share_of_a_larger_area():
    around = shapely.box(-10, -10, 10, 10)
    circle = Footprint((Band(1, "circle", None, (Circle(0, 0, 500),)),))
    ground = sphere.EARTH_KM**2 * np.radians(20) * 2 * np.sin(np.radians(10))
    cap = 2 * np.pi * sphere.EARTH_KM**2 * (1 - np.cos(500 / sphere.EARTH_KM))

    assert share_of(around, circle) == pytest.approx(cap / ground, rel=2e-3)


def test_near_the_whole_world_is_the_whole_world():
    world = Footprint((Band(1, "world", shapely.box(-180, -90, 180, 90)),))

    assert bands_at(
        Footprint((near(world, 50),)), np.array([0, 179.9]), np.array([0, -89])
    ).tolist() == [0, 0]
