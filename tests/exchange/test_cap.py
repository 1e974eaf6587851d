"""CAP messages written for one rule each."""

import random

import pytest
from shapely.geometry import Point, shape

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.reading import Unreadable

SPACE = "urn:oasis:names:tc:emergency:cap:1.2"


def message(area="", info="", head="", sent="2026-03-01T12:00:00+05:45", scope="Public"):
    return f"""<alert xmlns="{SPACE}">
<identifier>X-1</identifier><sender>dhm@example.org</sender><sent>{sent}</sent>
<status>Actual</status><msgType>Alert</msgType><scope>{scope}</scope>{head}
<info><language>ne</language><category>Geo</category><event>Earthquake</event>
<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>{info}
<area><areaDesc>Kathmandu</areaDesc>{area}</area></info></alert>"""


def read_one(text):
    [alert] = read_alerts("x.xml", text.encode()).rows
    return alert


def area_of(text):
    alert = read_one(text)
    return alert.infos[0].areas[0], [problem.problem for problem in alert.problems]


def test_latitude_comes_first_in_cap_and_second_in_geojson():
    area, problems = area_of(message("<polygon>27,85 27,86 28,86 28,85 27,85</polygon>"))

    assert shape(area.geometry).contains(Point(85.5, 27.5))
    assert problems == []


def test_a_circle_is_kept_as_a_circle_beside_its_outline():
    area, problems = area_of(message("<circle>27.7,85.3 50</circle>"))

    assert (area.circles[0].lat, area.circles[0].lon, area.circles[0].radius_km) == (27.7, 85.3, 50)
    assert shape(area.geometry).contains(Point(85.3, 28.1))
    assert problems == []


def test_a_polygon_and_a_circle_are_one_area():
    area, _ = area_of(message("<polygon>0,0 0,1 1,1 1,0 0,0</polygon><circle>10,10 20</circle>"))

    assert shape(area.geometry).contains(Point(0.5, 0.5))
    assert shape(area.geometry).contains(Point(10, 10))


def test_a_polygon_across_the_date_line_is_cut_there():
    area, _ = area_of(message("<polygon>-18,177 -18,-178 -16,-178 -16,177 -18,177</polygon>"))

    outline = shape(area.geometry)
    assert outline.bounds == (-180, -18, 180, -16)
    assert outline.area == pytest.approx(10)
    assert outline.contains(Point(179, -17))
    assert not outline.contains(Point(0, -17))


def test_a_circle_round_the_pole_holds_the_pole():
    area, _ = area_of(message("<circle>89,0 500</circle>"))

    assert shape(area.geometry).covers(Point(120, 89.5))
    assert shape(area.geometry).is_valid


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        ("91,85 27,86 28,86 91,85", "not on Earth"),
        ("85,127 86,127 86,128 85,127 x", "not a latitude"),
        ("27,85 27,86 27,85", "fewer than three"),
        ("27,85 28,86 29,87 27,85", "no inside"),
        ("nan,85 28,86 29,87 27,85", "not a place on Earth"),
    ],
)
def test_a_polygon_that_cannot_be_read_is_a_problem_and_the_area_waits_to_be_drawn(polygon, words):
    area, problems = area_of(message(f"<polygon>{polygon}</polygon>"))

    assert area.geometry is None
    assert any(words in problem for problem in problems)
    assert any("area not placed" in problem for problem in problems)


def test_swapped_coordinates_are_guessed_in_words_only():
    _, problems = area_of(message("<polygon>127,35 127,36 128,36 127,35</polygon>"))

    assert any("perhaps they are swapped" in problem for problem in problems)


def test_a_ring_left_open_is_closed_and_told():
    area, problems = area_of(message("<polygon>27,85 27,86 28,86 28,85</polygon>"))

    assert shape(area.geometry).area == pytest.approx(1)
    assert any("not closed" in problem for problem in problems)


def test_an_outline_that_crosses_itself_is_repaired():
    area, _ = area_of(message("<polygon>0,0 1,1 0,1 1,0 0,0</polygon>"))

    assert shape(area.geometry).is_valid
    assert shape(area.geometry).area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("scheme", "value"), [("ISO 3166-1", "NPL"), ("country", "Nepal"), ("iso2", "NP")]
)
def test_a_code_of_a_known_scheme_becomes_an_area(scheme, value):
    code = f"<geocode><valueName>{scheme}</valueName><value>{value}</value></geocode>"
    area, problems = area_of(message(code))

    assert shape(area.geometry).contains(Point(84, 28))
    assert problems == []


def test_a_code_nobody_can_place_stays_visible():
    code = "<geocode><valueName>FIPS6</valueName><value>006037</value></geocode>"
    area, problems = area_of(message(code))

    assert area.geometry is None
    assert area.geocodes == {"FIPS6": ("006037",)}
    assert any(problem.startswith("area not placed") for problem in problems)


def test_a_wrong_code_of_a_known_scheme_is_told_beside_the_right_ones():
    codes = "".join(
        f"<geocode><valueName>iso3</valueName><value>{code}</value></geocode>"
        for code in ("NPL", "QQQ")
    )
    area, problems = area_of(message(codes))

    assert area.geometry is not None
    assert any("“QQQ” is no code" in problem for problem in problems)


@pytest.mark.parametrize(
    ("sent", "read", "problems"),
    [
        ("2026-03-01T12:00:00+05:45", "2026-03-01T12:00:00+05:45", 0),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00+00:00", 0),
        ("2026-03-01T12:00:00-00:00", "2026-03-01T12:00:00+00:00", 0),
        ("2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00", 1),
        ("yesterday", None, 1),
        ("", None, 1),
    ],
)
def test_times_carry_their_offset(sent, read, problems):
    alert = read_one(message("<circle>27,85 5</circle>", sent=sent))

    assert alert.sent == read
    assert len(alert.problems) == problems


def test_a_word_outside_the_standard_is_kept_and_told():
    alert = read_one(message("<circle>27,85 5</circle>", scope="Everybody"))

    assert alert.other["scope"] == ("Everybody",)
    assert [problem.line for problem in alert.problems] == [3]


def test_references_are_triples():
    head = (
        "<references>a@b,1,2026-01-01T00:00:00-00:00 a@b,2,2026-01-02T00:00:00-00:00</references>"
    )
    alert = read_one(message("<circle>27,85 5</circle>", head=head))

    assert [reference.split(",")[1] for reference in alert.references] == ["1", "2"]
    assert alert.problems == ()


def test_an_event_of_gdacs_in_cap_has_the_key_of_its_feed():
    info = "".join(
        f"<parameter><valueName>{name}</valueName><value>{value}</value></parameter>"
        for name, value in (("eventtype", "EQ"), ("eventid", "1196"))
    )

    assert read_one(message("<circle>27,85 5</circle>", info)).event_key == "gdacs:eq1196"


def test_another_namespace_is_not_cap():
    with pytest.raises(Unreadable, match="not the namespace of CAP"):
        read_alerts("x.xml", b"<alert xmlns='urn:other'/>")


def test_a_message_inside_rss_and_edxl_is_found():
    bare = message("<circle>27,85 5</circle>")
    rss = f"<rss><channel><item><title>t</title>{bare}</item></channel></rss>"
    edxl = (
        '<d:EDXLDistribution xmlns:d="urn:oasis:names:tc:emergency:EDXL:DE:1.0">'
        f"<d:senderID>hub@example.org</d:senderID><d:contentObject><d:xmlContent>"
        f"<d:embeddedXMLContent>{bare}</d:embeddedXMLContent></d:xmlContent></d:contentObject>"
        "</d:EDXLDistribution>"
    )

    assert read_one(rss).identifier == "X-1"
    assert read_one(edxl).other["EDXLDistribution/senderID"] == ("hub@example.org",)


def test_a_polygon_that_is_tangled_on_purpose_is_answered_with_its_hull_and_said_so():
    chance = random.Random(3)
    points = [(chance.uniform(20, 30), chance.uniform(80, 90)) for _ in range(1_500)]
    ring = " ".join(f"{lat:.4f},{lon:.4f}" for lat, lon in [*points, points[0]])
    area, problems = area_of(message(f"<polygon>{ring}</polygon>"))

    hull = shape(area.geometry).buffer(1e-4)
    assert all(hull.covers(Point(lon, lat)) for lat, lon in points)
    assert any("its hull is taken" in problem for problem in problems)
