"""What the locations of one organisation's people say about a footprint, person by person, with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.operations import CaseFinding
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Whereabouts
from sojourn.foundation.people.terms import Source
from sojourn.methods.exposure import chance, coarse
from sojourn.methods.exposure.coarse import FoundCells
from sojourn.methods.footprint import Footprint, near
from sojourn.response.exposure import rules
from sojourn.response.exposure.models import LocationIndex, Placement
from sojourn.response.exposure.queries import BlockTable

BATCH: Final = 2_000
_NEEDED: Final = (
    "number",
    "whereabouts__observed_at",
    "whereabouts__source",
    "whereabouts__accuracy_km",
    "whereabouts__area",
    "person__household_id",
    "person__responsible_id",
    "person__office_id",
    "person__nationality",
    "person__languages",
    "person__occupation",
    "person__is_exercise",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked besides "inside": how near is near, and how old is too old to tell."""

    near_km: float = 50.0
    too_old_days: float = 180.0


@dataclass(frozen=True, slots=True)
class _Place:
    """What the cell of one person says: answer, band (empty where there is none) and its label, share inside."""

    answer: Answer
    band: str
    label: str
    share: float


def findings_for(
    *,
    crisis: Crisis,
    organisation: Organisation,
    footprint: Footprint,
    question: Question,
    at: datetime,
) -> list[CaseFinding]:
    """Everyone of an organisation who is inside, possibly inside or near, and those too old to tell.

    Too old to tell: an old position that is inside or near, or anywhere in the countries of the crisis.
    """
    index = LocationIndex.objects.get(organisation=organisation, is_exercise=crisis.is_exercise)
    places = _places(index, footprint, question)
    words = _Words(at)
    findings = [
        _finding(one, places[one.number], question, words)
        for one in _placements(index, list(places))
    ]
    return findings + _too_old_elsewhere(index, crisis, places, question, at)


def _places(index: LocationIndex, footprint: Footprint, question: Question) -> Mapping[int, _Place]:
    """The person's number → what the cell says; the widened footprint is band 0 of the search."""
    bands = (near(footprint, question.near_km), *footprint.bands)
    with transaction.atomic():  # nobody moves from block to block while they are read
        LocationIndex.objects.select_for_update().get(pk=index.pk)
        found = coarse.find_cells(BlockTable(index), Footprint(bands, footprint.raster))
    shares = _shares(footprint, found)
    places: dict[int, _Place] = {}
    columns = (found.person, found.certain, found.possible)
    for number, certain, possible, share in zip(
        *(column.tolist() for column in columns), shares.tolist(), strict=True
    ):
        answer = _answer(certain, possible)
        band = certain if answer == Answer.INSIDE else possible
        if band < 1:
            places[number] = _Place(Answer.NEAR, "", "", 0.0)
        else:
            chosen = bands[band]
            places[number] = _Place(answer, rules.level_word(chosen.level), chosen.label, share)
    return places


def _answer(certain: int, possible: int) -> Answer:
    if certain >= 1:
        return Answer.INSIDE
    return Answer.POSSIBLE if possible >= 1 else Answer.NEAR


def _shares(
    footprint: Footprint, found: FoundCells
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The share of each cell that is inside: 1 or 0 but for the cells an edge crosses."""
    shares = (found.certain >= 1).astype(np.float64)
    crossed = np.flatnonzero((found.certain < 1) & (found.possible >= 1))
    if len(crossed):
        pairs = np.column_stack([found.key[crossed], found.level[crossed]])
        cells, of = np.unique(pairs, axis=0, return_inverse=True)
        share = chance.share_of_cells(footprint, cells[:, 0], cells[:, 1].astype(np.uint8))
        shares[crossed] = np.maximum(share, 1 / 128)[
            of.ravel()
        ]  # touched, though no place of 64 is
    return shares


def _placements(index: LocationIndex, numbers: list[int]) -> Iterator[Placement]:
    known = _known(index)
    for start in range(0, len(numbers), BATCH):
        yield from known.filter(number__in=numbers[start : start + BATCH])


def _known(index: LocationIndex) -> QuerySet[Placement]:
    """The people of an index that are still there, with no more of each than a finding needs."""
    return (
        Placement.objects.filter(index=index, person__erased_at__isnull=True)
        .select_related("person", "whereabouts")
        .only(*_NEEDED)
    )


def _finding(one: Placement, place: _Place, question: Question, words: "_Words") -> CaseFinding:
    claim = one.whereabouts
    age_days = max(0.0, (words.at - claim.observed_at).total_seconds() / 86_400)
    half_life = chance.HALF_LIFE_DAYS.get(one.person.occupation, chance.OTHER_HALF_LIFE_DAYS)
    answer = Answer.TOO_OLD if age_days > question.too_old_days else place.answer
    return CaseFinding(
        person=one.person,
        answer=answer,
        band=place.band,
        probability=round(place.share * 0.5 ** (age_days / half_life), 4),
        reason=words.reason(claim, place, answer, age_days),
        position_observed_at=claim.observed_at,
        area=claim.area,
    )


class _Words:
    """The sentences of the reasons, in the language in use when this was made."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._said = _("Source: %(source)s, seen %(days)d days before, to within %(km)s km.")
        self._too_old = _("That is too old to tell.")
        self._sources = {source.value: str(source.label) for source in Source}
        self._where = {
            Answer.INSIDE: _("The whole cell of the last known location is inside “%(band)s”."),
            Answer.POSSIBLE: _(
                "The edge of “%(band)s” crosses the cell of the last known location."
            ),
            Answer.NEAR: _("The last known location is near the footprint, not inside."),
        }

    def reason(self, claim: Whereabouts, place: _Place, answer: Answer, age_days: float) -> str:
        """Why, in two or three sentences."""
        sentences = [
            self._where[place.answer] % {"band": place.label or place.band},
            self._said
            % {
                "source": self._sources[claim.source],
                "days": round(age_days),
                "km": f"{claim.accuracy_km:g}",
            },
        ]
        if answer == Answer.TOO_OLD:
            sentences.append(self._too_old)
        return " ".join(sentences)


def _too_old_elsewhere(
    index: LocationIndex,
    crisis: Crisis,
    places: Mapping[int, _Place],
    question: Question,
    at: datetime,
) -> list[CaseFinding]:
    """People last seen long ago elsewhere in the countries of the crisis: they may be anywhere there now."""
    old = _known(index).filter(
        whereabouts__country__in=crisis.countries,
        whereabouts__observed_at__lt=at - timedelta(days=min(question.too_old_days, 36_500)),
    )
    return [
        CaseFinding(
            person=one.person,
            answer=Answer.TOO_OLD,
            reason=_("Last seen %(days)d days ago elsewhere in the country; too old to tell.")
            % {"days": (at - one.whereabouts.observed_at).days},
            position_observed_at=one.whereabouts.observed_at,
            area=one.whereabouts.area,
        )
        for one in old.iterator(chunk_size=BATCH)
        if one.number not in places
    ]
