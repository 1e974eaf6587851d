"""One deed and its trace: messages taken in, replaced, recalled, joined to their event."""

import pytest
from tests.preparedness.alerts.conftest import cap, gdacs

from sojourn.exchange.reading import Unreadable
from sojourn.foundation.audit.models import AuditEvent
from sojourn.preparedness.alerts import operations, queries
from sojourn.preparedness.alerts.models import Alert, Event, Footprint, Original
from sojourn.preparedness.alerts.terms import Force, Severity

pytestmark = pytest.mark.django_db


def test_a_message_is_kept_whole_with_its_bytes_and_audited(take_in):
    alert = take_in(cap())

    assert alert.content["infos"][0]["headline"] == "Strong earthquake"
    assert queries.bytes_of(alert) == ("alert.xml", cap())
    assert AuditEvent.objects.filter(what="alert.received").count() == 1
    assert AuditEvent.objects.filter(what="footprint.made").count() == 1


def test_the_same_message_twice_is_taken_in_once(take_in):
    first, again = take_in(cap()), take_in(cap(), name="other.xml")

    assert first == again
    assert Alert.objects.count() == Original.objects.count() == 1
    assert AuditEvent.objects.filter(what="alert.received").count() == 1


def test_a_bad_file_leaves_no_trace(take_in):
    with pytest.raises(Unreadable):
        take_in(b"<!DOCTYPE a><alert/>")

    assert not Original.objects.exists()


def test_an_update_replaces_what_it_refers_to(take_in, noon):
    first = take_in(cap())
    update = take_in(
        cap(
            "N-2",
            "Update",
            "2026-03-01T12:00:00+00:00",
            area="<circle>27.7,85.3 90</circle>",
            references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00",
        )
    )
    first.refresh_from_db()

    assert first.replaced_by == update
    assert first.event == update.event
    assert queries.force_of(first, at=noon) == Force.REPLACED
    footprint = queries.present_footprint(update.event)
    assert footprint.version == 2
    assert footprint.content["infos"][0]["areas"][0]["circle"]["radius_km"] == 90


def test_a_cancellation_recalls_and_the_event_is_over(take_in, noon):
    first = take_in(cap())
    cancel = take_in(
        cap("N-3", "Cancel", references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00")
    )
    first.refresh_from_db()

    assert first.recalled_by == cancel
    assert queries.force_of(first, at=noon) == Force.RECALLED
    assert Event.objects.get().recalled_at == noon
    assert AuditEvent.objects.filter(what="event.recalled").count() == 1


def test_a_cancellation_that_arrives_first_recalls_all_the_same(take_in):
    cancel = take_in(
        cap("N-3", "Cancel", references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00")
    )
    late = take_in(cap())

    assert late.recalled_by == cancel
    assert not Footprint.objects.exists()


def test_a_stranger_cannot_recall_by_leaving_references_out(take_in):
    first = take_in(cap())
    take_in(cap("N-9", "Cancel", sender="other@example.org"))
    first.refresh_from_db()

    assert first.recalled_by is None


def test_a_stranger_in_another_feed_cannot_recall_what_is_not_his(take_in, officer, noon):
    first = take_in(cap())
    strange = operations.add_feed(
        name="x",
        url="http://example.org/x",
        interval_min=5,
        certificates="",
        by=officer,
        at=noon,
    )
    theirs = "dhm@example.org,N-1,2026-03-01T11:00:00+00:00"
    take_in(cap("S-1", "Cancel", sender="s@example.com", references=theirs), feed=strange)
    first.refresh_from_db()

    assert first.recalled_by is None


def test_an_event_that_turns_from_green_to_red_is_the_same_event(take_in):
    green = take_in(gdacs("Green", "1"))
    red = take_in(gdacs("Red", "2", "Sat, 25 Apr 2015 07:30:00 GMT"))
    green.refresh_from_db()

    assert green.event == red.event
    assert (green.severity, red.severity) == (Severity.MINOR, Severity.EXTREME)
    assert green.replaced_by == red


def test_a_colour_that_changes_within_one_episode_is_a_new_version(take_in):
    take_in(gdacs("Green"))
    red = take_in(gdacs("Red"))

    assert Event.objects.count() == 1
    assert [alert.severity for alert in queries.alerts(at=red.received_at)] == [Severity.EXTREME]


def test_an_event_restated_with_a_new_date_is_no_new_version_and_leaves_no_bytes(take_in):
    first = take_in(gdacs("Red", date="Sat, 25 Apr 2015 06:30:00 GMT"))
    restated = gdacs("Red").replace(
        b"<pubDate>Sat, 25 Apr 2015 06:30:00 GMT", b"<pubDate>Sat, 25 Apr 2015 06:35:00 GMT"
    )

    assert take_in(restated) == first
    assert Alert.objects.count() == Original.objects.count() == 1


def test_a_level_that_falls_and_rises_again_ends_high(take_in, noon):
    for hour, level in ((6, "Red"), (7, "Orange"), (8, "Red"), (8, "Red")):
        take_in(gdacs(level, date=f"Sat, 25 Apr 2015 0{hour}:30:00 GMT"))

    assert Alert.objects.count() == 3
    assert [alert.severity for alert in queries.alerts(at=noon)] == [Severity.EXTREME]


def test_an_older_message_that_arrives_late_replaces_nothing(take_in):
    red = take_in(gdacs("Red", "2", "Sat, 25 Apr 2015 07:30:00 GMT"))
    green = take_in(gdacs("Green", "1", "Sat, 25 Apr 2015 06:30:00 GMT"))
    red.refresh_from_db()

    assert red.replaced_by is None
    assert green.replaced_by == red


def test_green_sorts_below_orange_below_red(take_in):
    levels = [take_in(gdacs(level)).severity for level in ("Green", "Orange", "Red")]
    order = list(Severity)

    assert [order.index(level) for level in levels] == sorted(
        order.index(level) for level in levels
    )
    assert len(set(levels)) == 3


def test_a_country_that_is_only_named_is_not_the_footprint(take_in):
    alert = take_in(gdacs("Red"))

    assert queries.present_footprint(alert.event) is None
    assert [area.description for area in queries.areas_of(alert) if area.is_placed] == [
        "Nepal (country the source names)"
    ]


def test_one_earthquake_under_two_ids_is_one_event(take_in, noon):
    def usgs(identifier, ids):
        return f"""{{"type":"FeatureCollection","metadata":{{"api":"1"}},"features":[{{"type":
"Feature","id":"{identifier}","properties":{{"mag":5,"net":"us","code":"1","ids":"{ids}",
"time":1507169038804,"updated":1507177082996,"place":"x","status":"reviewed"}},"geometry":
{{"type":"Point","coordinates":[-98.7,36.4,4.8]}}}}]}}""".encode()

    take_in(usgs("us1", ",us1,"))
    take_in(usgs("ak2", ",ak2,us1,"))

    assert Event.objects.count() == 1


def test_a_shakemap_joins_its_earthquake_and_nothing_coarser_replaces_its_bands(take_in):
    grid = b"""<shakemap_grid event_id="us1" process_timestamp="2026-03-01T11:00:00Z">
<event lat="28" lon="84" event_timestamp="2026-03-01T10:00:00Z"/>
<grid_specification nlon="2" nlat="2"/><grid_field name="LON"/><grid_field name="LAT"/>
<grid_field name="MMI"/><grid_data>84 29 5 85 29 6 84 28 7 85 28 8</grid_data></shakemap_grid>"""
    alert = take_in(grid, name="grid.xml")
    footprint = queries.present_footprint(alert.event)

    assert alert.event.key == "usgs:us1"
    assert footprint.grid.values.tolist() == [[7.0, 8.0], [5.0, 6.0]]
    assert [band["level"] for band in footprint.content["bands"]] == [4, 5, 6, 7, 8]


def test_text_that_no_database_keeps_is_cleaned(take_in):
    drawing = (
        '{"type":"Feature","properties":{"name":"a\\u0000b \\ud800"},"geometry":'
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}'
    )
    alert = take_in(drawing.encode(), name="drawn\x00.geojson")

    assert alert.content["infos"][0]["areas"][0]["description"] == "ab ?"


def test_an_exercise_message_is_marked(take_in):
    from sojourn.preparedness.alerts import rules

    assert rules.is_exercise(take_in(cap(status="Exercise")).status)
    assert not rules.is_exercise(take_in(cap("N-2")).status)


def test_expired_messages_leave_the_list_and_stay_in_the_history(take_in, noon):
    alert = take_in(cap(expires="2026-03-01T11:30:00+00:00"))

    assert queries.force_of(alert, at=noon) == Force.EXPIRED
    assert list(queries.alerts(at=noon)) == []
    assert list(queries.alerts(at=noon, with_past=True)) == [alert]


def test_every_real_file_is_taken_in_twice_with_the_same_result(shared_data, officer, noon):
    read = refused = 0
    for folder in ("cap", "gdacs", "earthquakes", "cyclones"):
        for path in sorted((shared_data / folder).iterdir()):
            try:
                first = operations.ingest_file(
                    name=path.name, data=path.read_bytes(), by=officer, at=noon
                )
            except Unreadable:
                refused += 1
                continue
            again = operations.ingest_file(
                name=path.name, data=path.read_bytes(), by=officer, at=noon
            )
            read += 1
            assert again.new == 0
            assert first.alerts == again.alerts
    assert (read, refused) == (36, 4)
