"""What each row of a list would become: search before create, against the register and the list."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Count

from sojourn.exchange.rosters import RosterRow
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import ContactPoint, IdentityDocument, NameToken, Person
from sojourn.foundation.people.operations import document_index
from sojourn.methods import names
from sojourn.preparedness.registration.rules import is_perhaps_same, is_surely_same
from sojourn.preparedness.registration.terms import MatchWhy, Plan

CHUNK: Final = 150
MOST_TOKENS_READ: Final = 60_000
MOST_COMPARED: Final = 25
COMMON: Final = 400


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row would become, and why."""

    plan: Plan
    match: UUID | None = None
    why: MatchWhy | None = None
    likeness: float | None = None
    repeats_line: int | None = None


@dataclass(slots=True)
class _Known:
    """What the register holds that some rows of a list may mean."""

    documents: dict[bytes, UUID] = field(default_factory=dict)
    phones: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_token: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    people: Mapping[UUID, Person] = field(default_factory=dict)


def plan_rows(rows: Sequence[RosterRow], *, organisation: Organisation) -> Iterator[Planned]:
    """Yield for each row what it would become. Asks the register once for each 150 rows."""
    seen: dict[object, int] = {}
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        known = _look_up(chunk, organisation)
        for row in chunk:
            yield _plan(row, known, seen)


def _plan(row: RosterRow, known: _Known, seen: dict[object, int]) -> Planned:
    if not row.is_person:
        return Planned(Plan.NO_NAME)
    marks = _marks(row)
    first = next((seen[mark] for mark in marks if mark in seen), None)
    for mark in marks:
        seen.setdefault(mark, row.line)
    if first is not None:
        return Planned(Plan.REPEAT, repeats_line=first)
    for document in row.documents:
        if match := known.documents.get(document_index(document.number)):
            return Planned(Plan.KNOWN, match, MatchWhy.DOCUMENT, 1.0)
    return _by_name(row, known)


def _marks(row: RosterRow) -> list[object]:
    """What makes two rows of one list the same: a document, or a telephone with the name."""
    named = names.romanise(row.name)
    return [document_index(document.number) for document in row.documents] + [
        (phone, named) for phone in row.phones
    ]


def _by_name(row: RosterRow, known: _Known) -> Planned:
    sharers = {key for phone in row.phones for key in known.phones.get(phone, ())}
    best = Planned(Plan.NEW)
    for key in sharers | set(_alike(row, known)):
        person = known.people.get(key)
        if person is None:
            continue
        spellings = [person.name, *map(str, person.other_names)]
        likeness = round(max(names.similarity(row.name, name) for name in spellings), 2)
        if is_surely_same(shares_phone=key in sharers, likeness=likeness):
            return Planned(Plan.KNOWN, key, MatchWhy.PHONE_AND_NAME, likeness)
        years = (row.birth_year, person.birth_year)
        if is_perhaps_same(likeness=likeness, birth_years=years) and likeness > (
            best.likeness or 0
        ):
            best = Planned(Plan.MAYBE, key, MatchWhy.NAME, likeness)
    return best


def _alike(row: RosterRow, known: _Known) -> list[UUID]:
    """People who share at least two sounds of the name, or its only one; the closest first."""
    tokens = _sounds(row)
    shared = Counter(key for token in tokens for key in known.by_token.get(token, ()))
    needed = min(2, len(names.words_of(row.name)))
    return [key for key, count in shared.most_common(MOST_COMPARED) if count >= needed]


def _sounds(row: RosterRow) -> set[str]:
    """One token a word: its consonants, or the word itself where it has fewer than two."""
    sounds = set()
    for word in names.words_of(row.name):
        bones = names.skeleton(word)
        sounds.add(f"s:{bones}"[:40] if len(bones) > 1 else f"w:{word}"[:40])
    return sounds


def _look_up(rows: Sequence[RosterRow], organisation: Organisation) -> _Known:
    known = _Known()
    ours = {"person__responsible": organisation, "person__erased_at__isnull": True}
    indexes = {document_index(document.number) for row in rows for document in row.documents}
    for index, key in IdentityDocument.objects.filter(number_index__in=indexes, **ours).values_list(
        "number_index", "person_id"
    ):
        known.documents[bytes(index)] = key
    phones = {phone for row in rows for phone in row.phones}
    for phone, key in ContactPoint.objects.filter(address__in=phones, **ours).values_list(
        "address", "person_id"
    ):
        known.phones[phone].append(key)
    open_rows = [row for row in rows if not _is_by_document(row, known)]
    _look_up_names(open_rows, known, ours)
    wanted = {key for keys in known.phones.values() for key in keys}
    wanted.update(key for row in open_rows for key in _alike(row, known))
    known.people = _in_bulk(wanted)
    return known


def _is_by_document(row: RosterRow, known: _Known) -> bool:
    """A row that a document settles needs no look at names, the longest of all looks."""
    return any(document_index(document.number) in known.documents for document in row.documents)


def _look_up_names(rows: Sequence[RosterRow], known: _Known, ours: dict[str, object]) -> None:
    """Read who sounds alike; a sound that hundreds share is read only for names that have no rarer one."""
    sounds = [_sounds(row) for row in rows]
    asked = NameToken.objects.filter(token__in=set().union(*sounds), **ours)
    shared_by = dict(asked.values_list("token").annotate(Count("id")).order_by())
    wanted: set[str] = set()
    for tokens in sounds:
        rare = {token for token in tokens if shared_by.get(token, 0) <= COMMON}
        wanted |= rare if len(rare) > 1 else tokens
    for token, key in asked.filter(token__in=wanted).values_list("token", "person_id")[
        :MOST_TOKENS_READ
    ]:
        known.by_token[token].append(key)


def _in_bulk(keys: set[UUID]) -> dict[UUID, Person]:
    found: dict[UUID, Person] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        found.update(Person.objects.in_bulk(ordered[start : start + 500]))
    return found
