"""Every real file is read whole, counted against an independent reading, or refused with a place."""

import io
import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from shapely.geometry import shape

from sojourn.exchange.alerts.command import run

KEYS = {
    *("format", "identifier", "sender", "sent", "status", "message_type", "references", "infos"),
    *("bands", "problems", "signature"),
}
INFO_KEYS = {
    *("language", "event", "categories", "urgency", "severity", "certainty", "onset", "expires"),
    *("headline", "description", "instruction", "areas"),
}
REFUSED = ("bad_tw_invalid_xmlns.xml", "bad_xxe_attack.xml", "ca_pelmorex_feed.atom")
FLAWED = ("bad_ca_errors.xml", "bad_invalid.xml", "bad_us_nws_errors.xml")
GAPS = ("edge_no_info.xml", "edge_no_optional_fields.xml")
LOCATED = re.compile(r":\d+: .{10,}")


def read(*files):
    """Return the exit status, the objects printed and the problem lines."""
    out, err = io.StringIO(), io.StringIO()
    status = run([*map(str, files), "--json"], out, err)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def local_names(path):
    tree = ElementTree.parse(path)
    return [element.tag.rsplit("}", 1)[-1] for element in tree.iter()]


def areas_of(alert):
    return [area for info in alert["infos"] for area in info["areas"]]


@pytest.fixture(scope="module")
def cap(shared_data):
    return shared_data / "cap"


def good_cap(cap):
    return [
        path
        for path in sorted(cap.iterdir())
        if path.name not in REFUSED and not path.name.endswith(".atom")
    ]


def test_every_cap_message_is_read_as_whole_as_an_independent_reader_counts_it(cap):
    files = good_cap(cap)
    assert len(files) >= 20
    for path in files:
        names = local_names(path)
        _, alerts, _ = read(path)
        infos = [info for alert in alerts for info in alert["infos"]]
        areas = [area for alert in alerts for area in areas_of(alert)]
        assert len(alerts) == names.count("alert"), path.name
        assert len(infos) == names.count("info"), path.name
        assert len(areas) == names.count("area"), path.name
        geocodes = sum(len(codes) for area in areas for codes in area["geocodes"].values())
        assert geocodes >= names.count("geocode") - empty_geocodes(path), path.name


def empty_geocodes(path):
    tree = ElementTree.parse(path)
    codes = [e for e in tree.iter() if e.tag.endswith("}geocode")]
    return sum(1 for e in codes if not "".join(v.text or "" for v in e if v.tag.endswith("}value")))


def test_every_word_of_a_cap_message_is_in_what_is_printed(cap):
    """Nothing in the source is dropped in silence: each text stands somewhere in the object."""
    for path in good_cap(cap):
        _, alerts, _ = read(path)
        printed = " ".join(json.dumps(alerts, ensure_ascii=False).split())
        for element in ElementTree.parse(path).iter():
            namespace, _, name = element.tag.rpartition("}")
            if "xmldsig" in namespace or name in ("polygon", "circle", "sent", "onset", "expires"):
                continue
            text = " ".join((element.text or "").split())
            for word in text.split()[:40]:
                plain = json.dumps(word, ensure_ascii=False)[1:-1]
                assert plain in printed, (path.name, name, word)


def test_every_shape_of_the_design_is_there_for_every_file(shared_data):
    for folder in ("cap", "gdacs", "earthquakes", "cyclones"):
        for path in sorted((shared_data / folder).iterdir()):
            status, alerts, said = read(path)
            assert status in (0, 1, 2)
            assert bool(said) == (status != 0), path.name
            assert bool(alerts) == (status != 2), path.name
            for alert in alerts:
                assert alert.keys() >= KEYS
                assert all(info.keys() >= INFO_KEYS for info in alert["infos"])
                levels = [band["level"] for band in alert["bands"]]
                assert levels == sorted(levels)
                for placed in (*areas_of(alert), *alert["bands"]):
                    if placed["geometry"] is not None:
                        assert shape(placed["geometry"]).is_valid, path.name


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_usable_alert_is_refused_with_its_line(cap, name):
    status, alerts, said = read(cap / name)

    assert (status, alerts) == (2, [])
    assert LOCATED.search(said)


@pytest.mark.parametrize("name", FLAWED)
def test_a_file_with_faults_is_read_and_each_fault_is_located(cap, name):
    status, alerts, said = read(cap / name)

    assert status == 1
    assert len(alerts) == 1
    assert LOCATED.search(said)


@pytest.mark.parametrize("name", GAPS)
def test_a_message_without_what_is_optional_is_accepted(cap, name):
    status, alerts, _ = read(cap / name)

    assert status in (0, 1)
    assert alerts[0]["identifier"]


def test_the_attack_is_named_as_what_it_is(cap):
    _, _, said = read(cap / "bad_xxe_attack.xml")

    assert "bad_xxe_attack.xml:3: The file declares a document type" in said


def test_a_bad_file_does_not_take_the_good_ones_with_it(cap):
    status, alerts, _ = read(cap / "bad_xxe_attack.xml", cap / "mx_conagua_cyclone_2018_es.xml")

    assert status == 2
    assert [alert["infos"][0]["language"] for alert in alerts] == ["es-419"]


def test_the_atom_files_give_one_alert_an_entry(cap):
    for path in sorted(cap.glob("*.atom")):
        if path.name in REFUSED:
            continue
        _, alerts, _ = read(path)
        assert len(alerts) == local_names(path).count("entry"), path.name


def test_languages_and_references_survive(cap):
    _, [alert], _ = read(cap / "ca_eccc_snowfall_2013_signed_en_fr.xml")

    assert [info["language"] for info in alert["infos"]] == ["en-CA", "fr-CA"]
    assert len(alert["references"]) == 9
    assert alert["signature"] == "cannot be checked"


def test_where_the_sender_draws_a_point_its_code_only_describes_it(cap):
    _, alerts, _ = read(cap / "au_bushfire_2011_edxlde.xml")

    assert alerts[0]["infos"][0]["areas"][0]["geometry"]["type"] == "Point"
    assert alerts[0]["infos"][0]["areas"][0]["geocodes"]["ISO 3166-2"] == ["AU-NSW"]


def test_every_event_of_gdacs_is_read_with_its_level_and_countries(shared_data):
    for path in sorted((shared_data / "gdacs").iterdir()):
        items = list(ElementTree.parse(path).iter("item"))
        _, alerts, _ = read(path)
        assert len(alerts) == len(items)
        for item, alert in zip(items, alerts, strict=True):
            level = item.findtext("{http://www.gdacs.org}alertlevel")
            assert alert["other"].get("alertlevel", [None])[0] == level
            assert alert["infos"][0]["areas"], path.name


def test_the_countries_of_a_drought_are_its_areas(shared_data):
    _, alerts, _ = read(shared_data / "gdacs" / "gdacs-rss-24h.xml")

    codes = [area["geocodes"]["iso3"][0] for area in areas_of(alerts[0])[1:]]
    assert codes == ["AGO", "BWA", "LSO", "MOZ", "NAM", "ZAF", "ZMB", "ZWE"]


def test_a_storm_across_the_date_line_is_cut_there(shared_data):
    _, alerts, _ = read(shared_data / "cyclones" / "ibtracs_seven_storms.csv")

    winston = next(a for a in alerts if "WINSTON" in a["infos"][0]["headline"])
    west, _, east, _ = shape(winston["infos"][0]["areas"][0]["geometry"]).bounds
    assert (west, east) == (-180.0, 180.0)
    assert len(alerts) == 7


def test_every_fix_of_a_storm_is_counted(shared_data):
    path = shared_data / "cyclones" / "ibtracs_seven_storms.csv"
    _, alerts, _ = read(path)

    rows = len(path.read_text().splitlines()) - 1
    assert sum(int(alert["infos"][0]["other"]["fixes"][0]) for alert in alerts) == rows


def test_every_node_of_the_pisco_grid_lies_in_the_bands_it_reaches(shared_data):
    import shapely

    path = shared_data / "earthquakes" / "pisco2007_usp000fjta_grid_mmi4plus.csv"
    _, [alert], _ = read(path)
    nodes = [line.split(",")[:3] for line in path.read_text().splitlines()[1:]]
    lon, lat, mmi = zip(*((float(a), float(b), float(c)) for a, b, c in nodes), strict=True)
    for band in alert["bands"]:
        inside = shapely.contains_xy(shape(band["geometry"]), lon, lat)
        assert inside.tolist() == [value >= band["level"] for value in mmi]


def test_the_earthquakes_of_the_usgs_carry_pagers_colour(shared_data):
    _, alerts, _ = read(shared_data / "earthquakes" / "usgs_all_day_excerpt_2017.geojson")

    assert alerts[0]["identifier"] == "ak16989295"
    assert alerts[0]["infos"][0]["severity"] == "Minor"
    assert alerts[0]["event_key"] == "usgs:ak16989295"


def test_the_contours_of_new_madrid_become_nested_bands(shared_data):
    _, [alert], _ = read(shared_data / "earthquakes" / "newmadrid_scenario_cont_mmi.json")

    shapes = [shape(band["geometry"]) for band in alert["bands"]]
    assert len(shapes) == 11
    for milder, worse in pairwise(shapes):
        assert worse.difference(milder).area < 1e-6 * max(worse.area, 1e-9) + 1e-7
        assert worse.area < milder.area
