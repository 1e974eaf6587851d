"""Officers who take the next case at the same moment, on connections of their own."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from sojourn.foundation.caseload.models import Case
from sojourn.response.triage import operations
from sojourn.response.triage.operations import Said

CASES = 12


@pytest.fixture
def on_own_connection(tmp_path):
    """A function that calls another on a connection of its thread.

    SQLite keeps the test database in memory, where threads share one lock; they get it as a file, as users do.
    """
    file = tmp_path / "cases.sqlite3"

    def _run(deed, *args):
        own = connections["default"]
        if own.vendor == "sqlite":
            own.settings_dict = {**own.settings_dict, "NAME": str(file)}
        try:
            return deed(*args)
        finally:
            own.close()

    def _prepare():
        if connection.vendor == "sqlite":
            copy = sqlite3.connect(file)
            connection.connection.backup(copy)
            copy.close()
        return _run

    return _prepare


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_officers_at_once_never_get_the_same_case(officers_and_queue, on_own_connection, round_):
    officers, queue, noon = officers_and_queue
    run = on_own_connection()
    start = threading.Barrier(len(officers))

    def take(user):
        start.wait(timeout=30)
        taken = []
        while (got := operations.take_next(queue=queue.all(), by=user, at=noon)) is not None:
            taken.append(got.pk)
        return taken

    with ThreadPoolExecutor(len(officers)) as pool:
        taken = [
            calling.result(timeout=60)
            for calling in [pool.submit(run, take, user) for user in officers]
        ]
        held = pool.submit(
            run, lambda: [Case.objects.filter(assigned_to=user).count() for user in officers]
        ).result(timeout=60)

    together = [key for keys in taken for key in keys]
    assert len(together) == len(set(together)) == CASES
    assert held == [len(keys) for keys in taken]


@pytest.fixture
def officers_and_queue(register, open_case, ask, officer, second_officer):
    """Two officers and a queue of cases that nobody holds."""
    for number in range(CASES):
        case = ask(open_case(register(f"Person {number}")), Said("documents"))
    queue = Case.objects.filter(crisis=case.crisis, priority__isnull=False).order_by(
        "priority", "due_at", "id"
    )
    return (officer, second_officer), queue, case.opened_at
