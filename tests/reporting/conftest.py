"""A crisis with people in two places, and the way to change how they stand."""

from datetime import timedelta

import pytest

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, Stage, Standing


@pytest.fixture
def expose(crisis, register, officer, noon):
    """A function that registers people in an area and opens their cases."""

    def _expose(count, *, area="Gorkha", nationality="PHL", language="fil", **links):
        people = [
            register(
                f"Person {area} {number}", nationality=nationality, languages=[language], **links
            )
            for number in range(count)
        ]
        caseload.open_cases(
            crisis=crisis,
            findings=[
                caseload.CaseFinding(person=person, answer=Answer.INSIDE, band="7", area=area)
                for person in people
            ],
            what="exposed",
            by=officer,
            at=noon,
        )
        return list(Case.objects.filter(crisis=crisis, person__in=people).order_by("pk"))

    return _expose


@pytest.fixture
def hear(crisis, officer, noon):
    """A function that writes down that some people answered, minutes after noon."""

    def _hear(cases, standing=Standing.SAFE, *, minutes=5):
        return caseload.change_cases(
            crisis=crisis,
            case_ids=[case.pk for case in cases],
            change=caseload.CaseChange(
                what="reply",
                stage=Stage.CONTACTED,
                standing=standing,
                is_messaged=True,
                is_reached=True,
            ),
            by=officer,
            at=noon + timedelta(minutes=minutes),
        )

    return _hear


@pytest.fixture
def fold(noon):
    """A function that folds the tallies at so many minutes after noon, and so notes the course."""

    def _fold(*, minutes=0):
        caseload.fold_tallies(at=noon + timedelta(minutes=minutes))

    return _fold


@pytest.fixture
def numbered(crisis, expose, hear, fold):
    """Twelve people in Gorkha, three in Kaski; four safe and two in need in Gorkha."""
    fold()
    gorkha = expose(12)
    expose(3, area="Kaski", nationality="BGD", language="bn")
    fold()
    hear(gorkha[:4])
    hear(gorkha[4:6], Standing.IN_NEED)
    fold(minutes=5)
    return crisis
