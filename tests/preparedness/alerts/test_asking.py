"""Feeds are asked over real HTTP on the loopback: conditional, bounded, with a growing pause."""

import contextlib
import gzip
import socket
import threading
from datetime import timedelta

import pytest
from tests.preparedness.alerts.conftest import cap

from sojourn.foundation.audit.models import AuditEvent
from sojourn.preparedness.alerts import operations
from sojourn.preparedness.alerts.feeds import CannotFetch, addresses, http
from sojourn.preparedness.alerts.models import Alert


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
