"""Draws for each person what is true and how they answer. The same for the same seed.

The shares are ours, chosen so that every kind of answer occurs; they are not measured on any real crisis. Times to
answer are lognormal, as waiting times of people mostly are; the medians are below, in minutes.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from sojourn.foundation.people.terms import Occupation
from sojourn.procedures.exercise.behaviour.shape import Answer, Conduct, Means, Way
from sojourn.procedures.exercise.cultures.read import Phrases, phrases
from sojourn.procedures.exercise.population.shape import MadeHousehold, MadePerson
from sojourn.procedures.exercise.scenarios.shape import Scenario

# Probability of being in need, from outside all bands to the worst of four.
NEED_BY_BAND: Final = (0.01, 0.04, 0.10, 0.26, 0.45)
SILENT_BY_BAND: Final = (0.18, 0.18, 0.20, 0.26, 0.34)
NEED_KINDS: Final = (
    "medical", "shelter", "food_and_water", "child", "documents", "transport", "protection", "information",
)  # fmt: skip
NEED_WEIGHTS: Final[Mapping[str, tuple[int, ...]]] = {
    "earthquake": (24, 24, 15, 7, 9, 9, 3, 9),
    "cyclone": (12, 28, 22, 5, 8, 12, 4, 9),
    "civil_unrest": (10, 10, 20, 5, 16, 18, 14, 7),
}
MEDIAN_MIN: Final = {Means.SAFE: 38.0, Means.NEED: 22.0, Means.NOTHING: 45.0, Means.STOP: 15.0}
SPREAD: Final = 1.25
LONGEST_MIN: Final = 60 * 60.0
GARBAGE: Final = ("?", "5", "👍", "11", "Ok?", "who is this", "wrong number", "……", "123", "7")
STOPS: Final = ("STOP", "stop")
SINGULAR: Final = 4  # the first phrases for "safe" speak of oneself only

BY_LINK, FROM_UNKNOWN, TWICE, GARBAGE_FIRST, GARBAGE_ONLY, STOPPED, WORSENS = (
    0.07, 0.015, 0.06, 0.04, 0.02, 0.012, 0.02,
)  # fmt: skip


class People:
    """Draws the conduct of the people of one exercise, or of one part of them."""

    def __init__(self, scenario: Scenario, *, seed: int, part: int = 0) -> None:
        self._random = Random(f"conduct:{scenario.key}:{seed}:{part}")  # noqa: S311  # no secret
        self._kind = scenario.kind
        self._bands: Sequence[BaseGeometry] = [band.area for band in scenario.worst.bands]
        for area in self._bands:
            shapely.prepare(area)

    def of(self, household: MadeHousehold) -> list[Conduct]:
        """Return the conduct of each member. Members who are together share the worst of it."""
        random = self._random
        band = max((self._band_of(one) for one in household.people), default=0)
        is_hit = random.random() < NEED_BY_BAND[band] and household.people[0].is_here
        needs = [self._needs(one, is_hit) for one in household.people]
        is_silent = random.random() < SILENT_BY_BAND[band]
        speaker = next((n for n, one in enumerate(household.people) if one.phones), None)
        for_all = household.kind == "family" and len(household.people) > 1 and not is_hit
        is_for_all = for_all and random.random() < 0.6
        conduct = []
        for number, (person, need) in enumerate(zip(household.people, needs, strict=True)):
            answers: list[Answer] = []
            if is_for_all and number == speaker and not is_silent:
                answers = [self._for_all(person, len(household.people))]
            elif not is_silent and not is_for_all and random.random() > 0.12:
                answers = self._answers(person, need, is_alone_safe=is_hit and not need)
            conduct.append(Conduct(need, tuple(answers)))
        return conduct

    def _band_of(self, person: MadePerson) -> int:
        """Return 0 outside all bands, 4 in the worst; scenarios with fewer bands begin higher."""
        inside = sum(
            shapely.contains_xy(area, person.longitude, person.latitude) for area in self._bands
        )
        return int(inside) + (4 - len(self._bands) if inside else 0)

    def _needs(self, person: MadePerson, is_hit: bool) -> tuple[str, ...]:
        random = self._random
        if not is_hit or random.random() > 0.8:
            return ()
        weights = dict(zip(NEED_KINDS, NEED_WEIGHTS[self._kind], strict=True))
        if person.occupation == Occupation.DOMESTIC_WORKER:
            weights["protection"] *= 3
            weights["documents"] *= 2
        first = random.choices(list(weights), list(weights.values()))[0]
        return (first,)

    def _answers(
        self, person: MadePerson, needs: Sequence[str], *, is_alone_safe: bool
    ) -> list[Answer]:
        """Return what one person says; who is safe beside others in need speaks for nobody else."""
        random = self._random
        words = phrases(person.languages[0])
        means = Means.NEED if needs else Means.SAFE
        chance = random.random()
        if chance < STOPPED:
            return [self._said(Means.STOP, random.choice(STOPS))]
        if chance < STOPPED + GARBAGE_ONLY:
            return [self._said(Means.NOTHING, random.choice(GARBAGE))]
        true = self._said(means, self._phrase(words, needs, is_alone_safe), self._way(person))
        answers = [true]
        if random.random() < GARBAGE_FIRST:
            slip = Answer(true.after_min / 2, Way.PHONE, random.choice(GARBAGE), Means.NOTHING)
            answers.insert(0, slip)
        if random.random() < TWICE:
            again = true.after_min + random.uniform(1, 90)
            answers.append(Answer(again, true.way, true.words, true.means))
        if means == Means.SAFE and random.random() < WORSENS:
            later = true.after_min + random.uniform(60, 600)
            words_later = random.choice(words.meaning["food_and_water"])
            answers.append(Answer(later, Way.PHONE, words_later, Means.NEED))
        return answers

    def _for_all(self, person: MadePerson, size: int) -> Answer:
        """One answers for the whole household."""
        words = phrases(person.languages[0])
        figure = "".join(words.digits[int(digit)] for digit in str(size))
        text = self._random.choice(words.meaning["family"]).replace("{n}", figure)
        return self._said(Means.SAFE, text)

    def _phrase(self, words: Phrases, needs: Sequence[str], is_alone_safe: bool) -> str:
        said = words.meaning[needs[0] if needs else "safe"]
        return self._random.choice(said[:SINGULAR] if is_alone_safe else said)

    def _way(self, person: MadePerson) -> Way:
        chance = self._random.random()
        if chance < BY_LINK or not person.phones:
            return Way.LINK
        return Way.UNKNOWN_NUMBER if chance < BY_LINK + FROM_UNKNOWN else Way.PHONE

    def _said(self, means: Means, words: str, way: Way = Way.PHONE) -> Answer:
        minutes = self._random.lognormvariate(math.log(MEDIAN_MIN[means]), SPREAD)
        return Answer(round(min(minutes, LONGEST_MIN), 2), way, words, means)
