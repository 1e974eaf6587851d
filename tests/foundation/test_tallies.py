"""Whatever happens to cases in whatever order, the tallies say what the cases say."""

import random
from datetime import timedelta

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload import queries
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, Stage, Standing


def _counted_by_hand(crisis):
    """Count the cases as a person would, without the rule under test."""
    cases = list(Case.objects.filter(crisis=crisis))
    asked = {Answer.INSIDE, Answer.POSSIBLE, Answer.TOO_OLD, Answer.REPORTED}
    return {
        "exposed": sum(case.answer in {"inside", "possible"} for case in cases),
        "messaged": sum(case.messaged_at is not None for case in cases),
        "reached": sum(case.reached_at is not None for case in cases),
        "safe": sum(case.standing == "safe" for case in cases),
        "in_need": sum(case.standing == "in_need" for case in cases),
        "unaccounted": sum(
            case.standing == "unaccounted" and case.answer in asked for case in cases
        ),
    }


@pytest.mark.parametrize("seed", range(6))
def test_tallies_follow_any_course_of_events(seed, crisis, register, officer, noon):
    chance = random.Random(seed)
    people = [register(f"P{number}") for number in range(12)]
    for minute in range(25):
        at = noon + timedelta(minutes=minute)
        some = chance.sample(people, chance.randint(1, len(people)))
        if chance.random() < 0.3:
            findings = [
                caseload.CaseFinding(
                    person=person,
                    answer=chance.choice(list(Answer)),
                    band=chance.choice("567"),
                    area=chance.choice(["North", "South"]),
                )
                for person in some
            ]
            caseload.open_cases(crisis=crisis, findings=findings, what="exposed", by=officer, at=at)
        else:
            ids = Case.objects.filter(crisis=crisis, person__in=some).values_list("pk", flat=True)
            change = caseload.CaseChange(
                what="changed",
                stage=chance.choice([None, Stage.TRIAGED]),
                standing=chance.choice([None, *Standing]),
                is_messaged=chance.random() < 0.5,
                is_reached=chance.random() < 0.5,
            )
            caseload.change_cases(
                crisis=crisis, case_ids=list(ids), change=change, by=officer, at=at
            )
        if chance.random() < 0.3:
            caseload.fold_tallies(at=at)
        assert queries.drift(crisis) == {}

    counts = queries.tallies(crisis=crisis, organisations=None).get("", {})
    by_hand = _counted_by_hand(crisis)
    assert {name: counts.get(name, 0) for name in by_hand} == by_hand
    as_of = queries.standing_as_of(crisis, noon + timedelta(days=1), organisations=None)
    assert {name: as_of.get(name, 0) for name in by_hand} == by_hand
    assert caseload.recount(crisis=crisis, by=officer, at=noon) == 0
