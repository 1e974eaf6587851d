"""Whatever happens to a file on its way, the reader answers: alerts with problems, or a refusal."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import as_json
from sojourn.exchange.reading import Unreadable

CAP = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>X</identifier>
<sender>s</sender><sent>2026-03-01T12:00:00+05:45</sent><status>Actual</status>
<msgType>Update</msgType><scope>Public</scope><references>s,1,2026-03-01T12:00:00-00:00</references>
<info><language>ne</language><category>Geo</category><event>E</event><urgency>Past</urgency>
<severity>Minor</severity><certainty>Likely</certainty><expires>2026-03-02T12:00:00+05:45</expires>
<area><areaDesc>A</areaDesc><polygon>27,85 27,86 28,86 28,85 27,85</polygon>
<circle>27.7,85.3 50</circle><geocode><valueName>iso3</valueName><value>NPL</value></geocode>
</area></info></alert>"""
GDACS = b"""<rss xmlns:gdacs="http://www.gdacs.org" xmlns:georss="http://www.georss.org/georss">
<channel><item><title>t</title><pubDate>Sun, 29 Dec 2019 12:00:00 GMT</pubDate>
<gdacs:eventtype>EQ</gdacs:eventtype><gdacs:eventid>1</gdacs:eventid>
<gdacs:bbox>170 -170 -20 -10</gdacs:bbox><georss:point>-15 175</georss:point>
<gdacs:alertlevel>Red</gdacs:alertlevel><gdacs:country>Fiji</gdacs:country></item></channel></rss>"""
USGS = b"""{"type":"FeatureCollection","metadata":{"api":"1"},"features":[{"type":"Feature","id":"us1",
"properties":{"mag":5,"net":"us","code":"1","time":1507169038804,"updated":1507177082996,
"alert":"red","place":"x"},"geometry":{"type":"Point","coordinates":[-98.7,36.4,4.8]}}]}"""
CONTOURS = b"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"value":5},
"geometry":{"type":"MultiLineString","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],[[2,2],[3,3]]]}},
{"type":"Feature","properties":{"value":6},"geometry":{"type":"MultiLineString","coordinates":
[[[0.2,0.2],[0.8,0.2],[0.8,0.8],[0.2,0.2]]]}}]}"""
GEOJSON = b"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"level":5},
"geometry":{"type":"Polygon","coordinates":[[[179,0],[181,0],[181,1],[179,0]]]}}]}"""
GRID = b"""<shakemap_grid event_id="e"><event lat="1" lon="2"/><grid_specification nlon="2" nlat="2"/>
<grid_field name="LON"/><grid_field name="LAT"/><grid_field name="MMI"/>
<grid_data>84 29 5 85 29 6 84 28 7 85 28 8</grid_data></shakemap_grid>"""
TRACK = b"""SID,ISO_TIME,LAT,LON,USA_WIND,USA_R34_NE,USA_R34_SE,USA_R34_SW,USA_R34_NW
S1,2016-02-20 00:00:00,-17,179.5,100,100,90,80,70
S1,2016-02-20 06:00:00,-17,-179.5,100,100,90,80,70"""
SEEDS = [CAP, GDACS, USGS, CONTOURS, GEOJSON, GRID, TRACK]

PIECES = st.sampled_from(
    [b"", b"<", b">", b"&", b"\x00", b"\xff", b"nan", b"1e999", b"-", b"99999999999999999999", b'"', b"[",
     b"]", b"{", b"}", b",", b"null", b"<a>", b"</alert>", b"&#0;", b"&x;", b"<!DOCTYPE a>", b"<!--", b"90", b"-180"]
)  # fmt: skip


@st.composite
def broken(draw):
    """A good file with some cuts, some doubled parts and some foreign pieces."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        middle = draw(st.one_of(PIECES, st.binary(max_size=6), st.just(data[start:end] * 2)))
        data = data[:start] + middle + data[end:]
    return data


def answer(data):
    """Return how it ended; anything but a reading or a refusal rises."""
    try:
        reading = read_alerts("fuzz", data)
    except Unreadable as refusal:
        return "refused" if refusal.problem else "refused without a word"
    for alert in reading.rows:
        json.loads(json.dumps(as_json(alert), allow_nan=False))
    return "read"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_good_files_are_read(seed):
    assert answer(seed) == "read"


@settings(max_examples=600, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_a_broken_file_is_read_or_refused_and_never_a_crash(data):
    assert answer(data) in ("read", "refused")


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=400))
def test_noise_is_refused(data):
    assert answer(data) in ("read", "refused")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=5)), min_size=1, max_size=5),
    pick=st.integers(0, 100),
)
def test_real_files_that_were_damaged_are_read_or_refused(shared_data, cuts, pick):
    files = sorted((shared_data / "cap").iterdir()) + sorted((shared_data / "gdacs").iterdir())
    data = files[pick % len(files)].read_bytes()
    for share, piece in cuts:
        at = int(share * len(data))
        data = data[:at] + piece + data[at + len(piece) :]
    assert answer(data) in ("read", "refused")


def test_a_stream_of_nothing_is_refused():
    with pytest.raises(Unreadable, match="empty"):
        read_alerts("x", io.BytesIO().read())
