"""One decoder that runs apart from the site, as it does there: within its memory, five seconds an input.

    python -m tests.fuzz.apart TARGET FIRST LAST COUNTER

What it decodes is native code, so inputs are damaged files and not chosen by coverage. The number of
the input is written down before each, so that whoever started this knows which one ended it.
"""

import os
import random
import resource
import signal
import sys
from pathlib import Path

from sojourn.exchange.limited_process import MEMORY_BYTES
from tests.fuzz.mutations import damaged
from tests.fuzz.targets import READ, REFUSED, TARGETS

SECONDS = 5
BROKEN = 70


def main() -> int:
    """Give a target the inputs from FIRST up to LAST."""
    name, first, last, counter = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    target = TARGETS[name]
    seeds = target.seeds()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    descriptor = os.open(counter, os.O_WRONLY)
    for number in range(first, last):
        os.pwrite(descriptor, number.to_bytes(8, "big"), 0)
        data = damaged(random.Random(f"{name} {number}"), seeds)
        signal.alarm(SECONDS)  # nobody handles it: a hang ends the process
        try:
            answer = target.read(data)
        except MemoryError:
            answer = REFUSED
        signal.alarm(0)
        if answer not in {READ, REFUSED}:
            return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
