"""Signed notes, checkpoints and spoken words: published examples, and what a forger or a slip of the pen gets."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sojourn.exchange import spoken_words
from sojourn.exchange.checkpoints import Checkpoint, Request, read_checkpoint, read_request
from sojourn.exchange.signed_note import (
    Algorithm,
    NotANote,
    cosigned,
    is_signed_by,
    key_of,
    read_key,
    read_note,
    seen_at,
    signed,
)

# The example of golang.org/x/mod/sumdb/note (BSD-3-Clause).
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
HIS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of C2SP tlog-cosignature (CC BY 4.0).
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
    "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs"
    "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
BIP39 = {
    "00" * 16: "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
    "abandon about",
    "7f" * 16: "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "80" * 16: "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "ff" * 16: "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
    "9e885d952ad362caeb4efe34a8e91bd2": "ozone drill grab fiber curtain grace pudding thank cruise "
    "elder eight picnic",
}
SEEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
THEIRS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))


def a_note(size=812):
    checkpoint = Checkpoint("sojourn/1", size, b"\x01" * 32, head=b"\x02" * 32, at=SEEN)
    return signed(checkpoint.text, name="sojourn/1", by=OURS)


def test_the_example_of_the_format_is_read_and_its_signature_is_right():
    note = read_note(HIS_NOTE)

    assert is_signed_by(note, [read_key(NEUMANN)])
    assert str(note) == HIS_NOTE
    assert str(read_key(NEUMANN)) == NEUMANN


def test_the_example_of_a_checkpoint_is_read_with_the_moment_of_its_witness():
    note = read_note(SOFA)
    checkpoint = read_checkpoint(note)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [seen_at(signature) for signature in note.signatures] == [
        None,
        datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC),
    ]


def test_a_checkpoint_comes_back_as_it_was_written():
    note = a_note()

    assert read_note(str(note)) == note
    assert read_checkpoint(note) == Checkpoint("sojourn/1", 812, b"\x01" * 32, b"\x02" * 32, SEEN)
    assert is_signed_by(note, [key_of(OURS, "sojourn/1")])


def test_a_cosignature_stands_beside_the_first_one_with_its_moment():
    note = cosigned(a_note(), name="partner", by=THEIRS, at=SEEN)
    theirs = key_of(THEIRS, "partner", Algorithm.COSIGNATURE)

    assert is_signed_by(note, [theirs])
    assert is_signed_by(note, [key_of(OURS, "sojourn/1")])
    assert not is_signed_by(a_note(), [theirs])
    assert seen_at(note.signatures[1]) == SEEN


@given(place=st.integers(0), sign=st.characters(codec="utf-8"))
def test_one_sign_changed_anywhere_in_the_text_breaks_every_signature(place, sign):
    note = cosigned(a_note(), name="partner", by=THEIRS, at=SEEN)
    place %= len(note.text)
    bent = note.text[:place] + sign + note.text[place + 1 :]
    keys = [key_of(OURS, "sojourn/1"), key_of(THEIRS, "partner", Algorithm.COSIGNATURE)]

    assert is_signed_by(type(note)(bent, note.signatures), keys) == (bent == note.text)


def test_a_key_of_the_same_name_that_did_not_sign_is_not_believed():
    assert not is_signed_by(a_note(), [key_of(THEIRS, "sojourn/1")])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n\n",
        "a\n\nno dash\n",
        "a\n\n— name !!!!\n",
        "a\n\n— name AAAA",
        "a\r\n\n— n AAAAAAA=\n",
        "a\n\n— n AAAA\n",
        "a\n\n" + "— n AAAAAAA=\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(NotANote):
        read_note(text)


@pytest.mark.parametrize(
    "body",
    [
        "a\n1\n",
        "a\n01\nAAAA\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n٣\n" + "A" * 43 + "=\n",
        "a\n1\nnot base64\n",
        "a\n1\nAAAA\n",
        "a\n99999999999999999999999\n" + "A" * 43 + "=\n",
        "a\n9999999999999999999\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 43 + "=\nhead xyz\n",
        "a\n1\n" + "A" * 43 + "=\ntime soon\n",
    ],
)
def test_a_signed_note_that_is_no_checkpoint_is_refused(body):
    with pytest.raises(NotANote):
        read_checkpoint(signed(body, name="a", by=OURS))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        NEUMANN[:-4],
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("ARpc", "AhpC"),
        "n+00000000+****",
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NotANote):
        read_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b"])
def test_a_key_needs_a_name_that_can_stand_in_a_line(name):
    with pytest.raises(NotANote):
        key_of(OURS, name)


def test_a_request_to_cosign_comes_back_as_it_was_written():
    asked = Request(a_note(), old=3, proof=(b"\x07" * 32, b"\x08" * 32))

    assert read_request(str(asked)) == asked
    assert read_request(str(a_note())) == Request(a_note())


@pytest.mark.parametrize("text", ["old 3\n", "old x\n\n" + HIS_NOTE, "old 3\nAAAA\n\n" + HIS_NOTE])
def test_a_request_that_is_not_whole_is_refused(text):
    with pytest.raises(NotANote):
        read_request(text)


@pytest.mark.parametrize("number", BIP39)
def test_the_words_are_those_of_the_published_list(number):
    assert " ".join(spoken_words.words_of(bytes.fromhex(number))) == BIP39[number]


@given(number=st.binary(min_size=16, max_size=16))
def test_words_give_the_number_back_even_by_four_letters(number):
    said = spoken_words.words_of(number)

    assert spoken_words.number_of(" ".join(said)) == number
    assert spoken_words.number_of(" ".join(word[:4].upper() for word in said)) == number


@pytest.mark.parametrize(
    "said", ["abandon", "zoo " * 12, "abandon " * 11 + "sojourn", "abandonment " * 12]
)
def test_words_that_were_taken_down_wrongly_are_refused(said):
    with pytest.raises(spoken_words.NotWords):
        spoken_words.number_of(said)


def test_only_sixteen_bytes_have_words():
    with pytest.raises(ValueError, match="16 are needed"):
        spoken_words.words_of(b"short")
