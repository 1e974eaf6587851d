"""The backend of many machines: Celery on RabbitMQ carries the key of the job, the row stays the truth.

Start workers with `celery -A sojourn.site.celery_app worker`. Needs `pip install celery`.
"""

from typing import Final
from uuid import UUID

from celery import Celery
from django.db import close_old_connections, transaction

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.jobs.models import Job

TASK_NAME: Final = "sojourn.run_job"
QUEUE: Final = "sojourn.jobs"


class OnCelery:
    """Publishes the key of a job when its transaction is committed."""

    runs_here = False

    def __init__(self, broker_url: str) -> None:
        self.app = celery_app(broker_url)

    def enqueue(self, job: Job) -> None:
        """Tell the broker after the commit, never before."""
        key, run_after = str(job.pk), job.run_after
        priority = (job.priority + 100) * 9 // 200

        def publish() -> None:
            self.app.send_task(TASK_NAME, args=[key], eta=run_after, priority=priority)

        transaction.on_commit(publish, robust=True)


def celery_app(broker_url: str) -> Celery:
    """Return a Celery application that acknowledges late and loses nothing when a worker dies."""
    app = Celery("sojourn", broker=broker_url)
    app.conf.update(
        task_default_queue=QUEUE,
        task_queue_max_priority=9,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        task_publish_retry_policy={"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5},
        enable_utc=True,
    )

    app.task(name=TASK_NAME)(run_job)
    return app


def run_job(key: str) -> bool:
    """Run one job in a Celery worker; False when another has it or it is done."""
    from sojourn.foundation.jobs import runner

    close_old_connections()
    return runner.run_one(worker=f"celery-{uuid7().hex[:24]}", only=UUID(key))
