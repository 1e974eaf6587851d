"""What an exercise came to: the numbers of the board, how messages fared, and the board against the truth."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from sojourn.foundation.audit import queries as audit
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import Case, CaseStep, Crisis
from sojourn.foundation.caseload.terms import Measure, Standing
from sojourn.foundation.people.models import Person
from sojourn.procedures.exercise import rules
from sojourn.procedures.exercise.models import Exercise, PlannedAnswer, StandIn
from sojourn.procedures.exercise.phones import Phones
from sojourn.response.outreach.models import Message, Reply
from sojourn.response.outreach.terms import MessageState
from sojourn.response.triage.models import Need

OF_STAFF = "user:"


def outcome_of(exercise: Exercise, crisis: Crisis, phones: Phones) -> dict[str, Any]:
    """Return the outcome as JSON can hold it. Reads only."""
    numbers = caseload.tallies(crisis=crisis, organisations=None).get("", {})
    people = Person.objects.filter(pk__in=StandIn.objects.filter(exercise=exercise).values("pk"))
    messages = Message.objects.filter(crisis=crisis)
    verdict = audit.verify()
    return {
        "scenario": exercise.scenario,
        "seed": exercise.seed,
        "people": people.count(),
        "households": people.values("household").distinct().count(),
        **{measure.value: numbers.get(measure, 0) for measure in Measure},
        "delivered": messages.filter(state=MessageState.DELIVERED, reason="campaign")
        .values("person")
        .distinct()
        .count(),
        "answers_given": PlannedAnswer.objects.filter(
            exercise=exercise, given_at__isnull=False
        ).count(),
        "replies": dict(_counted(Reply.objects.filter(is_exercise=True), "meaning")),
        "replies_of_nobody_known": Reply.objects.filter(
            is_exercise=True, conversation__isnull=True
        ).count(),
        "needs": _needs(crisis),
        **asdict(rules.score_of(_judged(exercise, crisis))),
        "messages": _by_language(messages.filter(reason="campaign")),
        "duplicates": duplicates(phones),
        "tallies_adrift": len(caseload.drift(crisis)),
        "audit_verified": verdict.is_sound,
    }


def duplicates(phones: Phones) -> int:
    """Return how many messages reached a telephone more than once, as the operator's own book says."""
    seen: Counter[tuple[str, str]] = Counter()
    after = 0
    while arrived := phones.arrived(after=after):
        seen.update((one.phone, one.key) for one in arrived)
        after = arrived[-1].seq
    return sum(count - 1 for count in seen.values())


def _counted(rows: Any, field: str) -> Iterable[tuple[str, int]]:
    return rows.values_list(field).annotate(Count("pk")).order_by(field)  # type: ignore[no-any-return]  # a QuerySet of pairs


def _needs(crisis: Crisis) -> Mapping[str, Mapping[str, int]]:
    """Return kind → priority → number of cases that had such a need."""
    found: dict[str, Counter[str]] = {}
    worst: dict[UUID, int] = {}
    for case_id, priority in Case.objects.filter(crisis=crisis).values_list(
        "pk", "assessments__priority"
    ):
        if priority is not None:
            worst[case_id] = min(priority, worst.get(case_id, priority))
    pairs = Need.objects.filter(case__crisis=crisis).values_list("kind", "case_id").distinct()
    for kind, case_id in pairs:
        found.setdefault(kind, Counter())[str(worst.get(case_id, "none"))] += 1
    return {kind: dict(sorted(by.items())) for kind, by in sorted(found.items())}


def _by_language(messages: Any) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = messages.values_list("language", "state").annotate(Count("pk")).order_by("language")
    for language, state, count in rows:
        found.setdefault(language, {})[state] = count
    return found


def _judged(exercise: Exercise, crisis: Crisis) -> Iterable[rules.Judged]:
    """Return what replies alone made of each case, before staff called anybody."""
    truth = dict(StandIn.objects.filter(exercise=exercise).values_list("pk", "needs"))
    messaged = dict(Case.objects.filter(crisis=crisis).values_list("person_id", "messaged_at"))
    said: dict[UUID, str] = {}
    answered: dict[UUID, datetime] = {}
    steps = (
        CaseStep.objects.filter(crisis=crisis)
        .exclude(standing=Standing.UNACCOUNTED)
        .exclude(by__startswith=OF_STAFF)
        .order_by("at", "pk")
    )
    for person_id, standing, at in steps.values_list("case__person_id", "standing", "at"):
        said[person_id] = standing
        answered.setdefault(person_id, at)
    for person_id, messaged_at in messaged.items():
        yield rules.Judged(
            is_safe=not truth.get(person_id),
            standing=said.get(person_id, Standing.UNACCOUNTED),
            messaged_at=messaged_at,
            answered_at=answered.get(person_id),
        )
