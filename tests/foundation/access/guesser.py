"""A process that tries again and again at one moment, and prints how often it was let through."""

import os
import sys
from datetime import UTC, datetime, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "sojourn.site.settings"
django.setup()

from django.db import connection  # noqa: E402

from sojourn.foundation.access import throttle  # noqa: E402
from sojourn.foundation.access.models import Allowance  # noqa: E402

if sys.argv[1] == "make table":
    with connection.schema_editor() as editor:
        editor.create_model(Allowance)
else:
    limit = throttle.Limit("guesses", 10, timedelta(minutes=1))
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    sys.stdin.readline()
    passed = [throttle.take(limit, "198.51.100.7", at=at) == 0 for _ in range(int(sys.argv[1]))]
    sys.stdout.write(f"{sum(passed)}\n")
