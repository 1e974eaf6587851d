"""One process of the sealing test: `prepare`, `write N`, `seal` until killed, `verify` (prints JSON)."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from sojourn.foundation.audit import operations, queries  # noqa: E402
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Pending, Seal  # noqa: E402
from sojourn.foundation.audit.terms import System  # noqa: E402


def prepare():
    call_command("migrate", "audit", verbosity=0)


def write(number):
    for count in range(int(number)):
        operations.record(
            what="person.read", about=None, by=System("tests"), at=now(), count=count, is_read=True
        )


def seal():
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        operations.seal(limit=7)
        operations.checkpoint(at=now())


def verify():
    while operations.seal():
        pass
    operations.checkpoint(at=now())
    verdict = queries.verify(kept=queries.kept_here())
    sys.stdout.write(
        json.dumps(
            {
                "problems": [str(problem) for problem in verdict.problems],
                "events": AuditEvent.objects.count(),
                "seals": Seal.objects.count(),
                "last": Seal.objects.latest("number").number,
                "waiting": Pending.objects.count(),
                "checkpoints": Checkpoint.objects.count(),
            }
        )
    )


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
