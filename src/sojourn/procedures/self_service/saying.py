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
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, Occupation, Sex
from sojourn.procedures.self_service import queries
from sojourn.response.outreach.inbox.writer import words_in
from sojourn.response.outreach.models.conversations import Reply
from sojourn.response.outreach.operations import conversations, inbox
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.replies import Meaning, Reading
from sojourn.response.outreach.terms import MessageState
from sojourn.response.triage import operations as triage
from sojourn.response.triage.terms import Source

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


@transaction.atomic
def say(*, person: Person, said: Said, at: datetime) -> None:
    """Take "I am safe" or "I need help" into every open case. `at` is the real moment.

    Who called for help and now says safe stays in need until an officer reads it. Without a case,
    the answer waits for a person to read it.
    """
    found: list[Case | None] = list(queries.cases_of(person))
    cases = found or [None]
    meaning = Meaning.SAFE if said.is_safe else Meaning.HELP
    is_whole = bool(found) and not said.text.strip()
    for case in cases:
        read = inbox.note_answer(
            person=person,
            case=case,
            reading=Reading(meaning=meaning, is_whole=is_whole),
            text=said.text or _in_words(said),
            at=at,
        )
        if case is None:
            continue
        if said.is_safe:
            if not _note_safe(case, by=person, at=at) and read.reply.conversation_id:
                conversations.keep_waiting(conversations=[read.reply.conversation_id], at=at)
        else:
            _call_for_help(case, said, by=person, at=at)


@transaction.atomic
def say_for(*, person: Person, member: Person, at: datetime) -> None:
    """Take the person's word that a member of the household is safe."""
    for case in queries.cases_of(member):
        _note_safe(case, by=person, at=at)


@transaction.atomic
def write(*, person: Person, text: str, at: datetime) -> None:
    """Take words that a person must read, into the newest crisis or beside all of them."""
    inbox.note_answer(
        person=person,
        case=queries.cases_of(person).first(),
        reading=Reading(meaning=Meaning.TEXT),
        text=text,
        at=at,
    )


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


def _note_safe(case: Case, *, by: Person, at: datetime) -> bool:
    """Note that a person is safe and return whether it counts: a call for help is not undone by it."""
    is_in_need = case.standing == Standing.IN_NEED
    caseload.change_cases(
        crisis=case.crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(
            what="safe_by_page",
            standing=None if is_in_need else Standing.SAFE,
            is_reached=True,
        ),
        by=by,
        at=case.crisis.clock.at(at),
    )
    return not is_in_need


def _call_for_help(case: Case, said: Said, *, by: Person, at: datetime) -> None:
    triage.triage_reply(
        case=case,
        text=said.text,
        needs=[triage.Said(kind) for kind in said.needs],
        source=Source.LINK,
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
