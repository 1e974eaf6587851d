"""Opens doors for replies on demand, so that a test can kill them. Speaks lines on standard input and output.

`start PORT` forks a server, as `granian --interface rsgi sojourn.site.inbox_door:application` is, and prints its
process id, which is that of its group as well; `reap PID` waits for one that was killed. What takes long at the
start of Python is done once, so that many kills take little time.
"""

import os
import sys
import threading
import time

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")

from sojourn.site import inbox_door

inbox_door.open_store().close()  # the settings and the driver of the database are read once


def _end_with(opener):
    """Outlive no test: one that was stopped leaves no server behind."""
    while os.getppid() == opener:
        time.sleep(0.5)
    os.killpg(os.getpid(), 9)


def start(port):
    """Fork a server with its worker in a group of their own."""
    opener = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        threading.Thread(target=_end_with, args=(opener,), daemon=True).start()
        Server(
            "sojourn.site.inbox_door:application",
            address="127.0.0.1",
            port=port,
            interface=Interfaces.RSGI,
            workers=1,
            log_level=LogLevels.critical,
        ).serve()
        os._exit(1)
    os.setpgid(pid, pid)  # here as well: it may be killed before it comes to that
    return pid


def main():
    for line in sys.stdin:
        word, number = line.split()
        answer = start(int(number)) if word == "start" else os.waitpid(int(number), 0)[1]
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
