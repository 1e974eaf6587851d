"""Places are found by whole codes and whole names only."""

import pytest
from shapely.geometry import Point, shape

from sojourn.exchange import gazetteer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NE", "NER"),
        ("NER", "NER"),
        ("562", "NER"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Guinea", "GIN"),
        ("Papua New Guinea", "PNG"),
        ("guinea-bissau", "GNB"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Sverige", "SWE"),
        ("नेपाल", "NPL"),
        ("日本", "JPN"),
        ("Bosnia & Herzegovina", "BIH"),
        ("Côte d'Ivoire", "CIV"),
        ("The Gambia", "GMB"),
        ("Russia", "RUS"),
        ("Kosovo", "XKX"),
    ],
)
def test_a_country_is_known_by_code_and_by_whole_name(text, code):
    assert gazetteer.country_code(text) == code


@pytest.mark.parametrize("text", ["", "Nig", "Southeast Of Honshu", "ZZ", "New Guin", "Korea Sea"])
def test_part_of_a_name_is_no_name(text):
    assert gazetteer.country(text) is None


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [("NPL", 27.7, 85.3), ("SGP", 1.35, 103.82), ("BHR", 26.2, 50.55), ("FJI", -17.8, 178.0)],
)
def test_a_countrys_outline_holds_its_capital(code, lat, lon):
    place = gazetteer.country(code)

    assert place is not None
    assert shape(place.geometry).buffer(0.05).contains(Point(lon, lat))


def test_every_outline_is_valid_and_every_country_of_the_standard_but_a_few_has_one():
    missing = {c for c in gazetteer._codes().values() if gazetteer.country(c) is None}
    # Parts of France, Norway and the Netherlands are drawn with them by Natural Earth.
    assert missing <= {"BES", "BVT", "CCK", "CXR", "GLP", "GUF", "MTQ", "MYT", "REU", "SJM", "TKL"}
    assert all(shape(place.geometry).is_valid for place in gazetteer._countries().values())


def test_a_shape_tells_the_countries_it_touches_the_largest_share_first():
    ring = [[84, 27.2], [85, 27.2], [85, 28], [84, 28], [84, 27.2]]
    border = {"type": "Polygon", "coordinates": [ring]}

    assert gazetteer.countries_touching(border) == ["NPL", "IND"]
    assert gazetteer.countries_touching({"type": "Point", "coordinates": [85.3, 27.7]}) == ["NPL"]
    assert gazetteer.countries_touching({"type": "Point", "coordinates": [-150, -40]}) == []


def test_a_part_of_a_country_is_known_by_its_code():
    place = gazetteer.placed("ISO 3166-2", "au-nsw")

    assert place is not None
    assert place.name == "New South Wales"
    assert shape(place.geometry).contains(Point(151.0, -33.8))


@pytest.mark.parametrize(
    "scheme", ["ISO 3166-1", "iso3", "Country", "ISO3166-1:alpha-2", "country code"]
)
def test_schemes_are_known_however_they_are_written(scheme):
    place = gazetteer.placed(scheme, "np")

    assert place is not None
    assert place.code == "NPL"


@pytest.mark.parametrize(
    "scheme", ["FIPS6", "UGC", "SAME", "profile:CAP-CP:Location:0.3", "CDNevent"]
)
def test_schemes_of_one_agency_are_not_guessed(scheme):
    assert not gazetteer.knows_scheme(scheme)
    assert gazetteer.placed(scheme, "US") is None
