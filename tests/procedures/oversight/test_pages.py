"""The page Record: is the trail whole, who read what, and what may be kept elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now
from tests.conftest import _user

from sojourn.exchange.signed_note import read_note
from sojourn.foundation.access.models import Notice
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Seal, Verification
from sojourn.foundation.jobs import runner
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.procedures.oversight import tasks

pytestmark = pytest.mark.django_db
RECORD = reverse("oversight:record")


@pytest.fixture
def watcher(client, protector):
    client.force_login(protector)
    return client


@pytest.fixture
def signed(register, noon):
    """A person, and a chain with a checkpoint."""
    person = register()
    while audit.seal():
        pass
    audit.checkpoint(at=noon)
    return person


def look(person, by, at, what="person.read"):
    people.note_read(person=person, what=what, by=by, at=at, why="assistance")


def page(watcher, **asked):
    answer = watcher.get(RECORD, asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_the_page_says_how_the_chain_stands(watcher, signed):
    shown = page(watcher)

    assert "Last checkpoint" in shown
    assert f"{Checkpoint.objects.get().size} events signed" in shown


def test_without_a_checkpoint_there_is_nothing_to_take_away(watcher):
    assert "none yet" in page(watcher)
    assert watcher.get(reverse("oversight:checkpoint")).status_code == 404
    assert watcher.get(reverse("oversight:paper")).status_code == 404


def test_a_checkpoint_that_was_bent_breaks_no_page(watcher, signed):
    Checkpoint.objects.update(note="nothing")

    assert "none yet" in page(watcher)


def test_the_checkpoint_is_handed_out_and_noted(watcher, signed):
    answer = watcher.get(reverse("oversight:checkpoint"))

    assert str(read_note(answer.content.decode())) == Checkpoint.objects.get().note
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(what="checkpoint.taken").count() == 1


def test_on_paper_there_are_words_and_a_code(watcher, signed):
    shown = watcher.get(reverse("oversight:paper")).content.decode()

    assert "data:image/svg+xml" in shown
    assert "sojourn.audit/" in shown


def test_a_walk_is_asked_for_once_and_shown_when_it_is_done(watcher, signed):
    for _turn in range(2):
        assert watcher.post(reverse("oversight:verify")).status_code == 302
    assert Verification.objects.count() == 1
    assert "hx-trigger" in watcher.get(reverse("oversight:progress")).content.decode()

    assert runner.run_one(worker="tests")

    assert "The audit trail is whole" in watcher.get(reverse("oversight:progress")).content.decode()
    assert "The audit trail is whole" in page(watcher)
    assert not Notice.objects.exists()


def test_what_was_bent_is_shown_where_and_raises_a_notice(watcher, signed, state, protector):
    AuditEvent.objects.filter(pk=Seal.objects.get(number=2).event_id).update(by="user:x")
    watcher.post(reverse("oversight:verify"))
    runner.run_one(worker="tests")

    shown = page(watcher)
    assert "The audit trail was changed" in shown
    assert "Event 2 (" in shown
    notice = Notice.objects.get()
    assert (notice.kind, notice.organisation) == ("chain_bent", state)


def test_a_walk_is_made_once_a_day_by_itself(signed):
    tasks.verify_daily()
    tasks.verify_daily()
    assert Verification.objects.count() == 1

    Verification.objects.update(asked_at=now() - timedelta(days=2), finished_at=now())
    tasks.verify_daily()
    assert Verification.objects.count() == 2


def test_who_read_one_record_is_found_by_its_key(watcher, signed, officer, caseworker, noon):
    look(signed, officer, noon)
    look(signed, caseworker, noon, what="referral.read")
    people.note_listed(
        people=[signed.pk], what="queue.listed", by=officer, at=noon, why="assistance"
    )

    shown = page(watcher, person=f"person:{signed.pk}")

    assert "person.read" in shown
    assert "queue.listed" in shown
    assert "Officer" in shown  # a colleague by name
    assert "Helping Hands: Partner caseworker" in shown  # another's staff by role
    assert "Caseworker<" not in shown
    assert "Maria" not in shown


def test_what_a_user_did_is_found_within_a_period(watcher, signed, officer, noon):
    look(signed, officer, noon)
    look(signed, officer, noon + timedelta(days=10), what="case.read")

    shown = page(watcher, user=officer.pk, since="2026-03-05", until="2026-03-30")

    assert "case.read" in shown
    assert "person.read" not in shown


def test_only_a_period_finds_the_own_staff_only(watcher, signed, officer, other_officer, noon):
    look(signed, officer, noon)
    audit.record(what="alien.deed", about=None, by=other_officer, at=noon)

    shown = page(watcher, since="2026-03-01")

    assert "person.read" in shown
    assert "alien.deed" not in shown


def test_another_organisations_people_and_staff_are_out_of_reach(
    watcher, register, other_state, other_officer
):
    theirs = register("Hidden", responsible=other_state)

    asked = watcher.get(RECORD, {"person": str(theirs.pk)})
    assert asked.status_code == 422
    assert "holds no record" in asked.content.decode()
    assert watcher.get(RECORD, {"user": str(other_officer.pk)}).status_code == 422
    assert watcher.get(RECORD, {"person": "nobody"}).status_code == 422


def test_nothing_found_is_said(watcher, signed):
    assert "Nothing was found" in page(watcher, since="2040-01-01")


def test_who_watches_is_watched(watcher, signed, protector):
    page(watcher, person=signed.pk)

    event = AuditEvent.objects.get(what="trail.searched")
    assert (event.by, event.person_id) == (protector.audit_key, signed.pk)


@pytest.mark.parametrize("name", ["record", "progress", "checkpoint", "paper"])
def test_nobody_else_opens_it(client, state, name):
    client.force_login(_user("somebody", state, Role.ADMINISTRATOR))

    assert client.get(reverse(f"oversight:{name}")).status_code == 403
