"""Deeds on the packed locations: catch up with what was reported, and move one person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.models import Person, Whereabouts
from sojourn.methods.exposure import blocks
from sojourn.methods.exposure.blocks import Positions
from sojourn.response.exposure.models import LocationBlock, LocationIndex, Placement

BATCH: Final = 2_000
LATE_MS: Final = 3_600_000  # a transaction may commit its rows this long after their keys were made
FEW: Final = 50
REBUILD_SHARE: Final = 0.02  # above this share of changes, all blocks are packed anew


@dataclass(frozen=True, slots=True)
class Move:
    """A person's number with the cell to take it out of (None: it was in none) and the one to put it in."""

    number: int
    old_key: int | None
    key: int
    level: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """The newest claim of where a person is."""

    person_id: UUID
    pk: UUID
    key: int
    level: int


@transaction.atomic
def place_people(*, organisation: Organisation, is_exercise: bool, by: Actor, at: datetime) -> int:
    """Bring the locations of an organisation's people up to date with what was reported; return how many moved.

    Only claims newer than at the last time are looked at. Safe to repeat.
    """
    index = locked_index(organisation=organisation, is_exercise=is_exercise)
    newest = _newest_claims(index)
    if not newest:
        return 0
    moves = _place(index, newest)
    _apply(index, moves)
    index.placed_through = max(claim.pk for claim in newest)
    index.save(update_fields=["placed_through"])
    if moves:
        audit.record(what="locations.placed", about=index, by=by, at=at, count=len(moves))
    return len(moves)


@transaction.atomic
def move_person(*, person: Person) -> bool:
    """Put one person where they were last reported; return whether that is another cell. Durable at the end.

    Part of the deed that reported the whereabouts, which is the one audited.
    """
    claim = people_queries.last_known_location(person)
    if claim is None:
        return False
    index = locked_index(organisation=person.responsible, is_exercise=person.is_exercise)
    moves = _place(index, [_Claim(person.pk, claim.pk, claim.key, claim.level)])
    _apply(index, moves)
    return bool(moves)


def locked_index(*, organisation: Organisation, is_exercise: bool) -> LocationIndex:
    """The index of an organisation, made when missing, locked until the transaction ends."""
    index, _ = LocationIndex.objects.select_for_update().get_or_create(
        organisation=organisation, is_exercise=is_exercise
    )
    return index


def pack_afresh(index: LocationIndex) -> None:
    """Pack all blocks of an index anew from its placements."""
    rows = Placement.objects.filter(index=index).values_list("number", "key", "level")
    table = np.fromiter(
        (cell for row in rows.iterator(chunk_size=50_000) for cell in row), dtype=np.int64
    ).reshape(-1, 3)
    LocationBlock.objects.filter(index=index).delete()
    _write(index, blocks.cells(table[:, 0], table[:, 1], table[:, 2]))


def _newest_claims(index: LocationIndex) -> list[_Claim]:
    """The newest claim of each person of whom something was reported since the last time."""
    claims = Whereabouts.objects.filter(
        person__responsible_id=index.organisation_id,
        person__is_exercise=index.is_exercise,
        person__erased_at__isnull=True,
    )
    if index.placed_through is not None:
        reported = claims.filter(pk__gt=_shortly_before(index.placed_through))
        claims = claims.filter(person__in=reported.values("person_id"))
    newest: dict[UUID, _Claim] = {}
    rows = claims.order_by("person_id", "-observed_at", "-recorded_at", "-id")
    for person_id, claim, key, level in rows.values_list(
        "person_id", "pk", "key", "level"
    ).iterator():
        if person_id not in newest:
            newest[person_id] = _Claim(person_id, claim, key, level)
    return list(newest.values())


def _shortly_before(key: UUID) -> UUID:
    """The least UUIDv7 of an hour before another one."""
    return UUID(int=max((key.int >> 80) - LATE_MS, 0) << 80)


def _place(index: LocationIndex, claims: Sequence[_Claim]) -> list[Move]:
    moves: list[Move] = []
    for start in range(0, len(claims), BATCH):
        batch = {claim.person_id: claim for claim in claims[start : start + BATCH]}
        known = {one.person_id: one for one in Placement.objects.filter(person__in=list(batch))}
        changed = [
            one
            for key, one in known.items()
            if one.whereabouts_id != batch[key].pk or one.index_id != index.pk
        ]
        moves += _move_known(index, changed, batch)
        fresh = Placement.objects.bulk_create(
            Placement(
                index=index,
                person_id=key,
                whereabouts_id=claim.pk,
                key=claim.key,
                level=claim.level,
            )
            for key, claim in batch.items()
            if key not in known
        )
        moves += [Move(one.number, None, one.key, one.level) for one in fresh]
    return moves


def _move_known(
    index: LocationIndex, changed: Sequence[Placement], claims: dict[UUID, _Claim]
) -> list[Move]:
    moves = []
    for one in changed:
        claim = claims[one.person_id]
        if one.index_id != index.pk:  # the person is now another organisation's
            _apply_to(one.index, [Move(one.number, one.key, one.key, one.level)], is_leaving=True)
            moves.append(Move(one.number, None, claim.key, claim.level))
        elif (one.key, one.level) != (claim.key, claim.level):
            moves.append(Move(one.number, one.key, claim.key, claim.level))
        one.index, one.whereabouts_id, one.key, one.level = index, claim.pk, claim.key, claim.level
    columns = ["index", "whereabouts", "key", "level"]
    if len(changed) == 1:
        changed[0].save(update_fields=columns)
    else:
        Placement.objects.bulk_update(changed, columns, batch_size=500)
    return moves


def _apply(index: LocationIndex, moves: Sequence[Move]) -> None:
    if not moves:
        return
    if len(moves) > FEW and len(moves) > REBUILD_SHARE * index.placements.count():
        pack_afresh(index)
    else:
        _apply_to(index, moves)


def _apply_to(index: LocationIndex, moves: Sequence[Move], *, is_leaving: bool = False) -> None:
    """Take people out of the blocks they were in and put them into those they belong to."""
    touched: dict[int | None, tuple[list[int], list[Move]]] = {}
    block_of = _finder(index, len(moves))
    for move in moves:
        if move.old_key is not None:
            touched.setdefault(block_of(move.old_key), ([], []))[0].append(move.number)
        if not is_leaving:
            touched.setdefault(block_of(move.key), ([], []))[1].append(move)
    for key_lo, (leaving, coming) in touched.items():
        _rewrite(index, key_lo, leaving, coming)


def _finder(index: LocationIndex, moves: int) -> Callable[[int], int | None]:
    """A function from a key to the first key of the block it belongs to; None when there are no blocks.

    For a few moves each key is looked up by itself; for more, all first keys are read once.
    """
    first_keys = index.blocks.order_by("key_lo").values_list("key_lo", flat=True)

    def look_up(key: int) -> int | None:
        before = first_keys.filter(key_lo__lte=key).order_by("-key_lo").first()
        return first_keys.first() if before is None else before

    if moves <= FEW:
        return look_up
    starts = np.asarray(first_keys, dtype=np.int64)

    def search(key: int) -> int | None:
        at = max(0, int(np.searchsorted(starts, key, side="right")) - 1)
        return int(starts[at]) if len(starts) else None

    return search


def _rewrite(
    index: LocationIndex, key_lo: int | None, leaving: Sequence[int], coming: Iterable[Move]
) -> None:
    known = LocationBlock.objects.filter(index=index)
    row = None if key_lo is None else known.filter(key_lo=key_lo).first()
    block = blocks.cells([], [], []) if row is None else blocks.unpacked(row.n, row.data)
    for number in leaving:
        block = blocks.removed(block, number)
    for move in coming:
        block = blocks.inserted(block, move.key, move.number, move.level)
    if row is not None and 0 < len(block) <= 2 * blocks.BLOCK:
        row.key_lo, row.n, row.data = int(block.key[0]), len(block), block.packed()
        row.save(update_fields=["key_lo", "n", "data"])
        return
    if row is not None:
        row.delete()
    _write(index, block)


def _write(index: LocationIndex, positions: Positions) -> None:
    LocationBlock.objects.bulk_create(
        (
            LocationBlock(index=index, key_lo=key_lo, n=n, data=data)
            for key_lo, n, data in blocks.packed_blocks(positions)
        ),
        batch_size=100,
    )
