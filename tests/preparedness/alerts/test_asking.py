"""Feeds are asked over real HTTP on the loopback: conditional, bounded, with a growing pause."""

import contextlib
import gzip
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.preparedness.alerts.conftest import cap

from sojourn.foundation.audit.models import AuditEvent
from sojourn.preparedness.alerts import operations, queries
from sojourn.preparedness.alerts.feeds import CannotFetch, addresses, http
from sojourn.preparedness.alerts.models import Alert, Feed


class Answers(BaseHTTPRequestHandler):
    """Answers as its server's script says; notes what was asked."""

    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        status, headers, body = self.server.script(self)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in body:
            try:
                self.wfile.write(piece)
            except OSError:
                return

    def log_message(self, *_args):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    running.asked = []
    running.script = lambda _request: (200, {"ETag": '"1"'}, [cap()])
    running.url = f"http://127.0.0.1:{running.server_port}/alerts.xml?all=1"
    thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def loopback(settings):
    settings.ALERT_FEED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def feed(db, loopback, server, officer, noon):
    return operations.add_feed(
        name="Hydrology", url=server.url, interval_min=5, certificates="", by=officer, at=noon
    )


def test_a_feed_that_is_due_is_asked_and_its_alerts_are_taken_in(feed, server, noon):
    assert operations.poll_due_feeds(at=noon) == 1

    feed.refresh_from_db()
    assert Alert.objects.get().feed == feed
    assert (feed.etag, feed.failures, feed.last_failure) == ('"1"', 0, "")
    assert feed.next_ask_at == noon + timedelta(minutes=5)
    assert AuditEvent.objects.get(what="alert.received").by == "system:feeds"


def test_a_feed_is_not_asked_before_it_is_due(feed, server, noon):
    operations.poll_due_feeds(at=noon)

    assert operations.poll_due_feeds(at=noon + timedelta(minutes=4)) == 0
    assert len(server.asked) == 1


def test_the_second_time_only_what_changed_is_asked_for(feed, server, noon):
    operations.poll_due_feeds(at=noon)
    server.script = lambda _request: (304, {}, [])
    operations.poll_due_feeds(at=noon + timedelta(minutes=5))

    feed.refresh_from_db()
    assert server.asked[1]["If-None-Match"] == '"1"'
    assert feed.answered_at == noon + timedelta(minutes=5)
    assert Alert.objects.count() == 1


def test_the_date_of_the_last_change_is_sent_back_too(feed, server, noon):
    server.script = lambda _request: (
        200,
        {"Last-Modified": "Sun, 01 Mar 2026 11:00:00 GMT"},
        [cap()],
    )
    operations.poll_due_feeds(at=noon)
    operations.poll_due_feeds(at=noon + timedelta(minutes=5))

    assert server.asked[1]["If-Modified-Since"] == "Sun, 01 Mar 2026 11:00:00 GMT"


def test_after_each_failure_the_pause_doubles_and_a_good_answer_ends_it(feed, server, noon):
    server.script = lambda _request: (503, {}, [])
    at, pauses = noon, []
    for _ in range(4):
        operations.poll_due_feeds(at=at)
        feed.refresh_from_db()
        pauses.append((feed.next_ask_at - at).total_seconds() / 60)
        at = feed.next_ask_at
    assert pauses == [10, 20, 40, 80]
    assert "503" in feed.last_failure

    server.script = lambda _request: (200, {}, [cap()])
    operations.poll_due_feeds(at=at)
    feed.refresh_from_db()
    assert (feed.failures, feed.last_failure) == (0, "")


def test_a_hostile_answer_is_a_failure_and_nothing_is_taken_in(feed, server, noon):
    server.script = lambda _request: (
        200,
        {},
        [b"<!DOCTYPE a [<!ENTITY b 'c'>]><alert>&b;</alert>"],
    )
    operations.poll_due_feeds(at=noon)

    feed.refresh_from_db()
    assert "document type" in feed.last_failure
    assert not Alert.objects.exists()


def test_a_server_that_is_gone_is_a_failure(feed, server, noon):
    server.shutdown()
    server.server_close()
    operations.poll_due_feeds(at=noon)

    feed.refresh_from_db()
    assert feed.failures == 1
    assert "does not answer" in feed.last_failure


def test_an_answer_without_end_is_cut_off_at_the_limit(loopback, server, monkeypatch):
    monkeypatch.setattr(http, "MAX_BYTES", 100_000)
    server.script = lambda _request: (200, {}, (b"x" * 65_536 for _ in range(1_000)))

    with pytest.raises(CannotFetch, match="too large"):
        http.fetch(server.url)


def test_a_sender_that_drips_is_cut_off_in_time(loopback, server, monkeypatch):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.2)
    rest = threading.Event()

    def drip():
        while not rest.wait(0.05):
            yield b"x"

    server.script = lambda _request: (200, {}, drip())
    with pytest.raises(CannotFetch, match=r"too long|does not answer"):
        http.fetch(server.url)
    rest.set()


@pytest.fixture
def raw_server():
    """A server that does on each connection what a function says, below HTTP."""
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()
    threads = []

    def serve(deed):
        def take():
            while not stop.is_set():
                try:
                    connection, _peer = listening.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    deed(connection, stop)

        threads.append(threading.Thread(target=take, daemon=True))
        threads[0].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/x"

    yield serve
    stop.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    for thread in threads:
        thread.join(5)


def dripping(connection, stop):
    """Headers that never end, one byte now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not stop.wait(0.02):
        connection.sendall(b"x")


def silent(_connection, stop):
    stop.wait(5)


def half(connection, _stop):
    connection.recv(1_000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<alert")


@pytest.mark.parametrize("deed", [dripping, silent])
def test_headers_that_never_end_are_cut_off_in_time(loopback, raw_server, monkeypatch, deed):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)

    with pytest.raises(CannotFetch, match="too long"):
        http.fetch(raw_server(deed))


def test_a_handshake_that_never_ends_is_cut_off_in_time(loopback, raw_server, monkeypatch):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)

    with pytest.raises(CannotFetch, match="too long"):
        http.fetch(raw_server(silent).replace("http:", "https:"))


def test_half_an_answer_is_none(loopback, raw_server):
    with pytest.raises(CannotFetch, match="IncompleteRead"):
        http.fetch(raw_server(half))


def test_an_answer_that_was_packed_without_being_asked_for_is_refused(loopback, server):
    bomb = gzip.compress(b"0" * 100_000_000)
    server.script = lambda _request: (200, {"Content-Encoding": "gzip"}, [bomb])

    with pytest.raises(CannotFetch, match="packed"):
        http.fetch(server.url)


def test_a_name_is_looked_up_once_and_what_was_found_is_asked(loopback, server, monkeypatch):
    """A name that leads elsewhere the second time (DNS rebinding) leads nowhere."""
    real, looked_up = socket.getaddrinfo, []

    def changing(host, *facts, **more):
        if host != "rebinding.example":
            return real(host, *facts, **more)
        looked_up.append(host)
        return real("127.0.0.1" if len(looked_up) == 1 else "169.254.169.254", *facts, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    http.fetch(server.url.replace("127.0.0.1", "rebinding.example"))

    assert looked_up == ["rebinding.example"]
    assert server.asked[0]["Host"].startswith("rebinding.example:")


def test_a_name_with_one_bad_address_among_good_ones_is_refused(monkeypatch, settings):
    settings.ALERT_FEED_NETWORKS = []
    real = socket.getaddrinfo

    def both(_host, *facts, **more):
        return [*real("93.184.216.34", *facts, **more), *real("10.0.0.1", *facts, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(CannotFetch, match="private network"):
        addresses.resolve("http://two-faced.example/")


def test_another_host_learns_nothing_of_the_last_time(loopback, server):
    other = server.url.replace("127.0.0.1", "localhost")

    def script(request):
        if request.headers["Host"].startswith("127."):
            return 302, {"Location": other}, []
        return 200, {}, [cap()]

    server.script = script
    http.fetch(server.url, etag='"1"', last_modified="Sun, 01 Mar 2026 11:00:00 GMT")

    first, second = server.asked
    assert first["If-None-Match"] == '"1"'
    assert not {"If-None-Match", "If-Modified-Since", "Cookie", "Authorization"} & set(second)


def test_a_redirect_to_a_file_is_refused(loopback, server):
    server.script = lambda _request: (302, {"Location": "file:///etc/passwd"}, [])

    with pytest.raises(CannotFetch, match="http"):
        http.fetch(server.url)


def test_a_redirect_to_this_machine_is_refused(settings, server):
    """The operator opened one address and not the others of the machine."""
    settings.ALERT_FEED_NETWORKS = ["127.0.0.1/32"]
    server.script = lambda _request: (302, {"Location": "http://127.0.0.2/admin"}, [])

    with pytest.raises(CannotFetch, match="private network"):
        http.fetch(server.url)


def test_what_is_kept_for_the_next_time_is_one_short_line(loopback, server):
    server.script = lambda _request: (200, {"ETag": "a" * 5_000}, [cap()])

    assert len(http.fetch(server.url).etag) <= http.MOST_KEPT


def test_redirects_are_followed_a_few_times_only(loopback, server):
    server.script = lambda _request: (302, {"Location": "/again"}, [])

    with pytest.raises(CannotFetch, match="without end"):
        http.fetch(server.url)
    assert len(server.asked) == http.MOST_REDIRECTS + 1


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
