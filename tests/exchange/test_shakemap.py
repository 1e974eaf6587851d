"""Rasters and contours of shaking against the field they were made of."""

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from sojourn.exchange import shakemap_contours
from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import Grid
from sojourn.exchange.intensity_bands import bands_of
from sojourn.exchange.reading import Unreadable


def field(lon, lat):
    """Two hills and a hollow."""
    hill = 9 * np.exp(-((lon - 1) ** 2 + (lat - 1) ** 2) / 0.4)
    other = 7 * np.exp(-((lon - 2.2) ** 2 + (lat - 0.8) ** 2) / 0.2)
    hollow = 4 * np.exp(-((lon - 1) ** 2 + (lat - 1) ** 2) / 0.01)
    return np.maximum(hill, other) - hollow


@pytest.fixture(scope="module")
def grid():
    lon, lat = np.meshgrid(np.linspace(0, 3, 121), np.linspace(0, 2, 81))
    return Grid(0.0, 0.0, 3 / 120, 2 / 80, field(lon, lat))


def points(seed, low=-0.2, high=3.2):
    random = np.random.default_rng(seed)
    return random.uniform(low, high, 4000), random.uniform(-0.2, 2.2, 4000)


def test_the_bands_and_a_look_up_in_the_grid_agree(grid):
    lon, lat = points(1)
    value = np.nan_to_num(grid.at(lat, lon), nan=-1)
    for band in bands_of(grid):
        inside = shapely.contains_xy(shape(band.geometry), lon, lat)
        assert (inside == (value >= band.level)).all()


def test_bands_are_nested_and_named(grid):
    bands = bands_of(grid)

    assert [band.level for band in bands] == sorted(band.level for band in bands)
    assert "MMI VI, strong" in [band.label for band in bands]
    for milder, worse in pairwise(bands):
        assert shape(milder.geometry).covers(shape(worse.geometry))


def test_a_grid_beyond_the_date_line_is_looked_up_on_both_sides():
    values = np.arange(8, dtype=float).reshape(2, 4) + 4
    grid = Grid(178.5, -1.0, 1.0, 1.0, values)

    found = grid.at(np.array([-1.0, -1.0, 0.0]), np.array([179.4, -179.6, -178.6]))
    assert found.tolist() == [5.0, 6.0, 11.0]
    outline = shape(bands_of(grid, [4.0])[0].geometry)
    assert outline.bounds[0] == -180.0
    assert outline.bounds[2] == 180.0


def contour_file(levels):
    """Contour lines of the field, traced on a fine grid with the interpolation of marching squares."""
    lon, lat = np.linspace(0, 3, 241), np.linspace(0, 2, 161)
    features = []
    for level in levels:
        lines = marched(lon, lat, level)
        geometry = {"type": "MultiLineString", "coordinates": lines}
        properties = {"value": level, "units": "mmi"}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def marched(lon, lat, level):
    """Return segments where the field crosses the level, cell by cell in two triangles, merged."""
    x, y = np.meshgrid(lon, lat)
    z = field(x, y) - level
    z[z == 0] = 1e-12
    segments = []
    for row in range(len(lat) - 1):
        for column in range(len(lon) - 1):
            corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
            signs = {z[corner] > 0 for corner in corners}
            if len(signs) == 1:
                continue
            for triangle in (corners[:3], [corners[0], *corners[2:]]):
                cut = []
                for one, two in zip(triangle, [*triangle[1:], triangle[0]], strict=True):
                    if (z[one] > 0) != (z[two] > 0):
                        share = z[one] / (z[one] - z[two])
                        cut.append(
                            (
                                float(x[one] + share * (x[two] - x[one])),
                                float(y[one] + share * (y[two] - y[one])),
                            )
                        )
                if len(cut) == 2 and cut[0] != cut[1]:
                    segments.append(shapely.LineString(cut))
    merged = shapely.line_merge(shapely.union_all(segments))
    return [list(part.coords) for part in shapely.get_parts(merged)]


def test_contours_open_at_the_edge_become_the_areas_they_enclose():
    levels = [1.0, 2.0, 4.0, 5.0, 6.0, 7.0]
    [alert] = read_alerts("cont_mmi.json", contour_file(levels)).rows
    lon, lat = points(2, 0.05, 2.95)
    keep = (lat > 0.05) & (lat < 1.95)
    lon, lat = lon[keep], lat[keep]
    value = field(lon, lat)
    assert [band.level for band in alert.bands] == levels
    for band in alert.bands:
        clear = np.abs(value - band.level) > 0.05
        inside = shapely.contains_xy(shape(band.geometry), lon, lat)
        assert (inside == (value >= band.level))[clear].all(), band.level


def grid_xml(data, nlon=2, nlat=2):
    return f"""<shakemap_grid xmlns="http://example.org" event_id="us1" shakemap_version="2"
 shakemap_originator="us" process_timestamp="2015-04-25T06:30:00Z">
<event magnitude="7.8" lat="28.23" lon="84.73" event_timestamp="2015-04-25T06:11:25UTC"
 event_description="Nepal"/>
<grid_specification nlon="{nlon}" nlat="{nlat}"/>
<grid_field index="1" name="LON"/><grid_field index="2" name="LAT"/><grid_field index="3" name="MMI"/>
<grid_data>
{data}
</grid_data></shakemap_grid>""".encode()


GOOD = "84 29 5\n85 29 6\n84 28 7\n85 28 8"


def test_a_grid_keeps_its_raster_and_its_event():
    [alert] = read_alerts("grid.xml", grid_xml(GOOD)).rows

    assert alert.grid is not None
    assert alert.grid.at(np.array([28.9, 28.1]), np.array([84.1, 84.9])).tolist() == [5.0, 8.0]
    assert alert.event_key == "usgs:us1"
    assert alert.infos[0].onset == "2015-04-25T06:11:25+00:00"
    assert alert.problems == ()


def test_a_grid_that_lacks_nodes_says_so():
    [alert] = read_alerts("grid.xml", grid_xml(GOOD, nlon=3)).rows

    assert "says it has 6 nodes and has 4" in alert.problems[0].problem


def test_a_value_that_is_no_number_is_located():
    with pytest.raises(Unreadable, match="not a number") as refusal:
        read_alerts("grid.xml", grid_xml(GOOD.replace("7", "seven")))

    assert refusal.value.line == 10


def test_a_grid_that_would_need_a_gigantic_raster_is_refused():
    scattered = "\n".join(f"{n * 0.00001 + n * n * 1e-4:.6f} {n * 1e-5:.6f} 5" for n in range(400))
    with pytest.raises(Unreadable, match="cells"):
        read_alerts(
            "grid.csv", ("lon,lat,mmi\n" + scattered.replace(" ", ",") + "\n90,80,5\n").encode()
        )


def test_contours_that_enclose_nothing_are_above_nothing():
    line = shapely.LineString([(84, 28), (84, 29)])
    frame = shapely.box(84, 28, 84, 29)

    assert shakemap_contours.region_above(6.0, {6.0: line}, frame).is_empty
