"""`sojourn audit …`: checkpoints are written, kept elsewhere, brought back, cosigned; what was bent is located."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sojourn.exchange.signed_note import read_note
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(register, tmp_path):
    """A checkpoint that was written to a file."""
    register()
    file = tmp_path / "kept.note"
    call_command("checkpoint_audit", "--out", str(file))
    return file


def verify(*words):
    call_command("verify_audit", *words)


def test_a_checkpoint_goes_to_standard_output_and_its_words_beside_it(register, capsys):
    register()
    call_command("checkpoint_audit")

    printed = capsys.readouterr()
    assert str(read_note(printed.out)) == printed.out
    words = printed.err.removeprefix("To keep on paper: ").split()
    assert (words[0], len(words)) == (str(Seal.objects.count()), 13)


def test_one_that_was_kept_is_compared(kept, capsys):
    verify("--checkpoint", str(kept), "--json")

    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["problems"], verdict["more_problems"]) == ([], 0)
    assert (verdict["checkpoints"], verdict["signed"]) == (3, verdict["sealed"])


def test_a_cut_tail_ends_with_status_1_and_says_where(kept, register, settings, capsys):
    settings.CHECKPOINTS = kept.parent / "nothing"
    Checkpoint.objects.all().delete()
    last = Seal.objects.latest("number").number
    AuditEvent.objects.filter(pk=Seal.objects.get(number=last).event_id).delete()
    Seal.objects.filter(number=last).delete()

    verify()
    with pytest.raises(CommandError) as failure:
        verify("--checkpoint", str(kept), "--json")
    assert failure.value.returncode == 1
    printed = capsys.readouterr()
    [problem] = json.loads(printed.out.splitlines()[-1])["problems"]
    assert (problem["kind"], problem["last"], problem["checkpoint"]) == (
        "tail_cut",
        last,
        "kept.note",
    )
    assert "are missing" in printed.err


def test_words_that_were_kept_on_paper_are_compared(kept, capsys):
    call_command("checkpoint_audit")
    paper = capsys.readouterr().err.splitlines()[-1].removeprefix("To keep on paper: ")

    verify("--paper", paper)
    AuditEvent.objects.filter(pk=Seal.objects.first().event_id).update(by="user:x")
    with pytest.raises(CommandError, match="was changed"):
        verify("--paper", paper)


@pytest.mark.parametrize(
    "words",
    [
        ["--checkpoint", "no-such-file"],
        ["--paper", "twelve words are needed"],
        ["--paper", "7 " + "zoo " * 12],
        ["--cosigned-by", "nobody"],
    ],
)
def test_unusable_input_ends_with_status_2(db, words):
    with pytest.raises(CommandError) as failure:
        verify(*words)
    assert failure.value.returncode == 2


def test_a_partner_signs_and_the_signature_is_asked_for(kept, settings, tmp_path, capsys):
    ours = settings.SIGNING_KEY_FILE
    call_command("audit_key")
    our_key = capsys.readouterr().out.split()[0]
    settings.SIGNING_KEY_FILE = tmp_path / "partner" / "signing.key"
    call_command("audit_key")
    their_key = capsys.readouterr().out.split()[1]

    with pytest.raises(CommandError, match="first time") as failure:
        call_command("cosign_audit", str(kept))
    assert failure.value.returncode == 1
    call_command("cosign_audit", str(kept), "--key", our_key)
    settings.SIGNING_KEY_FILE = ours

    verify("--checkpoint", str(kept), "--cosigned-by", their_key)
    with pytest.raises(CommandError):
        verify("--checkpoint", str(kept), "--cosigned-by", their_key.replace("/", "+", 1))


def test_the_next_one_proves_that_it_goes_on(kept, register, settings, tmp_path, capsys):
    ours, size = settings.SIGNING_KEY_FILE, Seal.objects.count()
    call_command("audit_key")
    our_key = capsys.readouterr().out.split()[0]
    register("Fatima")
    later = tmp_path / "later.note"
    call_command("checkpoint_audit", "--since", str(size), "--out", str(later))
    settings.SIGNING_KEY_FILE = tmp_path / "partner" / "signing.key"

    call_command("cosign_audit", str(kept), "--key", our_key)
    call_command("cosign_audit", str(later))

    settings.SIGNING_KEY_FILE = ours
    assert len(read_note(later.read_text()).signatures) == 2
    verify("--checkpoint", str(kept), str(later))


@pytest.mark.parametrize("words", [["--since", "999"], ["--out", "/nowhere/at/all"]])
def test_a_checkpoint_that_cannot_be_written_ends_with_status_2(register, words):
    register()
    with pytest.raises(CommandError) as failure:
        call_command("checkpoint_audit", *words)
    assert failure.value.returncode == 2


def test_an_empty_trail_has_nothing_to_sign(db):
    with pytest.raises(CommandError, match="nothing to sign"):
        call_command("checkpoint_audit")


@pytest.mark.parametrize("text", ["", "hello", "old 3\n\n"])
def test_what_is_no_checkpoint_is_not_cosigned(tmp_path, text):
    file = Path(tmp_path) / "strange.note"
    file.write_text(text)
    with pytest.raises(CommandError) as failure:
        call_command("cosign_audit", str(file))
    assert failure.value.returncode == 2
