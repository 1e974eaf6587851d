"""Merkle trees: the published vectors, the definition of the RFC as oracle, and what no forger can do."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.methods.merkle import (
    Tree,
    consistency_ranges,
    is_consistent,
    leaf_hash,
    unpacked,
)

# The entries, roots and proofs of the reference implementation of RFC 6962
# (google/certificate-transparency, merkle_tree_test.cc; Apache-2.0).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def root_by_definition(entries):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    halves = root_by_definition(entries[:half]), root_by_definition(entries[half:])
    return sha256(b"\x01" + b"".join(halves)).digest()


def proof_by_definition(old, entries, is_known=True):
    """SUBPROOF of RFC 6962, section 2.1.2, word for word."""
    if old == len(entries):
        return [] if is_known else [root_by_definition(entries)]
    half = 1
    while half * 2 < len(entries):
        half *= 2
    if old <= half:
        return [
            *proof_by_definition(old, entries[:half], is_known),
            root_by_definition(entries[half:]),
        ]
    return [
        *proof_by_definition(old - half, entries[half:], False),
        root_by_definition(entries[:half]),
    ]


def proof_of(old, entries):
    return [
        Tree().grown(entries[start:end]).root
        for start, end in consistency_ranges(old, len(entries))
    ]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert Tree().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_reference(size):
    assert Tree().grown(ENTRIES[:size]).root.hex() == ROOTS[size - 1]


@pytest.mark.parametrize("sizes", PROOFS, ids=str)
def test_the_proofs_are_those_of_the_reference(sizes):
    old, new = sizes
    proof = proof_of(old, ENTRIES[:new])

    assert [step.hex() for step in proof] == PROOFS[sizes]
    assert is_consistent(
        old=old,
        old_root=bytes.fromhex(ROOTS[old - 1]),
        new=new,
        new_root=bytes.fromhex(ROOTS[new - 1]),
        proof=proof,
    )


lists = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


@given(entries=lists, cut=st.integers(0, 70))
def test_a_tree_grown_in_two_parts_is_that_of_the_whole(entries, cut):
    first = Tree().grown(entries[:cut])
    stored = unpacked(first.size, first.packed())

    assert stored.grown(entries[cut:]).root == root_by_definition(entries)


@given(entries=lists, data=st.data())
def test_every_older_tree_is_proven_by_the_proof_of_the_definition(entries, data):
    old = data.draw(st.integers(1, len(entries)))
    proof = proof_of(old, entries)

    assert proof == proof_by_definition(old, entries)
    assert is_consistent(
        old=old,
        old_root=root_by_definition(entries[:old]),
        new=len(entries),
        new_root=root_by_definition(entries),
        proof=proof,
    )


@given(entries=lists, data=st.data())
def test_a_list_that_was_rewritten_is_never_proven(entries, data):
    old = data.draw(st.integers(1, len(entries)))
    place = data.draw(st.integers(0, old - 1))
    bent = [*entries]
    bent[place] += b"!"

    assert not is_consistent(
        old=old,
        old_root=root_by_definition(entries[:old]),
        new=len(bent),
        new_root=root_by_definition(bent),
        proof=proof_of(old, bent),
    )


@given(entries=lists, data=st.data())
def test_a_proof_with_one_step_changed_dropped_or_added_proves_nothing(entries, data):
    old = data.draw(st.integers(1, len(entries)))
    proof = proof_of(old, entries)
    place = data.draw(st.integers(0, len(proof)))
    if place == len(proof):
        bent = [*proof, leaf_hash(b"more")]
    elif data.draw(st.booleans()):
        bent = [*proof[:place], *proof[place + 1 :]]
    else:
        bent = [*proof[:place], leaf_hash(proof[place]), *proof[place + 1 :]]

    assert not is_consistent(
        old=old,
        old_root=root_by_definition(entries[:old]),
        new=len(entries),
        new_root=root_by_definition(entries),
        proof=bent,
    )


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_tree_goes_on_from_a_larger_or_an_empty_one(old, new):
    with pytest.raises(ValueError, match="cannot go on"):
        consistency_ranges(old, new)
    assert not is_consistent(old=old, old_root=b"", new=new, new_root=b"", proof=[])


def test_peaks_that_do_not_fit_the_size_are_refused():
    with pytest.raises(ValueError, match="no peaks of a tree of 3"):
        unpacked(3, b"\x00" * 32)
