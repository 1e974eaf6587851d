"""Which addresses may be asked, and what a feed does from day to day."""

from datetime import timedelta

import pytest
from tests.preparedness.alerts.conftest import cap

from sojourn.preparedness.alerts import operations, queries
from sojourn.preparedness.alerts.feeds import CannotFetch, addresses, http
from sojourn.preparedness.alerts.models import Alert, Feed


def test_a_redirect_into_a_private_network_is_refused(loopback, server):
    server.script = lambda _request: (302, {"Location": "http://169.254.169.254/latest/"}, [])

    with pytest.raises(CannotFetch, match="private network"):
        http.fetch(server.url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/feed",
        "http://192.168.0.1/feed",
        "http://169.254.169.254/",
        "http://localhost/feed",
        "http://0.0.0.0/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://[fd00::1]/",
        "http://[fe80::1%25lo]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "gopher://example.org/",
        "HTTP://LOCALHOST/",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://user:secret@example.org/",
        "http://",
        "http://example.org:99999/",
        "http://example.org/a b",
        "nonsense",
    ],
)
def test_addresses_that_must_not_be_asked_are_refused(settings, url):
    settings.ALERT_FEED_NETWORKS = []

    with pytest.raises(CannotFetch):
        addresses.resolve(url)


def test_a_feed_inside_our_own_network_cannot_be_added(db, settings, officer, noon):
    settings.ALERT_FEED_NETWORKS = []

    with pytest.raises(operations.CannotAddFeed, match="private network"):
        operations.add_feed(
            name="x", url="http://10.0.0.1/", interval_min=5, certificates="", by=officer, at=noon
        )
    assert not Feed.objects.exists()


def test_a_text_that_is_no_certificate_is_refused(feed, officer, noon):
    with pytest.raises(operations.CannotAddFeed, match="PEM"):
        operations.trust_certificates(feed=feed, certificates="trust me", by=officer, at=noon)


def test_a_paused_feed_is_left_alone_until_it_is_resumed(feed, server, officer, noon):
    operations.pause_feed(feed=feed, by=officer, at=noon)
    assert operations.poll_due_feeds(at=noon + timedelta(hours=1)) == 0

    operations.resume_feed(feed=feed, by=officer, at=noon + timedelta(hours=1))
    assert operations.poll_due_feeds(at=noon + timedelta(hours=1)) == 1


def test_two_askers_ask_once(feed, server, noon):
    stale = Feed.objects.get(pk=feed.pk)
    assert operations.ask_feed(feed=feed, at=noon)
    assert not operations.ask_feed(feed=stale, at=noon)
    assert len(server.asked) == 1


def test_feeds_are_listed_with_what_they_brought(feed, noon):
    operations.poll_due_feeds(at=noon)

    assert [(one.name, one.brought) for one in queries.feeds()] == [("Hydrology", 1)]


FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
<id>f</id><entry><id>urn:1</id><title>Quake</title><updated>2026-03-01T11:00:00+00:00</updated>
<author><name>dhm@example.org</name></author><link type="application/cap+xml" href="{link}"/>
<cap:event>Earthquake</cap:event><cap:severity>Severe</cap:severity>
<cap:areaDesc>Kathmandu valley</cap:areaDesc></entry></feed>"""


def test_a_message_that_is_only_summed_up_is_fetched_and_takes_the_summarys_place(
    feed, server, noon
):
    link = server.url.replace("alerts.xml", "message.xml")

    def script(request):
        body = cap() if "message" in request.path else FEED.format(link=link).encode()
        return 200, {}, [body]

    server.script = script
    operations.poll_due_feeds(at=noon)

    summary = Alert.objects.get(identifier="urn:1")
    whole = Alert.objects.get(identifier="N-1")
    assert summary.replaced_by == whole
    assert summary.event == whole.event
    assert queries.present_footprint(whole.event).alert == whole
    operations.poll_due_feeds(at=noon + timedelta(minutes=5))
    assert len(server.asked) == 3


def test_a_summary_whose_message_does_not_come_stays_and_is_tried_again(feed, server, noon):
    link = server.url.replace("alerts.xml", "message.xml")

    def script(request):
        if "message" in request.path:
            return 404, {}, []
        return 200, {}, [FEED.format(link=link).encode()]

    server.script = script
    operations.poll_due_feeds(at=noon)
    operations.poll_due_feeds(at=noon + timedelta(minutes=5))

    assert Alert.objects.get().replaced_by is None
    assert len(server.asked) == 4
    feed.refresh_from_db()
    assert feed.failures == 0


def test_a_link_into_our_own_network_is_not_followed(feed, server, noon):
    server.script = lambda _request: (200, {}, [FEED.format(link="http://10.0.0.1/x").encode()])
    operations.poll_due_feeds(at=noon)

    assert Alert.objects.count() == 1
    assert len(server.asked) == 1
