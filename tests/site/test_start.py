"""The first start, the way in, and the processes that are kept."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role
from sojourn.site import first_start
from sojourn.site.databases import database_from
from sojourn.site.processes import Keeper, Process
from sojourn.site.secrets import secret_in


@pytest.mark.django_db
def test_the_first_start_makes_two_logins_and_the_next_ones_make_none(tmp_path, noon):
    file = tmp_path / "first-login"
    for _start in range(2):
        first_start.prepare_logins(file=file, at=noon)
    roles = {user.username: user.memberships.get().role for user in User.objects.all()}
    assert roles == {
        "duty": Role.DUTY_OFFICER,
        "protect": Role.DATA_PROTECTION_OFFICER,
        "admin": Role.ADMINISTRATOR,
    }
    assert [login[0] for login in first_start.logins_to_print(file)] == [
        "duty",
        "protect",
        "admin",
    ]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_a_password_that_was_changed_is_not_printed_any_more(tmp_path, noon):
    file = tmp_path / "first-login"
    first_start.prepare_logins(file=file, at=noon)
    duty = User.objects.get(username="duty")
    duty.set_password("another one entirely")
    duty.save()
    assert [login[0] for login in first_start.logins_to_print(file)] == ["protect", "admin"]


def test_a_secret_is_made_once_by_however_many_processes(tmp_path):
    file = tmp_path / "secret.key"
    program = (
        f"from pathlib import Path; from sojourn.site.secrets import secret_in; "
        f"print(secret_in(Path({str(file)!r})))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = {process.communicate()[0].strip() for process in running}
    assert said == {secret_in(file)}
    assert file.stat().st_mode & 0o077 == 0


def test_the_addresses_of_databases_are_read():
    sqlite = database_from("", home=Path("/home/of/it"))
    assert sqlite["NAME"] == "/home/of/it/sojourn.sqlite3"
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in sqlite["OPTIONS"]["init_command"]
    postgresql = database_from("postgres://me:p%40ss@db:6543/name", home=Path())
    assert (postgresql["USER"], postgresql["PASSWORD"], postgresql["PORT"]) == (
        "me",
        "p@ss",
        "6543",
    )
    with pytest.raises(ValueError, match="mysql"):
        database_from("mysql://db/name", home=Path())


def _until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_process_that_dies_is_started_again_and_all_end_together():
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    keeper = Keeper([Process("a", sleeper), Process("b", sleeper)], environment={})
    keeper.start()
    first = keeper.processes[0].running
    first.kill()
    first.wait()
    keeper.look()
    assert keeper.processes[0].running is None
    keeper.processes[0].start_after = 0.0
    keeper.start()
    again = keeper.processes[0].running
    assert again.pid != first.pid
    keeper.end()
    assert _until(lambda: all(p.running.poll() is not None for p in keeper.processes))


def test_a_process_that_keeps_dying_waits_longer_each_time():
    keeper = Keeper([Process("a", [sys.executable, "-c", "raise SystemExit(3)"])], environment={})
    pauses = []
    for _death in range(3):
        keeper.processes[0].start_after = 0.0
        keeper.start()
        keeper.processes[0].running.wait()
        keeper.look()
        pauses.append(keeper.processes[0].pause_seconds)
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
