"""What a person says on their page goes the same way as a reply by SMS: conversation, case, triage."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from sojourn.foundation.access import sealing
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, Occupation, Sex, Source
from sojourn.preparedness.registration import operations as registration
from sojourn.preparedness.registration.terms import PlaceState
from sojourn.procedures.reply_to_triage import handle
from sojourn.procedures.self_service import queries
from sojourn.response.outreach.inbox.writer import words_in
from sojourn.response.outreach.models.conversations import Reply
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.replies import Meaning
from sojourn.response.outreach.terms import MessageState
from sojourn.response.triage import operations as triage

SHOWN = 50


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
    """Take "I am safe" or "I need help" as any other reply. `at` is the real moment.

    Where no crisis is open, the answer waits in words for a person to read it.
    """
    is_expected = queries.cases_of(person).exists()
    handle(
        person=person,
        meaning=Meaning.SAFE if said.is_safe else Meaning.HELP,
        text=said.text or ("" if is_expected else _in_words(said)),
        needs=[triage.Said(kind) for kind in said.needs],
        at=at,
    )


@transaction.atomic
def say_for(*, person: Person, member: Person, at: datetime) -> None:
    """Take the person's word that a member of the household is safe."""
    for case in queries.cases_of(member):
        _note_safe(case, by=person, at=at)


def write(*, person: Person, text: str, at: datetime) -> None:
    """Take words that a person must read. Words that call for help do so here as well."""
    handle(person=person, meaning=Meaning.TEXT, text=text, at=at)


def tell_place(*, person: Person, words: str, at: datetime) -> bool:
    """Take where the person is in words alone; True when that could be placed. `at` is the real moment."""
    known = people_queries.last_known_location(person)
    countries = {str(code) for case in queries.cases_of(person) for code in case.crisis.countries}
    if known is not None and known.country:
        countries.add(known.country)
    place = registration.tell_place(
        person=person,
        told=registration.Told(
            words=words,
            source=Source.SELF,
            told_at=moment_for(person, at),
            countries=sorted(countries),
        ),
        by=person,
        at=at,
    )
    return place.state in {PlaceState.GUESSED, PlaceState.KNOWN}


def conversation(person: Person) -> Sequence[Entry]:
    """Return what was written to the person and by them, the newest first."""
    to_them = [
        Entry(message.sent_at or message.queued_at, False, content_of(message).text)
        for message in person.messages.filter(
            state__in=[
                MessageState.SENT,
                MessageState.DELIVERED,
                MessageState.UNCERTAIN,
                MessageState.FAILED,
            ],
            step=1,
        ).order_by("-id")[:SHOWN]
    ]
    by_them = [
        Entry(reply.received_at, True, text)
        for reply in Reply.objects.filter(conversation__person=person)
        .select_related("inbound")
        .order_by("-received_at")[:SHOWN]
        if (text := _words_of(reply))
    ]
    return sorted([*to_them, *by_them], key=lambda entry: entry.at, reverse=True)


def moment_for(person: Person, at: datetime) -> datetime:
    """Return the moment by the clock of the person's crisis: an exercise has its own."""
    case = queries.cases_of(person).first()
    return case.crisis.clock.at(at) if case else at


@transaction.atomic
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


def _note_safe(case: Case, *, by: Person, at: datetime) -> None:
    """Note that a person is safe. A call for help stays one until an officer closes it."""
    is_in_need = case.standing == Standing.IN_NEED
    caseload.change_cases(
        crisis=case.crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(
            what="safe_by_family",
            standing=None if is_in_need else Standing.SAFE,
            is_reached=True,
        ),
        by=by,
        at=case.crisis.clock.at(at),
    )


def _in_words(said: Said) -> str:
    """The answer as SMS would have carried it, for whoever reads the conversation."""
    return "1" if said.is_safe else " ".join(["2", *said.needs])


def _words_of(reply: Reply) -> str:
    if reply.inbound is not None:
        return words_in(reply.inbound.sealed, reply.inbound.pk)
    if reply.sealed is None:
        return ""
    return str(
        json.loads(
            sealing.open_sealed(reply.sealed, table="outreach_reply", column="sealed", row=reply.pk)
        )
    )
