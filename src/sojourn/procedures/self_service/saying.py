"""What a person says on their page goes the same way as what they say by SMS."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, Occupation, Sex
from sojourn.procedures.self_service import queries


@dataclass(frozen=True, slots=True)
class Said:
    """An answer by the page: safe or not, the needs that were ticked, words."""

    is_safe: bool
    needs: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the conversation."""

    at: datetime
    is_theirs: bool
    text: str


def say(*, person: Person, said: Said, at: datetime) -> None:
    _stand(person, Standing.SAFE if said.is_safe else Standing.IN_NEED, person, at)


def say_for(*, person: Person, member: Person, at: datetime) -> None:
    _stand(member, Standing.SAFE, person, at)


def write(*, person: Person, text: str, at: datetime) -> None:
    del person, text, at


def conversation(person: Person) -> Sequence[Entry]:
    del person
    return []


def _stand(person: Person, standing: Standing, by: Person, at: datetime) -> None:
    for case in queries.cases_of(person):
        if standing == Standing.SAFE and case.standing == Standing.IN_NEED:
            continue
        caseload.change_cases(
            crisis=case.crisis,
            case_ids=[case.pk],
            change=caseload.CaseChange(what="replied", standing=standing, is_reached=True),
            by=by,
            at=case.crisis.clock.at(at),
        )


def moment_for(person: Person, at: datetime) -> datetime:
    """Return the moment by the clock of the person's crisis: an exercise has its own."""
    case = queries.cases_of(person).first()
    return case.crisis.clock.at(at) if case else at


def correct(*, person: Person, data: dict[str, Any], at: datetime) -> None:
    """Correct the record as the person says; the chosen language comes first from now on."""
    languages = [data["language"], *map(str, person.languages)]
    facts = people.PersonFacts(
        name=data["name"],
        description=person.description,
        other_names=list(map(str, person.other_names)),
        nationality=data["nationality"],
        second_nationality=person.second_nationality,
        languages=list(dict.fromkeys(languages)),
        sex=Sex(person.sex),
        birth_year=data["birth_year"],
        occupation=Occupation(person.occupation),
    )
    people.correct_person(person=person, facts=facts, by=person, at=at)
    for channel, address in ((Channel.SMS, data["phone"]), (Channel.EMAIL, data["email"])):
        if address:
            people.add_contact_point(
                person=person, channel=channel, address=address, by=person, at=at
            )
