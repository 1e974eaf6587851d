"""Opens a stranger's file in a process of its own: little memory, little time, no secrets, no other process.

A file that makes a decoder ask for gigabytes, or turn in circles, ends that process and not the site.
"""

import resource
import subprocess
import sys
import tempfile
from typing import Final

from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import say

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 30
ANSWER_BYTES: Final = 512 * 1024 * 1024
OPEN_FILES: Final = 32


def run_limited(module: str, content: bytes, *arguments: str) -> bytes:
    """Return what a decoder of this package answers to ``content`` on its standard output.

    Nothing of our environment goes along, so no key can be read there. The answer goes through a
    file whose size the kernel bounds. Raises Unreadable when the decoder broke or took too long.
    """
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-I",
                    "-X",
                    "utf8",
                    "-m",
                    f"sojourn.exchange.{module}",
                    *arguments,
                ],
                input=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(say("file_too_slow")) from error
        if done.returncode != 0:
            raise Unreadable(say("file_too_much_inside"))
        answer.seek(0)
        return answer.read()


def confine() -> None:
    """Put bounds on the present process; its first deed, before it reads a byte."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
