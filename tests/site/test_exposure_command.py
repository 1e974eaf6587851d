import csv
import json

import pytest

from sojourn.site.exposure_command import run

SQUARE = {"type": "Polygon", "coordinates": [[[84, 27], [86, 27], [86, 29], [84, 29], [84, 27]]]}
INNER = {"type": "Polygon", "coordinates": [[[85, 27], [86, 27], [86, 28], [85, 28], [85, 27]]]}


@pytest.fixture
def footprint(tmp_path):
    path = tmp_path / "area.geojson"
    features = [
        {"type": "Feature", "properties": {"level": level, "name": name}, "geometry": geometry}
        for level, name, geometry in ((6, "strong", SQUARE), (8, "severe", INNER))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def people(tmp_path):
    def write(*rows):
        path = tmp_path / "people.csv"
        path.write_text("\n".join(["id,latitude,longitude,accuracy_km,observed_at", *rows, ""]))
        return path

    return write


def answers(path):
    with path.open(newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_people_get_their_band_answer_and_probability(footprint, people, tmp_path, capsys):
    out = tmp_path / "out.csv"
    status = run(
        [
            str(footprint),
            str(
                people(
                    "inner,27.5,85.5,,2015-04-25T00:00",
                    "outer,28.5,84.5,,",
                    "border,27,84.5,,",
                    "blurred,26.99,84.5,10,",
                    "close,26.8,84.5,,",
                    "old,27.5,85.5,,2010-01-01",
                    "away,20,84,,",
                )
            ),
            *("--out", str(out), "--near", "50", "--too-old", "365", "--at", "2015-07-24T00:00"),
        ]
    )
    told = capsys.readouterr()

    assert status == 1, "the footprint does not say when it was made, and that is told"
    assert told.out == ""
    got = answers(out)
    assert got[0] == ("inner", "8", "inside", "0.5")
    assert got[1] == ("outer", "6", "inside", "1")
    assert got[2] == ("border", "6", "inside", "1")
    assert got[3][:3] == ("blurred", "6", "possible")
    assert got[4] == ("close", "", "near", "0")
    assert got[5][:3] == ("old", "8", "too_old")
    assert got[6] == ("away", "", "outside", "0")


def test_a_bad_row_is_kept_as_unknown_and_its_problem_is_located(
    footprint, people, tmp_path, capsys
):
    out = tmp_path / "out.csv"
    status = run([str(footprint), str(people("a,27.5,85.5,,", "b,north,85,,")), "--out", str(out)])

    assert status == 1
    assert answers(out) == [("a", "8", "inside", "1"), ("b", "", "unknown", "")]
    assert "people.csv:3: latitude: “north” is not a number of degrees." in capsys.readouterr().err


def test_json_counts_by_band_and_brings_the_people_when_no_file_is_asked_for(
    footprint, people, capsys
):
    run([str(footprint), str(people("a,27.5,85.5,,", "b,0,1,,")), "--json"])
    shown = json.loads(capsys.readouterr().out)

    assert [(band["level"], band["people"]) for band in shown["bands"]] == [(6, 0), (8, 1)]
    assert shown["answers"]["inside"] == 1
    assert shown["answers"]["outside"] == 1
    assert [one["answer"] for one in shown["people"]] == ["inside", "outside"]


def test_what_is_of_no_use_is_refused_with_status_2(footprint, people, tmp_path, capsys):
    nothing = tmp_path / "nothing.csv"

    assert run([str(footprint), str(nothing)]) == 2
    assert run([str(nothing), str(people("a,1,1,,"))]) == 2
    nothing.write_bytes(b"id,latitude,longitude\n\xff\xfe,1,2\n")
    assert run([str(footprint), str(nothing)]) == 2
    nothing.write_text("name,where\nx,y\n")
    assert run([str(footprint), str(nothing)]) == 2
    assert run([str(footprint), str(people("a,1,1,,")), "--out", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) >= 5
    with pytest.raises(SystemExit) as stop:
        run([str(footprint)])
    assert stop.value.code == 2


def test_a_real_shakemap_grid_gives_the_bands_of_its_cells(shared_data, people, tmp_path):
    out = tmp_path / "out.csv"
    grid = shared_data / "earthquakes" / "pisco2007_usp000fjta_grid_mmi4plus.csv"
    table = people("pisco,-13.71,-76.20,,", "lima,-12.05,-77.04,,", "rio,-22.9,-43.2,,")
    run([str(grid), str(table), "--out", str(out)])
    bands = {one: band for one, band, _, _ in answers(out)}

    assert int(bands["pisco"]) >= 7
    assert 4 <= int(bands["lima"]) < int(bands["pisco"])
    assert bands["rio"] == ""


ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>N-1</identifier>
<sender>dhm@example.org</sender><sent>2015-04-25T06:30:00+00:00</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><info><category>Geo</category><event>Earthquake</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty><area>
<areaDesc>Kathmandu valley</areaDesc><circle>27.7,85.3 40</circle></area></info></alert>"""


def test_ages_are_counted_when_the_alert_was_sent_and_a_later_position_is_fresh(
    people, tmp_path, capsys
):
    alert, out = tmp_path / "alert.xml", tmp_path / "out.csv"
    alert.write_text(ALERT)
    status = run(
        [
            str(alert),
            str(
                people(
                    "then,27.7,85.3,,2015-04-25T06:30:00+00:00",
                    "after,27.7,85.3,,2015-04-29T00:00:00+00:00",
                    "never,27.7,85.3,,2099-01-01",
                )
            ),
            *("--out", str(out)),
        ]
    )
    told = capsys.readouterr().err

    assert status == 1
    assert "Ages are counted at 2015-04-25 06:30 UTC" in told
    assert "observed_at" in told
    assert [row[3] for row in answers(out)] == ["1", "1", "1"]
