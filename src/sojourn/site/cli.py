"""The command `sojourn`: work on files without a database, and the site's own commands.

Exit status: 0 done, 1 done with problems shown, 2 unusable input or usage.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

FILE_COMMANDS: Final[dict[tuple[str, ...], str]] = {
    ("alerts", "read"): "sojourn.exchange.alerts.command",
    ("exposure",): "sojourn.site.exposure_command",
}
SITE_COMMANDS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("run",): ("run",),
    ("worker",): ("worker",),
    ("exercise",): ("exercise",),
    ("people", "import"): ("import_people",),
    ("audit", "verify"): ("verify_audit",),
    ("audit", "checkpoint"): ("checkpoint_audit",),
    ("audit", "cosign"): ("cosign_audit",),
    ("audit", "key"): ("audit_key",),
    ("keys",): ("keys",),
    ("manage",): (),
}
USAGE: Final = """usage: sojourn COMMAND …

  run                            start site and worker here, print the address and the way in
  exercise SCENARIO              play a crisis with a synthetic population
  alerts read FILE…              any supported alert as JSON
  exposure FOOTPRINT PEOPLE      people inside each band, on files
  people import FILE             a roster into the register, with every problem located
  audit verify                   walk the hash chain and compare it with every checkpoint
  audit checkpoint               sign how far the audit trail goes, to be kept elsewhere
  audit cosign FILE              sign the checkpoint of another organisation, having seen it
  audit key                      print the public key that checkpoints are verified with
  keys status|master|rotate      replace the keys that seal what is kept
  worker                         send, receive and do background work until stopped
  manage COMMAND …               Django's own commands

`sojourn COMMAND --help` tells more about one of them.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    for length in (2, 1):
        name = tuple(words[:length])
        if name in FILE_COMMANDS:
            run: Callable[[list[str]], int] = import_module(FILE_COMMANDS[name]).run
            return run(words[length:])
        if name in SITE_COMMANDS:
            return _manage([*SITE_COMMANDS[name], *words[length:]])
    is_asked = bool({"-h", "--help", "help"}.intersection(words))
    (sys.stdout if is_asked else sys.stderr).write(USAGE)
    return 0 if is_asked else 2


def _manage(words: list[str]) -> int:
    """Run a command of Django. A CommandError is shown and becomes its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["sojourn", *words])
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
