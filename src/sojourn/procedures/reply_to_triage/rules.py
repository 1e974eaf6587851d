"""For whom a reply speaks, on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sojourn.response.outreach.replies import Reading, Scope


@dataclass(frozen=True, slots=True)
class Party:
    """Who could be meant: the writer, those of the household who share the telephone, the whole household.

    Each knows only people with a case in the same crisis.
    """

    writer: UUID
    beside: Sequence[UUID]
    household: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """The people that a reply accounts for, and whether a person must look at the count."""

    people: frozenset[UUID]
    is_doubtful: bool = False


def spoken_for(reading: Reading, party: Party) -> SpokenFor:
    """Return for whom a reply speaks.

    A count that is not that of the household accounts only for whom it must mean, and a person settles the rest.
    """
    writer = frozenset({party.writer})
    phone = writer.union(party.beside)
    household = phone.union(party.household)
    if reading.scope == Scope.PERSON:
        return SpokenFor(writer)
    if reading.scope == Scope.PHONE:
        return SpokenFor(phone)
    if reading.headcount is None or reading.headcount == len(household):
        return SpokenFor(household)
    if reading.headcount > len(household):
        return SpokenFor(household, is_doubtful=True)
    return SpokenFor(phone if reading.headcount == len(phone) else writer, is_doubtful=True)
