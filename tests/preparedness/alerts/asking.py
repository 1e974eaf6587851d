"""A real server that answers as it is told, and a feed that asks it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.preparedness.alerts.made_alerts import cap

from sojourn.preparedness.alerts import operations


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
