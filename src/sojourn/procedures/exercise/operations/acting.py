"""The people of an exercise act: they read what arrives on their phones and answer when their moment comes."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from sojourn.procedures.exercise import queries, rules
from sojourn.procedures.exercise.behaviour.shape import Way
from sojourn.procedures.exercise.models import Exercise, PlannedAnswer, StandIn
from sojourn.procedures.exercise.phones import AT_ONCE, Arrived, CannotReach, Phones, Said
from sojourn.response.outreach.models import Message

logger = logging.getLogger(__name__)

PAGES_AT_ONCE: Final = 20


def hear(*, exercise: Exercise, phones: Phones, at: datetime) -> int:
    """Read what arrived; whoever hears of the crisis first plans their answers. Safe to repeat; returns how many."""
    total = 0
    while True:
        arrived = phones.arrived(after=exercise.heard_through)
        if not arrived:
            return total
        total += _plan(exercise, arrived, at)
        if len(arrived) < AT_ONCE:
            return total


def answer(*, exercise: Exercise, phones: Phones, at: datetime) -> int:
    """Give the answers whose moment has come and return how many. Safe to repeat: each has its own id."""
    total = 0
    while due := list(queries.answers_due(exercise, at=at, limit=AT_ONCE)):
        written = [one for one in due if one.way != Way.LINK]
        phones.say([_said(one) for one in written])
        done = [one.pk for one in written]
        done += [one.pk for one in due if one.way == Way.LINK and _on_page(one, phones)]
        PlannedAnswer.objects.filter(pk__in=done).update(given_at=at)
        total += len(done)
        if len(done) < len(due):
            break
    return total


@transaction.atomic
def _plan(exercise: Exercise, arrived: Sequence[Arrived], at: datetime) -> int:
    """Plan the answers of everybody who hears for the first time, and note how far was read."""
    by_key = {UUID(one.key): one for one in arrived if _is_key(one.key)}
    people = dict(
        Message.objects.filter(key__in=list(by_key), reason="campaign").values_list(
            "person_id", "key"
        )
    )
    fresh = list(
        StandIn.objects.filter(
            exercise=exercise, person_id__in=list(people), heard_at__isnull=True
        ).order_by("person__name", "pk")
    )
    PlannedAnswer.objects.bulk_create(
        planned for one in fresh for planned in _planned(one, by_key[people[one.pk]], at)
    )
    StandIn.objects.filter(pk__in=[one.pk for one in fresh]).update(heard_at=at)
    exercise.heard_through = arrived[-1].seq
    exercise.save(update_fields=["heard_through"])
    return len(fresh)


def _planned(one: StandIn, arrived: Arrived, at: datetime) -> list[PlannedAnswer]:
    if rules.is_dead_address(arrived.phone):
        return []
    return [
        PlannedAnswer(
            exercise_id=one.exercise_id,
            stand_in=one,
            phone=arrived.phone,
            line=arrived.line,
            way=Way.PHONE if facts["way"] == Way.LINK and not arrived.link else facts["way"],
            means=facts["means"],
            words=facts["words"],
            link=arrived.link,
            due_at=at + timedelta(minutes=facts["after_min"]),
        )
        for facts in one.answers
    ]


def _said(one: PlannedAnswer) -> Said:
    is_strange = one.way == Way.UNKNOWN_NUMBER
    phone = rules.stranger_of(one.phone) if is_strange else one.phone
    return Said(id=f"{one.exercise_id}-{one.pk}", phone=phone, line=one.line, text=one.words)


def _on_page(one: PlannedAnswer, phones: Phones) -> bool:
    try:
        phones.say_on_page(one.link, needs=one.stand_in.needs)
    except CannotReach:
        logger.warning("a personal page could not be opened; it is tried again")
        return False
    return True


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
