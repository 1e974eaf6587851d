"""Pages on alerts: status and words, for those who may and those who may not."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.preparedness.alerts.conftest import cap, gdacs

from sojourn.preparedness.alerts import operations, queries
from sojourn.preparedness.alerts.models import Alert, Feed

pytestmark = pytest.mark.django_db

UNPLACED = "<geocode><valueName>UGC</valueName><value>NPZ001</value></geocode>"
CORNERS = "27, 85\n27, 86\n28, 86"


@pytest.fixture
def desk(client, officer):
    """The browser of the duty officer."""
    client.force_login(officer)
    return client


def file(name, data):
    return SimpleUploadedFile(name, data)


def drop(desk, *files):
    return desk.post(reverse("alerts:read_files"), {"chosen": list(files)})


def test_the_list_shows_what_is_in_force(desk, take_in):
    take_in(cap(expires="2099-01-01T00:00:00+00:00"))
    take_in(cap("N-2", expires="2020-01-01T00:00:00+00:00"))

    assert desk.get(reverse("alerts:alerts")).content.decode().count("Strong earthquake") == 1
    assert (
        desk.get(reverse("alerts:alerts"), {"past": "1"}).content.decode().count("Strong earth")
        == 2
    )


def test_an_empty_list_says_what_to_do(desk):
    assert "Add a feed, or read a file" in desk.get(reverse("alerts:alerts")).content.decode()


def test_a_file_dropped_on_the_page_leads_to_its_alert(desk):
    answer = drop(desk, file("quake.xml", cap()))

    assert answer.status_code == 302
    assert answer.url == reverse("alerts:alert", args=[Alert.objects.get().pk])


def test_a_bad_file_does_not_take_the_good_ones_with_it(desk):
    answer = drop(
        desk, file("a.xml", cap()), file("bad.xml", b"<alert>\n&x;</alert>"), file("g.xml", gdacs())
    )

    words = answer.content.decode()
    assert answer.status_code == 200
    assert Alert.objects.count() == 2
    assert "bad.xml" in words
    assert "line 2" in words


def test_only_bad_files_are_refused_with_their_reason(desk):
    answer = drop(desk, file("bad.xml", b"<!DOCTYPE a><a/>"))

    assert answer.status_code == 422
    assert "document type" in answer.content.decode()


def test_no_file_at_all_is_told(desk):
    assert desk.post(reverse("alerts:read_files"), {}).status_code == 422


def test_the_alert_page_shows_every_language_and_the_signature(desk, take_in, shared_data):
    data = (shared_data / "cap" / "ca_eccc_snowfall_2013_signed_en_fr.xml").read_bytes()
    alert = take_in(data)
    words = desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()

    assert 'lang="en-CA"' in words
    assert 'lang="fr-CA"' in words
    assert "Signature cannot be checked" in words
    assert "No certificate of this sender" in words


def test_every_real_alert_has_a_page_and_a_map(desk, officer, noon, shared_data):
    from sojourn.exchange.reading import Unreadable

    for folder in ("cap", "gdacs", "earthquakes", "cyclones"):
        for path in sorted((shared_data / folder).iterdir()):
            try:
                operations.ingest_file(name=path.name, data=path.read_bytes(), by=officer, at=noon)
            except Unreadable:
                continue
    for alert in Alert.objects.order_by("format", "pk").distinct():
        assert desk.get(reverse("alerts:alert", args=[alert.pk])).status_code == 200
        drawn = desk.get(reverse("alerts:map_data", args=[alert.pk])).json()
        assert drawn["footprint"]["type"] == "FeatureCollection"


def test_an_area_that_is_not_placed_is_drawn_on_the_page(desk, take_in):
    alert = take_in(cap(area=UNPLACED))
    page = reverse("alerts:alert", args=[alert.pk])
    assert "Area not placed" in desk.get(page).content.decode()

    answer = desk.post(
        reverse("alerts:area", args=[alert.pk]),
        {"drawn_for": "Kathmandu valley", "drawing": CORNERS},
    )

    assert answer.url == page
    assert "drawn by an officer" in desk.get(page).content.decode()
    features = desk.get(reverse("alerts:map_data", args=[alert.pk])).json()["footprint"]["features"]
    assert [feature["properties"]["label"] for feature in features] == ["Kathmandu valley"]


def test_a_drawing_without_an_inside_is_refused_on_the_same_page(desk, take_in):
    alert = take_in(gdacs("Red"))
    answer = desk.post(reverse("alerts:area", args=[alert.pk]), {"drawing": "27 85"})

    assert answer.status_code == 422
    assert "at least three corners" in answer.content.decode()


def test_bands_are_drawn_from_mild_to_worst(desk, take_in):
    def band(level):
        ring = [[0, 0], [level, 0], [level, level], [0, 0]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"level": level}, "geometry": geometry}

    bands = [band(level) for level in (5, 6, 7)]
    alert = take_in(json.dumps({"type": "FeatureCollection", "features": bands}).encode())

    features = desk.get(reverse("alerts:map_data", args=[alert.pk])).json()["footprint"]["features"]
    assert [feature["properties"]["level"] for feature in features] == [1, 3, 5]


def test_a_point_is_a_mark_on_the_map_and_not_an_area_to_be_placed(desk, take_in):
    alert = take_in(gdacs("Red"))
    drawn = desk.get(reverse("alerts:map_data", args=[alert.pk])).json()

    assert [post["name"] for post in drawn["posts"]] == ["Place of the event"]
    words = desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "No footprint yet" in words
    assert "Area not placed" not in words


def test_the_frame_of_a_map_is_not_offered_in_place_of_measured_bands(desk, take_in, shared_data):
    path = shared_data / "earthquakes" / "pisco2007_usp000fjta_grid_mmi4plus.csv"
    alert = take_in(path.read_bytes(), name=path.name)
    page = desk.get(reverse("alerts:alert", args=[alert.pk]))

    assert page.context["form"]["areas"].initial == []
    assert "MMI VIII, severe" in page.content.decode()
    chosen = desk.post(reverse("alerts:area", args=[alert.pk]), {"drawing": ""})
    assert chosen.status_code == 422


def test_the_way_back_to_the_source_is_on_the_page(desk, take_in):
    alert = take_in(cap())
    url = reverse("alerts:as_the_source_says", args=[alert.pk])
    assert url not in desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    desk.post(reverse("alerts:area", args=[alert.pk]), {"drawing": CORNERS})
    assert url in desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()

    desk.post(url)

    assert queries.present_footprint(alert.event).source == "areas"


def test_the_original_is_given_back_byte_for_byte_and_never_shown(desk, take_in):
    alert = take_in(cap(), name='x"\r\ny.xml')
    answer = desk.get(reverse("alerts:original", args=[alert.pk]))

    assert answer.content == cap()
    assert answer["Content-Disposition"] == 'attachment; filename="x___y.xml"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_recalled_alert_says_so(desk, take_in):
    alert = take_in(cap())
    take_in(cap("N-3", "Cancel", references="dhm@example.org,N-1,2026-03-01T11:00:00+00:00"))

    words = desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "The sender took this message back" in words


def test_words_of_a_message_are_never_markup(desk, take_in):
    alert = take_in(cap(place="&lt;script&gt;alert(1)&lt;/script&gt;"))

    assert (
        "<script>alert(1)"
        not in desk.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    )


def test_a_feed_is_added_paused_resumed_and_asked(desk, settings):
    settings.ALERT_FEED_NETWORKS = ["127.0.0.0/8"]
    facts = {"name": "Hydrology", "url": "http://127.0.0.1:9/x", "interval_min": 5}
    assert desk.post(reverse("alerts:add_feed"), facts).status_code == 302
    feed = Feed.objects.get()

    desk.post(reverse("alerts:pause_feed", args=[feed.pk]))
    assert "Paused" in desk.get(reverse("alerts:feeds")).content.decode()
    desk.post(reverse("alerts:resume_feed", args=[feed.pk]))
    desk.post(reverse("alerts:ask_feed", args=[feed.pk]))
    feed.refresh_from_db()
    assert not feed.is_paused


def test_a_feed_in_our_own_network_is_refused_in_words(desk, settings):
    settings.ALERT_FEED_NETWORKS = []
    facts = {"name": "x", "url": "http://10.0.0.1/", "interval_min": 5}
    answer = desk.post(reverse("alerts:add_feed"), facts)

    assert answer.status_code == 422
    assert "private network" in answer.content.decode()
    assert desk.post(reverse("alerts:add_feed"), {"name": "x"}).status_code == 422


def test_a_feed_that_fails_is_shown_with_its_reason(desk, officer, noon):
    feed = operations.add_feed(
        name="x", url="http://example.org/", interval_min=5, certificates="", by=officer, at=noon
    )
    Feed.objects.filter(pk=feed.pk).update(failures=2, last_failure="The answer is too large.")

    assert "1 feed does not answer" in desk.get(reverse("alerts:alerts")).content.decode()
    assert "The answer is too large" in desk.get(reverse("alerts:feeds")).content.decode()
    assert (
        "The answer is too large"
        in desk.get(reverse("alerts:feed", args=[feed.pk])).content.decode()
    )


def test_a_certificate_that_is_none_is_refused_beside_its_field(desk, officer, noon):
    feed = operations.add_feed(
        name="x", url="http://example.org/", interval_min=5, certificates="", by=officer, at=noon
    )
    url = reverse("alerts:trust", args=[feed.pk])

    assert desk.post(url, {"certificates": "trust me"}).status_code == 422
    assert desk.post(url, {"certificates": ""}).status_code == 302


def test_wardens_partners_and_administrators_have_no_way_in(
    client, warden, caseworker, administrator, host_officer, take_in
):
    alert = take_in(cap())
    for user in (warden, caseworker, administrator, host_officer):
        client.force_login(user)
        assert client.get(reverse("alerts:alerts")).status_code == 403
        assert client.get(reverse("alerts:alert", args=[alert.pk])).status_code == 403


def test_a_post_officer_reads_alerts_and_not_the_feeds(client, consul, take_in):
    client.force_login(consul)
    alert = take_in(cap())

    assert client.get(reverse("alerts:alert", args=[alert.pk])).status_code == 200
    assert client.get(reverse("alerts:feeds")).status_code == 403


def test_the_pages_read_in_arabic_too(desk, take_in):
    alert = take_in(cap())
    answer = desk.get(reverse("alerts:alert", args=[alert.pk]), headers={"accept-language": "ar"})

    assert 'dir="rtl"' in answer.content.decode()
    assert queries.every_alert().get() == alert
