"""The same task, one HTTP request a message, for Celery on RabbitMQ and dramatiq on Redis. Used by benchmarks.outbox.

Runs in an environment of its own that has celery, dramatiq and redis; knows nothing of Sojourn. The address of
the gateway comes from BENCH_GATEWAY, the brokers from BENCH_AMQP and BENCH_REDIS.
"""

import os
import sys
import threading
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit
from uuid import uuid4

GATEWAY = urlsplit(os.environ.get("BENCH_GATEWAY", "http://127.0.0.1:9"))
AMQP = os.environ.get("BENCH_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/9")
TEXT = "Earthquake. Are you safe? Answer 1 if you are safe, 2 if you need help."
_kept = threading.local()


def post(key: str, to: str) -> None:
    """Send one message over a kept connection of this thread."""
    connection = getattr(_kept, "connection", None)
    if connection is None:
        connection = _kept.connection = HTTPConnection(GATEWAY.hostname, GATEWAY.port, timeout=10)
    path = f"/cgi-bin/sendsms?to={quote(to)}&text={quote(TEXT)}"
    connection.request("GET", path, headers={"Idempotency-Key": key})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 202:
        raise RuntimeError(f"the gateway answered {answer.status}")


if os.environ.get("BENCH_ENGINE") == "celery":
    from celery import Celery

    app = Celery("bench", broker=AMQP)
    app.conf.update(
        task_default_queue="sojourn.bench",
        task_acks_late=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=16,
        task_reject_on_worker_lost=True,
    )
    send = app.task(name="send")(post)

if os.environ.get("BENCH_ENGINE") == "dramatiq":
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=REDIS)
    dramatiq.set_broker(broker)
    send = dramatiq.actor(post, queue_name="sojourn-bench")


def main() -> None:
    """Write `N` messages into the queue of the engine."""
    for index in range(int(sys.argv[1])):
        key, to = str(uuid4()), f"+9779800{index:06}"
        if os.environ["BENCH_ENGINE"] == "celery":
            send.delay(key, to)
        else:
            send.send(key, to)


if __name__ == "__main__":
    main()
