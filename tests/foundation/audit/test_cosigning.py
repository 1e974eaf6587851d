"""Another organisation signs our checkpoints, having seen that each goes on from the one before."""

from datetime import timedelta

import pytest

from sojourn.exchange.checkpoints import Request, read_checkpoint
from sojourn.exchange.signed_note import Algorithm, Key, is_signed_by, read_note, seen_at
from sojourn.foundation.audit import operations, queries, signing
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Seal
from tests.foundation.audit.insider import Insider

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(settings, tmp_path):
    """A switch to the folder of the other organisation, with a key and a memory of its own."""
    ours = settings.SIGNING_KEY_FILE

    def _switch(is_there):
        settings.SIGNING_KEY_FILE = tmp_path / "partner" / "signing.key" if is_there else ours

    yield _switch
    _switch(False)


def note(size):
    return read_note(Checkpoint.objects.get(size=size).note)


def request(old, new):
    return Request(note(new), old, tuple(queries.proof_from(old, upto=new)))


def test_the_first_checkpoint_is_signed_with_the_key_they_told_us(chain, theirs, noon):
    ours = signing.own_key()
    theirs(True)

    signed = operations.cosign(request=Request(note(7)), key=ours, at=noon)

    partner = signing.own_key()
    assert is_signed_by(signed, [ours])
    assert is_signed_by(signed, [Key(partner.name, partner.public, Algorithm.COSIGNATURE)])
    assert seen_at(signed.signatures[1]) == noon
    theirs(False)
    mark = queries.mark_in(
        str(signed),
        source="partner.note",
        cosigner=Key(partner.name, partner.public, Algorithm.COSIGNATURE),
    )
    assert mark.flaw is None
    assert queries.verify(kept=[mark]).is_sound
    assert queries.mark_in(str(note(7)), source="x", cosigner=partner).flaw == "not_cosigned"


def test_a_later_one_is_signed_when_it_proves_to_go_on(chain, theirs, noon):
    ours = signing.own_key()
    first, later = Request(note(7)), request(7, 24)
    theirs(True)

    operations.cosign(request=first, key=ours, at=noon)
    signed = operations.cosign(request=later, at=noon)
    assert read_checkpoint(signed).size == 24
    assert operations.cosign(request=Request(note(24)), at=noon)  # the same again


def test_without_a_key_a_proof_or_a_right_signature_nothing_is_signed(chain, theirs, noon):
    ours, first, bare, older = signing.own_key(), Request(note(15)), Request(note(24)), note(7)
    forged = read_note(str(note(24)).replace("\n24\n", "\n25\n"))
    theirs(True)

    with pytest.raises(operations.CannotCosign, match="first time"):
        operations.cosign(request=first, at=noon)
    with pytest.raises(operations.CannotCosign, match="no right signature"):
        operations.cosign(request=first, key=signing.own_key(), at=noon)
    operations.cosign(request=first, key=ours, at=noon)
    with pytest.raises(operations.CannotCosign, match="not the key"):
        operations.cosign(request=bare, key=signing.own_key(), at=noon)
    with pytest.raises(operations.CannotCosign, match="--since 15"):
        operations.cosign(request=bare, at=noon)
    with pytest.raises(operations.CannotCosign, match="counts only 7"):
        operations.cosign(request=Request(older), at=noon)
    with pytest.raises(operations.CannotCosign, match="no right signature"):
        operations.cosign(request=Request(forged), at=noon)


def test_a_history_that_was_rewritten_is_not_signed_even_by_whoever_has_the_key(
    chain, theirs, some_event, noon
):
    import random

    ours, first = signing.own_key(), Request(note(15))
    insider = Insider(random.Random(5), 24)
    insider.edit(AuditEvent.objects.get(pk=Seal.objects.get(number=11).event_id))
    insider.reseal(11)
    Checkpoint.objects.all().delete()
    operations.checkpoint(at=noon + timedelta(hours=1))
    later = request(15, 24)
    same = Request(later.note)
    theirs(True)

    operations.cosign(request=first, key=ours, at=noon)
    with pytest.raises(operations.CannotCosign, match="rewritten"):
        operations.cosign(request=later, at=noon)
    with pytest.raises(operations.CannotCosign, match="--since"):
        operations.cosign(request=same, at=noon)
