import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.exposure.shapes import (
    UNHURRIED,
    distance_by_vectors,
    footprints,
    outline,
    points_around,
    worst_band_by_scan,
)

from sojourn.methods import footprint as shapes
from sojourn.methods import zorder
from sojourn.methods.exposure import blocks, coarse, search
from sojourn.methods.exposure.cover import cover_of
from sojourn.methods.footprint import Band, Circle, Footprint
from sojourn.methods.raster import Raster

seeds = st.integers(0, 2**32 - 1)


def by_index(footprint, lon, lat, size=97):
    found = search.find(
        blocks.Memory(blocks.points(np.arange(len(lon)), lon, lat), size), footprint
    )
    assert len(np.unique(found.person)) == len(found.person), "someone was found twice"
    worst = np.full(len(lon), -1)
    worst[found.person] = found.band
    return worst


@UNHURRIED
@given(footprints(), seeds)
def test_people_and_bands_are_those_of_a_full_scan(footprint, seed):
    lon, lat = points_around(footprint, seed)

    np.testing.assert_array_equal(
        by_index(footprint, lon, lat), worst_band_by_scan(footprint, lon, lat)
    )


@UNHURRIED
@given(footprints(), seeds)
def test_an_even_cover_without_a_count_of_people_is_as_exact(footprint, seed):
    lon, lat = points_around(footprint, seed, n=300)
    cover = cover_of(footprint)
    if not len(cover.lo):
        assert all(band.area.is_empty and not band.circles for band in footprint.bands)
        return
    key = zorder.encode(zorder.e7(lon), zorder.e7(lat))
    at = np.minimum(np.searchsorted(cover.hi, key, side="right"), len(cover.lo) - 1)
    whole = (cover.lo[at] <= key) & (key < cover.hi[at]) & ~cover.edge()[at]
    outside = (cover.lo[at] > key) | (key >= cover.hi[at])
    worst = worst_band_by_scan(footprint, lon, lat)

    np.testing.assert_array_equal(worst[whole], cover.base[at[whole]])
    assert (worst[outside] == -1).all()


@UNHURRIED
@given(footprints(), seeds)
def test_cells_are_inside_or_possible_exactly_as_shapely_relates_their_boxes(footprint, seed):
    lon, lat = points_around(footprint, seed, n=200)
    level = np.random.default_rng(seed).integers(0, 24, len(lon)).astype(np.uint8)
    key = zorder.encode(zorder.e7(lon), zorder.e7(lat))
    footprint = Footprint(tuple(Band(b.level, b.label, b.area) for b in footprint.bands))
    found = coarse.find_cells(
        blocks.Memory(blocks.cells(np.arange(len(lon)), key, level), 50), footprint
    )
    certain, possible = np.full((2, len(lon)), -1)
    boxes = shapely.box(*zorder.bounds(key, level))
    for number, band in enumerate(footprint.bands):
        certain[shapely.covers(band.area, boxes)] = number
        possible[shapely.intersects(band.area, boxes)] = number

    got = np.full((2, len(lon)), -1)
    got[0, found.person], got[1, found.person] = found.certain, found.possible
    np.testing.assert_array_equal(got, [certain, possible])


@UNHURRIED
@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 9000), st.integers(0, 14), seeds)
def test_cells_and_circles_agree_with_many_places_of_the_cell(lon, lat, radius, level, seed):
    circle = Circle(lon, lat, radius)
    footprint = Footprint((Band(1, "circle", None, (circle,)),))
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(-180, 180, 60), chance.uniform(-90, 90, 60)
    key = zorder.cut(zorder.encode(zorder.e7(x), zorder.e7(y)), level)
    boxes = zorder.bounds(key, np.full(60, level))
    certain, possible = coarse.bands_of_boxes(footprint, boxes)
    share = np.linspace(0, 1, 12)
    places_x = boxes[0][:, None] + (boxes[2] - boxes[0])[:, None] * np.repeat(share, 12)
    places_y = boxes[1][:, None] + (boxes[3] - boxes[1])[:, None] * np.tile(share, 12)
    away = distance_by_vectors(places_x.ravel(), places_y.ravel(), circle).reshape(60, -1)

    assert (away[certain == 0] <= radius + 1e-6).all()
    assert (away[possible == -1] > radius - 1e-6).all()


@pytest.mark.parametrize("lat", [-89.5, -60, 0, 60, 89.5, 90])
@pytest.mark.parametrize("lon", [-180, -179.9, 0, 179.9, 180])
@pytest.mark.parametrize("radius", [5, 300, 2500])
def test_a_circle_over_the_date_line_or_a_pole_is_a_circle(lon, lat, radius):
    circle = Circle(lon, lat, radius)
    chance = np.random.default_rng(7)
    x, y = chance.uniform(-180, 180, 4000), chance.uniform(-90, 90, 4000)
    x[:2000] = (lon + chance.uniform(-30, 30, 2000) + 180) % 360 - 180
    y[:3000] = np.clip(lat + chance.normal(0, np.degrees(radius / 6371), 3000), -90, 90)
    x, y = np.round(x, 7), np.round(y, 7)

    inside = by_index(Footprint((Band(1, "circle", None, (circle,)),)), x, y) == 0
    np.testing.assert_array_equal(inside, distance_by_vectors(x, y, circle) <= radius)


@UNHURRIED
@given(st.floats(-5, 5), st.floats(-60, 60), st.floats(6, 25), st.integers(4, 30), seeds)
def test_an_outline_across_the_date_line_holds_what_it_holds_on_a_turned_map(
    lon, lat, radius, corners, seed
):
    plain = outline(lon=lon, lat=lat, radius=radius, corners=corners, seed=seed)
    ring = shapely.get_coordinates(
        plain.exterior if plain.geom_type == "Polygon" else plain.geoms[0].exterior
    )
    plain = shapely.Polygon(ring)
    across = [[(x + 180 + 180) % 360 - 180, y] for x, y in ring]
    band = shapes.band(1, "across", [{"type": "Polygon", "coordinates": [across]}])
    chance = np.random.default_rng(seed)
    x = np.round(chance.uniform(-35, 35, 3000), 7)
    y = np.round(np.clip(chance.uniform(lat - 30, lat + 30, 3000), -90, 90), 7)

    inside = by_index(Footprint((band,)), np.round((x + 360) % 360 - 180, 7), y) == 0
    expected = shapely.intersects_xy(plain, x, y)
    differs = inside != expected
    edge = shapely.distance(plain.exterior, shapely.points(x[differs], y[differs]))
    assert (edge < 1e-9).all(), "only rounding on the very border may differ"


def test_a_person_on_the_180th_meridian_is_there_by_either_sign():
    east = shapes.band(1, "east", [shapely.geometry.mapping(shapely.box(170, -5, 180, 5))])
    west = shapes.band(1, "west", [shapely.geometry.mapping(shapely.box(-180, -5, -170, 5))])

    for band in (east, west):
        np.testing.assert_array_equal(
            by_index(Footprint((band,)), np.array([180.0, -180.0]), np.array([1.0, 1.0])), [0, 0]
        )


def test_an_outline_once_round_the_earth_holds_its_pole():
    ring = [[lon, -70 - 3 * (lon % 40 == 0)] for lon in range(-170, 180, 20)]
    band = shapes.band(1, "south", [{"type": "Polygon", "coordinates": [[*ring, ring[0]]]}])

    assert by_index(
        Footprint((band,)), np.array([0.0, 175.0, -180.0, 90.0]), np.array([-90, -80.0, -75, -60])
    ).tolist() == [0, 0, 0, -1]


def test_the_border_and_the_corner_count_as_inside_and_a_hole_does_not():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    footprint = Footprint((Band(1, "ring", ring),))

    assert by_index(
        footprint, np.array([0, 10, 5, 4, 5.0]), np.array([0, 5, 10, 5, 5.0])
    ).tolist() == [0, 0, 0, 0, -1]


def test_the_world_as_one_box_is_not_taken_for_its_own_seam():
    world = shapes.band(1, "world", [shapely.geometry.mapping(shapely.box(-180, -90, 180, 90))])
    chance = np.random.default_rng(3)

    inside = by_index(
        Footprint((world,)), chance.uniform(-180, 180, 500), chance.uniform(-90, 90, 500)
    )
    assert (inside == 0).all()


def test_nobody_and_nowhere_are_answered_too():
    area = Footprint((Band(1, "box", shapely.box(0, 0, 1, 1)),))
    nobody = np.zeros(0)

    assert len(by_index(area, nobody, nobody)) == 0
    assert by_index(Footprint(()), np.array([0.5]), np.array([0.5])).tolist() == [-1]


@UNHURRIED
@given(seeds, st.floats(-180, 180), st.floats(-60, 60), st.floats(0.05, 1))
def test_a_grid_is_looked_up_at_the_nearest_of_its_points(seed, west, south, step):
    chance = np.random.default_rng(seed)
    raster = Raster(west, south, step, step / 2, chance.uniform(0, 10, (17, 23)))
    footprint = Footprint(tuple(Band(level, str(level), None) for level in (4, 5.5, 7)), raster)
    lon = np.round((west + chance.uniform(-2, 26, 400) * step + 180) % 360 - 180, 7)
    lat = np.round(south + chance.uniform(-2, 20, 400) * step / 2, 7)
    column = ((lon - west + step / 2) % 360) / step
    row = (lat - south) / (step / 2) + 0.5
    expected = []
    for x, y in zip(column, row, strict=True):
        known = 0 <= x < 23 and 0 <= y < 17
        value = raster.values[int(y), int(x)] if known else -1
        expected.append(sum(value >= level for level in (4, 5.5, 7)) - 1)

    assert by_index(footprint, lon, lat).tolist() == expected


def test_a_hole_and_a_line_across_the_date_line_are_cut_with_their_outline():
    shell = [[170, -10], [-170, -10], [-170, 10], [170, 10], [170, -10]]
    hole = [[179, -1], [-179, -1], [-179, 1], [179, 1], [179, -1]]
    second = [[-178, 2], [-177, 2], [-177, 3], [-178, 3], [-178, 2]]
    band = shapes.band(
        1,
        "both",
        [
            {"type": "Polygon", "coordinates": [shell, hole, second]},
            {"type": "LineString", "coordinates": [[175, 20], [-175, 20]]},
        ],
    )
    lon = np.array([175, -175, 180, 179.5, -177.5, 160, 179, -179, 0])
    lat = np.array([0, 0, 0, 0.5, 2.5, 0, 20, 20, 20.0])

    assert by_index(Footprint((band,)), lon, lat).tolist() == [0, 0, -1, -1, -1, -1, 0, 0, -1]


@pytest.mark.parametrize("west", [-181.5, 178.5, 0.25])
def test_a_grid_over_the_date_line_is_found_on_both_sides(west):
    raster = Raster(west, 0, 0.5, 0.5, np.full((5, 7), 6.0))
    footprint = Footprint((Band(5, "moderate"),), raster)
    lon = np.round((west + np.arange(-4, 40) * 0.1 + 180) % 360 - 180, 7)
    inside = by_index(footprint, lon, np.full(len(lon), 1.0)) == 0
    offset = (lon - west + 0.25) % 360

    np.testing.assert_array_equal(inside, offset < 3.5)


def test_a_grid_round_the_whole_earth_has_no_seam():
    raster = Raster(-179.5, -89.5, 1, 1, np.full((180, 360), 6.0))
    lon = np.array([-180, -179.9, 0, 179.9, 180.0])

    assert (by_index(Footprint((Band(5, "all"),), raster), lon, np.zeros(5)) == 0).all()


def test_blocks_of_the_wrong_kind_are_refused():
    area = Footprint((Band(1, "box", shapely.box(0, 0, 2, 2)),))
    cells = blocks.Memory(blocks.cells([1], [zorder.key_of(1, 1)], [30]))
    with pytest.raises(ValueError, match="no exact coordinates"):
        search.find(cells, Footprint((Band(1, "dot", shapely.box(1, 1, 1.0000001, 1.0000001)),)))
    with pytest.raises(ValueError, match="no cells"):
        coarse.find_cells(blocks.Memory(blocks.points([1], [1], [1])), area)


def test_parts_of_points_are_joined_in_order():
    points = blocks.points([1, 2, 3], [10, 20, 30], [1, 2, 3])
    halves = [points.part(slice(0, 1)), points.part(slice(1, 3))]

    assert blocks.joined(halves).person.tolist() == points.person.tolist()
    assert blocks.joined(halves).lon_e7.tolist() == points.lon_e7.tolist()
