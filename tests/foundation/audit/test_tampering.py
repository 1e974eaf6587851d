"""Whoever has every right on the database is found out, and where: edits, drops, swaps, cuts, whole histories."""

import os
import random

import pytest
from django.db import transaction

from sojourn.foundation.audit import operations, queries
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Seal
from sojourn.foundation.audit.terms import Flaw
from tests.foundation.audit.insider import BESIDE, Insider

pytestmark = pytest.mark.django_db

DEEDS = int(os.environ.get("SOJOURN_MUTATIONS", "1000"))  # 10,000 by night
SIZE = 24


def points_to(problem, number):
    """Whether a problem names an event, or a stretch that it is in."""
    if number == BESIDE:
        return problem.flaw == Flaw.NEVER_SEALED
    return problem.number <= number <= max(problem.number, problem.last)


def test_every_deed_of_an_insider_is_found_and_where(chain):
    assert queries.verify(kept=chain).is_sound
    chance, seen = random.Random(20260301), {}
    for _turn in range(DEEDS):
        with transaction.atomic():
            deed, bent = Insider(chance, SIZE).bend()
            problems = queries.verify(kept=chain).problems
            transaction.set_rollback(True)
        found = any(points_to(problem, number) for problem in problems for number in bent)
        counted = seen.setdefault(deed, [0, 0])
        counted[0] += 1
        counted[1] += found
        assert found, (deed, bent, [str(problem) for problem in problems])
    assert queries.verify(kept=chain).is_sound
    assert len(seen) == len([name for name in dir(Insider) if name.startswith("do_")])


def test_one_edit_is_told_of_once_and_exactly(chain):
    AuditEvent.objects.filter(pk=Seal.objects.get(number=9).event_id).update(by="user:somebody")

    [problem] = queries.verify(kept=chain).problems

    assert (problem.flaw, problem.number) == (Flaw.EVENT_CHANGED, 9)
    assert str(Seal.objects.get(number=9).event_id) in str(problem)


def test_a_tail_that_was_cut_is_told_of_by_the_checkpoint_that_is_kept_elsewhere_only(chain):
    keys = list(Seal.objects.filter(number__gt=15).values_list("event_id", flat=True))
    Seal.objects.filter(number__gt=15).delete()
    AuditEvent.objects.filter(pk__in=keys).delete()
    Checkpoint.objects.filter(size__gt=15).delete()

    assert queries.verify().is_sound  # what the database alone can say
    [problem] = queries.verify(kept=chain).problems
    assert (problem.flaw, problem.number, problem.last) == (Flaw.TAIL_CUT, 16, 24)
    assert "24.note" in str(problem)


def test_the_sealer_keeps_a_checkpoint_outside_the_database_by_itself(chain):
    keys = list(Seal.objects.filter(number__gt=15).values_list("event_id", flat=True))
    Seal.objects.filter(number__gt=15).delete()
    AuditEvent.objects.filter(pk__in=keys).delete()
    Checkpoint.objects.filter(size__gt=15).delete()

    [kept] = queries.kept_here()
    assert (kept.size, kept.source) == (24, "2026-03-01.note")
    assert [problem.flaw for problem in queries.verify(kept=[kept]).problems] == [Flaw.TAIL_CUT]


def test_words_on_paper_find_a_rewritten_history(chain, some_event):
    from sojourn.exchange.checkpoints import read_checkpoint
    from sojourn.exchange.signed_note import read_note

    said = read_checkpoint(read_note(Checkpoint.objects.get(size=24).note))
    paper = queries.mark_on_paper(f"{said.size} {' '.join(said.words)}")
    assert queries.verify(kept=[paper]).is_sound

    Insider(random.Random(1), SIZE).do_write_another_history()

    assert queries.verify().is_sound
    [problem] = queries.verify(kept=[paper]).problems
    assert (problem.flaw, problem.number, problem.last) == (Flaw.REWRITTEN, 1, 24)


def test_a_rewritten_stretch_is_narrowed_down_to_between_two_checkpoints(chain):
    Insider(random.Random(3), SIZE).edit(
        AuditEvent.objects.get(pk=Seal.objects.get(number=11).event_id)
    )
    Insider(random.Random(3), SIZE).reseal(11)

    problems = queries.verify(kept=chain).problems

    assert {(problem.flaw, problem.number, problem.last) for problem in problems} == {
        (Flaw.REWRITTEN, 8, 15),
        (Flaw.REWRITTEN, 8, 24),
    }


@pytest.mark.parametrize(
    ("bend", "flaw"),
    [
        (lambda note: note.replace("\n24\n", "\n23\n"), Flaw.NOT_SIGNED),
        (lambda note: note.replace("sojourn.audit", "another.audit"), Flaw.NOT_SIGNED),
        (lambda note: note.rpartition("\n\n")[0], Flaw.UNREADABLE),
        (lambda note: "", Flaw.UNREADABLE),
    ],
)
def test_a_checkpoint_in_the_database_that_was_bent_is_told_of(chain, bend, flaw):
    last = Checkpoint.objects.get(size=24)
    Checkpoint.objects.filter(size=24).update(note=bend(last.note))

    problems = queries.verify(kept=chain).problems

    assert [(problem.flaw, problem.source) for problem in problems] == [(flaw, "24")]


def test_a_right_checkpoint_under_another_size_is_told_of(chain):
    Checkpoint.objects.filter(size=24).update(size=23)

    assert [problem.flaw for problem in queries.verify().problems] == [Flaw.NOT_SIGNED]


def test_a_checkpoint_signed_by_somebody_else_does_not_count(chain, settings, tmp_path):
    settings.SIGNING_KEY_FILE = tmp_path / "signing.key"
    Checkpoint.objects.all().delete()
    operations.checkpoint(at=AuditEvent.objects.latest("at").at)
    forged = Checkpoint.objects.get()
    settings.SIGNING_KEY_FILE = settings.MASTER_KEY_FILE.with_name("signing.key")

    mark = queries.mark_in(forged.note, source="forged.note")

    assert mark.flaw == Flaw.NOT_SIGNED


@pytest.mark.parametrize(
    "value", ["not json", "[]", "17", '{"a": NaN, "b": [', "[" * 100_000, '{"a":"\\ud800"}']
)
def test_an_event_that_cannot_even_be_read_is_told_of_as_changed(chain, value):
    from django.db import connection

    if connection.vendor == "postgresql" and value not in {"[]", "17"}:
        pytest.skip("PostgreSQL keeps nothing but JSON in such a column")
    key = Seal.objects.get(number=5).event_id
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(
            "UPDATE audit_auditevent SET keys = %s WHERE id = %s",
            [value, key if connection.vendor == "postgresql" else key.hex],
        )
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")

    [problem] = queries.verify(kept=chain).problems

    assert (problem.flaw, problem.number) == (Flaw.EVENT_CHANGED, 5)


def test_many_problems_are_counted_and_not_all_listed(chain, monkeypatch):
    from sojourn.foundation.audit.queries import verification

    monkeypatch.setattr(verification, "MOST_TOLD", 5)
    AuditEvent.objects.update(by="user:somebody")

    verdict = queries.verify(kept=chain)

    assert (len(verdict.problems), verdict.more) == (5, SIZE - 5)
