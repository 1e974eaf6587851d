"""Deeds of the procedure: read what waits in the inbox, and handle an answer given on the personal page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people.models import Person
from sojourn.procedures.reply_to_triage import rules
from sojourn.procedures.reply_to_triage.rules import Party
from sojourn.response.outreach.models import Reply
from sojourn.response.outreach.operations import conversations, inbox
from sojourn.response.outreach.operations.inbox import ReadReply
from sojourn.response.outreach.queries.matching import has_waiting
from sojourn.response.outreach.replies import Meaning, Reading, Scope, read_reply
from sojourn.response.triage import operations as triage
from sojourn.response.triage.rules import Said
from sojourn.response.triage.terms import Source

WORKER: Final = System("inbox")
NOWHERE: Final[Sequence[Case | None]] = (None,)


@dataclass(slots=True)
class _Outcome:
    """What a batch of replies in one crisis comes to. The sets hold keys of people."""

    safe: set[UUID] = field(default_factory=set)
    safe_by_family: set[UUID] = field(default_factory=set)
    heard: set[UUID] = field(default_factory=set)
    help: list[tuple[ReadReply, frozenset[UUID]]] = field(default_factory=list)
    doubtful: set[UUID] = field(default_factory=set)


def read_replies(*, at: datetime) -> int:
    """Read all that waits in the inbox and act on it, in short transactions; return how many replies had a person.

    For the worker. `at` is the real moment; each crisis has its own clock. Safe to repeat.
    """
    total = 0
    while has_waiting():
        with transaction.atomic():
            batch = inbox.read_inbox(at=at)
            _act(batch.replies, by=WORKER, at=at)
            conversations.thank(replies=batch.replies, by=WORKER, at=at)
        total += len(batch.replies)
        if not batch.rows:  # another worker holds the rest
            break
    return total


@transaction.atomic
def handle(
    *,
    person: Person,
    meaning: Meaning,
    text: str = "",
    scope: Scope = Scope.PERSON,
    needs: Collection[Said] = (),
    at: datetime,
) -> int:
    """Handle what a person said on their own page, in every open crisis that they have a case in.

    Returns the number of crises. The words are kept whole and come to a person when they say more than the choice.
    `at` is the real moment.
    """
    said = read_reply(text, language=person.language) if text.strip() else None
    if said is not None and said.meaning == Meaning.HELP:
        meaning = Meaning.HELP
    reading = Reading(
        meaning=meaning,
        scope=scope,
        language=person.language,
        is_whole=not text.strip() and meaning != Meaning.TEXT,
    )
    cases = Case.objects.filter(person=person, crisis__closed_at__isnull=True)
    found = list(cases.select_related("crisis", "crisis__lead").order_by("opened_at"))
    replies = [
        inbox.note_answer(person=person, case=case, reading=reading, text=text, at=at)
        for case in (found or NOWHERE)
    ]
    _act(replies, by=person, at=at, needs=needs, source=Source.LINK)
    return len(found)


def _act(
    replies: Sequence[ReadReply],
    *,
    by: Actor,
    at: datetime,
    needs: Collection[Said] = (),
    source: Source = Source.REPLY,
) -> None:
    by_crisis: dict[UUID, list[ReadReply]] = {}
    for read in replies:
        if read.crisis is not None:
            by_crisis.setdefault(read.crisis.pk, []).append(read)
    for group in by_crisis.values():
        crisis = group[0].crisis
        if crisis is None:
            continue
        cases = _cases_around(crisis, group)
        outcome = _outcome_of(group, cases)
        moment = crisis.clock.at(at)
        for read, people in outcome.help:
            for person_id in sorted(people):
                triage.triage_reply(
                    case=cases[person_id],
                    text=read.text,
                    needs=needs,
                    source=source,
                    by=read.person,
                    at=moment,
                )
        _account(crisis, cases, outcome, by=by, at=moment)
        conversations.keep_waiting(conversations=list(outcome.doubtful), at=at)
        _note_spoken_for(group)


def _cases_around(crisis: Crisis, group: Sequence[ReadReply]) -> Mapping[UUID, Case]:
    """Return person → case of all who wrote and of their households, locked until the batch is done."""
    households = {read.case.household_id for read in group if read.case} - {None}
    people = {read.person.pk for read in group}.union(*(read.beside for read in group))
    around = Q(person__in=people) | Q(household__in=households)
    cases = Case.objects.filter(around, crisis=crisis).select_related("crisis", "person")
    locked = cases.select_for_update(of=("self",)).order_by("pk")
    return {case.person_id: case for case in locked}


def _outcome_of(group: Sequence[ReadReply], cases: Mapping[UUID, Case]) -> _Outcome:
    """Judge the replies together, so that their order in the batch decides nothing."""
    outcome = _Outcome()
    at_home: dict[UUID | None, list[UUID]] = {}
    for member in cases.values():
        at_home.setdefault(member.household_id, []).append(member.person_id)
    for read in group:
        case = cases.get(read.person.pk)
        if case is None:
            continue
        home = at_home[case.household_id] if case.household_id else ()
        party = Party(case.person_id, [one for one in read.beside if one in cases], home)
        spoken = rules.spoken_for(read.reading, party)
        read.reply.spoke_for = len(spoken.people)
        outcome.heard.add(case.person_id)
        _sort(read, spoken.people, cases, outcome)
        if spoken.is_doubtful and read.reply.conversation_id:
            outcome.doubtful.add(read.reply.conversation_id)
    return outcome


def _sort(
    read: ReadReply, people: frozenset[UUID], cases: Mapping[UUID, Case], outcome: _Outcome
) -> None:
    meaning = read.reading.meaning
    if meaning == Meaning.HELP:
        outcome.help.append((read, people))
    elif meaning == Meaning.SAFE:
        outcome.safe.add(read.person.pk)
        outcome.safe_by_family |= people - {read.person.pk}
        is_sticky = any(cases[person].standing == Standing.IN_NEED for person in people)
        if is_sticky and read.reply.conversation_id:
            outcome.doubtful.add(read.reply.conversation_id)


def _account(
    crisis: Crisis, cases: Mapping[UUID, Case], outcome: _Outcome, *, by: Actor, at: datetime
) -> None:
    """Set the standings of those who are safe; whoever is in need stays so until a person closes it."""
    in_need = {person for person, case in cases.items() if case.standing == Standing.IN_NEED}
    in_need.update(*(people for _, people in outcome.help))
    safe = outcome.safe - in_need
    by_family = outcome.safe_by_family - outcome.safe - in_need
    for what, people, standing in (
        ("safe_reply", safe, Standing.SAFE),
        ("safe_by_family", by_family, Standing.SAFE),
        ("answered", outcome.heard - safe, None),
    ):
        caseload.change_cases(
            crisis=crisis,
            case_ids=[cases[person].pk for person in sorted(people)],
            change=caseload.CaseChange(what=what, standing=standing, is_reached=True),
            by=by,
            at=at,
        )


def _note_spoken_for(group: Sequence[ReadReply]) -> None:
    by_number: dict[int, list[UUID]] = {}
    for read in group:
        by_number.setdefault(read.reply.spoke_for, []).append(read.reply.pk)
    for number, replies in by_number.items():
        Reply.objects.filter(pk__in=replies).update(spoke_for=number)


__all__ = ["handle", "read_replies"]
