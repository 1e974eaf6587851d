"""How to reach them: telephones, shared ones, none at all; e-mail; papers, or none."""

from collections.abc import Sequence
from random import Random

from sojourn.foundation.people.terms import Occupation
from sojourn.procedures.exercise.population import phones
from sojourn.procedures.exercise.population.shape import MadePerson

OLD_ENOUGH = 14
WITHOUT_PHONE = {"domestic": 0.22, "dormitory": 0.15}
SHARED_BY_DORMITORY = 0.3
SHARED_BY_FAMILY = 0.25
WITH_EMAIL = 0.35
WITH_PAPERS = {Occupation.VISITOR: 0.97, Occupation.STUDENT: 0.95, Occupation.DOMESTIC_WORKER: 0.55}


class Contacts:
    """Gives out numbers, each once, from the `first` (from 0) on; and papers."""

    def __init__(self, random: Random, *, year: int, first: int = 0) -> None:
        self._random = random
        self._year = year
        self._numbers = phones.numbers(first)

    def give(self, people: Sequence[MadePerson], kind: str) -> None:
        """Give the people of one household their telephones, addresses and papers."""
        grown = [one for one in people if self._year - one.birth_year >= OLD_ENOUGH]
        self._give_phones(people, grown, kind)
        for one in grown:
            if self._random.random() < WITH_EMAIL:
                one.emails.append(f"person{one.number}@migrants.example")
        for one in people:
            if self._random.random() < WITH_PAPERS.get(one.occupation, 0.82):
                one.document = f"X{one.nationality[0]}{self._random.randint(10**6, 10**7 - 1)}"

    def _give_phones(
        self, people: Sequence[MadePerson], grown: Sequence[MadePerson], kind: str
    ) -> None:
        """One telephone each, or one for a dormitory or a family, or none."""
        if kind == "dormitory" and self._random.random() < SHARED_BY_DORMITORY:
            _share(next(self._numbers), people)
            return
        for one in grown:
            if self._random.random() >= WITHOUT_PHONE.get(kind, 0.08):
                one.phones.append(next(self._numbers))
        is_one_for_all = kind == "family" and self._random.random() < SHARED_BY_FAMILY
        if is_one_for_all and grown and grown[0].phones:
            _share(grown[0].phones[0], grown)


def _share(number: str, people: Sequence[MadePerson]) -> None:
    for one in people:
        one.phones = [number]
