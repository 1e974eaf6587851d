import numpy as np
import pytest
import shapely

from sojourn.exchange.alerts.shape import Grid
from sojourn.methods.exposure.search import bands_at
from sojourn.response.exposure.rules import footprint_of, level_word

BOX = shapely.geometry.mapping(shapely.box(0, 0, 4, 4))
SMALL = shapely.geometry.mapping(shapely.box(1, 1, 2, 2))


def at(footprint, *pairs):
    lon, lat = np.array(pairs, float).T
    return bands_at(footprint, lon, lat).tolist()


def test_graded_bands_come_mildest_first():
    alert = {
        "bands": [
            {"level": 7, "label": "very strong", "geometry": SMALL},
            {"level": 5, "label": "moderate", "geometry": BOX},
        ]
    }
    found = footprint_of(alert)

    assert [band.level for band in found.footprint.bands] == [5, 7]
    assert at(found.footprint, (1.5, 1.5), (3, 3), (9, 9)) == [1, 0, -1]


def test_areas_become_bands_by_severity_each_once_in_whatever_language():
    areas = [{"description": "here", "geometry": BOX}]
    alert = {
        "infos": [
            {"language": "en", "event": "Flood", "severity": "Severe", "areas": areas},
            {"language": "fr", "event": "Crue", "severity": "Severe", "areas": areas},
            {
                "severity": "Extreme",
                "areas": [{"circle": {"lat": 1, "lon": 1, "radius_km": 20}, "description": ""}],
            },
            {"severity": "nonsense", "areas": [{"description": "Atlantis", "geometry": None}]},
        ]
    }
    found = footprint_of(alert)

    assert [(band.level, band.label) for band in found.footprint.bands] == [
        (3, "Flood"),
        (4, "Extreme"),
    ]
    assert at(found.footprint, (1, 1.1), (3, 3)) == [1, 0]
    assert found.problems == ("The area “Atlantis” is not placed.",)


@pytest.mark.parametrize("north_first", [False, True])
def test_a_grid_is_looked_up_whichever_way_its_rows_run(north_first):
    values = np.array([[4.0, 5], [6, 7]])
    grid = Grid(10, 21, 1, -1, values[::-1].copy()) if north_first else Grid(10, 20, 1, 1, values)
    alert = {"bands": [{"level": level, "label": "", "geometry": BOX} for level in (5, 7)]}

    found = footprint_of(alert, grid)
    assert at(found.footprint, (10, 20), (11, 20), (10, 21), (11, 21), (15, 20)) == [
        -1, 0, 0, 1, -1,
    ]  # fmt: skip


def test_a_grid_without_grades_does_not_make_everyone_exposed():
    grid = Grid(10, 20, 1, 1, np.ones((3, 3)))

    assert footprint_of({"bands": []}, grid).footprint.shapes() == []


def test_a_band_that_cannot_be_drawn_is_told():
    found = footprint_of({"bands": [{"level": 5, "label": "odd", "geometry": {"type": "Blob"}}]})

    assert found.footprint.bands == ()
    assert "odd" in found.problems[0]


@pytest.mark.parametrize(("level", "word"), [(7.0, "7"), (7.5, "7.5"), (0, "0")])
def test_a_level_is_written_short(level, word):
    assert level_word(level) == word
