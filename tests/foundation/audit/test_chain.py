"""The bytes of an event, the links, and the checkpoints that the sealer signs."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from sojourn.exchange.checkpoints import read_checkpoint
from sojourn.exchange.signed_note import is_signed_by, read_note
from sojourn.foundation.audit import operations, queries, rules, signing
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Pending, Seal
from sojourn.foundation.audit.rules.chain import Stored
from sojourn.methods.merkle import Tree

text = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | text | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    ["person", "is_read", "a", "is_reac", "is_reae", "persom", "persoo", "zone"]
)
keys = st.dictionaries(names | text, values, max_size=5)


@given(
    texts=st.tuples(text, text, text),
    keys=keys,
    person=st.none() | st.uuids(),
    is_read=st.booleans(),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_the_bytes_of_an_event_are_its_record_as_ordered_json(texts, keys, person, is_read, at):
    what, about, by = texts
    key = UUID(int=7)
    said = {**keys, "is_read": is_read}
    if person is not None:
        said["person"] = str(person)
    record = {
        "id": str(key),
        "what": what,
        "about": about,
        "by": by,
        "at": at.isoformat(timespec="microseconds"),
        "keys": said,
    }

    found = rules.canonical(
        Stored(
            str(key),
            what,
            about,
            by,
            at.isoformat(timespec="microseconds"),
            json.dumps(keys),
            str(person) if person else None,
            is_read,
        )
    )

    oracle = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found == oracle.encode()


@pytest.mark.django_db
def test_an_event_comes_back_from_the_database_as_it_was_recorded(some_event):
    recorded = [some_event(number) for number in range(1, 9)]
    operations.seal()

    for event in recorded:
        event.refresh_from_db()
        link = Seal.objects.get(event_id=event.pk)
        before = Seal.objects.filter(number=link.number - 1).first()
        said = Stored(
            str(event.pk),
            event.what,
            event.about,
            event.by,
            event.at.isoformat(timespec="microseconds"),
            json.dumps(event.keys),
            str(event.person_id) if event.person_id else None,
            event.is_read,
        )
        previous = bytes(before.hash) if before else rules.GENESIS
        assert bytes(link.hash) == rules.link(previous, link.number, rules.canonical(said))


@pytest.mark.django_db
class TestCheckpoints:
    def test_a_checkpoint_says_how_long_the_chain_is_and_what_its_root_is(self, chain, noon):
        newest = queries.newest_checkpoint()
        said = read_checkpoint(read_note(newest.note))
        links = [bytes(one.hash) for one in Seal.objects.order_by("number")]

        assert (said.size, said.head, said.at) == (24, links[-1], noon + timedelta(minutes=24))
        assert said.root == Tree().grown(links).root
        assert said.origin == signing.own_key().name
        assert is_signed_by(read_note(newest.note), [signing.own_key()])

    def test_nothing_new_needs_no_new_checkpoint(self, chain, noon):
        assert operations.checkpoint(at=noon) is None
        assert Checkpoint.objects.count() == 3

    def test_an_empty_trail_has_none(self, db, noon):
        assert operations.checkpoint(at=noon) is None

    def test_the_last_one_of_each_day_is_kept_outside_the_database(self, chain, some_event, noon):
        some_event(25)
        operations.seal()
        operations.checkpoint(at=noon + timedelta(days=1))

        names = [(mark.source, mark.size) for mark in queries.kept_here()]
        assert names == [("2026-03-01.note", 24), ("2026-03-02.note", 25)]

    def test_a_tree_that_was_bent_in_the_database_is_built_anew(self, chain, some_event, noon):
        Checkpoint.objects.filter(size=24).update(peaks=b"\x00" * 64)
        some_event(25)
        operations.seal()
        operations.checkpoint(at=noon + timedelta(hours=1))

        assert queries.verify(kept=chain).is_sound

    def test_checkpoints_of_a_key_that_was_replaced_still_count(
        self, chain, some_event, noon, settings
    ):
        settings.SIGNING_KEY_FILE.unlink()
        some_event(25)
        operations.seal()
        operations.checkpoint(at=noon + timedelta(hours=1))

        verdict = queries.verify(kept=chain)
        assert verdict.is_sound
        assert (verdict.checkpoints, verdict.signed) == (7, 25)
        assert len(signing.known_keys()) >= 2

    def test_the_key_may_come_from_the_environment(self, chain, monkeypatch):
        monkeypatch.setenv("SOJOURN_SIGNING_KEY", "A" * 43 + "=")
        assert signing.own_key().name.startswith("sojourn.audit/")
        assert signing.own_key() in signing.known_keys()

        monkeypatch.setenv("SOJOURN_SIGNING_KEY", "AAAA")
        with pytest.raises(ValueError, match="32 bytes"):
            signing.private_key()


@pytest.mark.django_db
class TestVerifying:
    def test_progress_is_told_and_the_verdict_counts(self, chain, some_event):
        some_event(25)
        told = []

        verdict = queries.verify(kept=chain, progress=lambda *step: told.append(step))

        assert told == [(24, 24)]
        assert (verdict.sealed, verdict.waiting, verdict.signed) == (24, 1, 24)
        assert verdict.checkpoints == 6
        assert verdict.root == chain[-1].root.hex()

    def test_the_whole_is_read_in_batches(self, chain, monkeypatch):
        from sojourn.foundation.audit import stored

        monkeypatch.setattr(stored, "BATCH", 5)
        told = []

        assert queries.verify(kept=chain, progress=lambda *step: told.append(step)).is_sound
        assert told == [(5, 24), (10, 24), (15, 24), (20, 24), (24, 24)]

    def test_nothing_at_all_is_sound(self, db):
        verdict = queries.verify()

        assert verdict.is_sound
        assert (verdict.sealed, verdict.head) == (0, "00" * 32)

    def test_a_walk_is_asked_for_once_and_keeps_what_it_found(self, chain, officer, noon):
        asked, is_new = operations.ask_for_verification(by=officer, at=noon)
        again, is_again_new = operations.ask_for_verification(by=officer, at=noon)
        assert (is_new, is_again_new, again.pk) == (True, False, asked.pk)

        AuditEvent.objects.filter(pk=Seal.objects.get(number=3).event_id).update(by="user:x")
        operations.note_progress(verification=asked, done=10, total=24)
        done = operations.finish_verification(
            verification=asked, verdict=queries.verify(), by=officer, at=noon
        )

        assert [(one["flaw"], one["number"]) for one in done.problems] == [("event_changed", 3)]
        assert operations.ask_for_verification(by=officer, at=noon)[1]


@pytest.mark.django_db
def test_an_event_that_was_sealed_already_and_waits_again_is_sealed_once(chain):
    again = AuditEvent.objects.get(pk=Seal.objects.get(number=4).event_id)
    Pending.objects.create(event=again)

    assert operations.seal() == 0
    assert not Pending.objects.exists()
    assert queries.verify(kept=chain).is_sound


@pytest.mark.django_db
def test_the_trail_of_a_deed_that_failed_is_gone_with_it(some_event):
    with transaction.atomic():
        some_event(1)
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()
    assert operations.seal() == 0


def test_moments_of_another_zone_are_written_in_utc():
    moment = datetime.fromisoformat("2026-03-01T17:45:00+05:45")

    assert rules.plain(moment) == "2026-03-01T12:00:00.000000+00:00"
    assert rules.plain({"b"}) == ["b"]
    assert rules.plain(UUID(int=1)) == str(UUID(int=1))
