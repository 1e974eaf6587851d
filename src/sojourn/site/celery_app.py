"""The Celery application: `celery -A sojourn.site.celery_app worker` runs the jobs of `SOJOURN_JOBS=celery`."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")
django.setup()

from sojourn.foundation.jobs.backends.celery import celery_app  # noqa: E402  # Django must be set up first

app = celery_app(settings.JOBS_BROKER_URL)
