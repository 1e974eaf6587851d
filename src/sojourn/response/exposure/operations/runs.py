"""The deed: a footprint against everyone's last known location, and what follows for the cases."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.operations import CaseFinding
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.models import Person
from sojourn.foundation.turns import one_step, turn
from sojourn.methods.footprint import Footprint
from sojourn.response.exposure import rules
from sojourn.response.exposure.models import ExposureCount, ExposureRun, UnlistedEstimate
from sojourn.response.exposure.operations.estimates import estimates_of_unlisted
from sojourn.response.exposure.operations.findings import Question, findings_for
from sojourn.response.exposure.operations.places import place_people

AT_ONCE: Final = 250  # cases in one transaction: a tenth of a second, which nobody notices
_KEPT: Final = frozenset({Answer.INSIDE, Answer.POSSIBLE})  # what overrules that someone came to us
_JUDGED: Final = frozenset({*_KEPT, Answer.NEAR, Answer.TOO_OLD})


class CannotRun(Exception):
    """There is nothing to compare with; the message says why."""


def run_exposure(
    *,
    crisis: Crisis,
    footprint: Footprint,
    source: str,
    by: Actor,
    at: datetime,
    question: Question | None = None,
    problems: Sequence[str] = (),
) -> ExposureRun:
    """Find who is exposed and bring the cases of all organisations up to date. Safe to repeat.

    New people get a case, changed answers a step; who is no longer inside stays, and so does the standing.
    `at` is the time in the crisis. Raises CannotRun when the footprint covers nothing or the crisis is closed.
    In many short transactions, so that no reply waits for it; the run is written with the last, so one that is
    there is whole. One at a time for each crisis.
    """
    question = question or Question()
    with turn(f"exposure:{crisis.pk}"):
        crisis = Crisis.objects.select_related("lead").get(pk=crisis.pk)
        _check_can_run(crisis, footprint)
        run = ExposureRun(
            crisis=crisis,
            at=at,
            by=by.audit_key,
            source=source[:200],
            bands=rules.bands_json(footprint),
            problems=list(problems),
            near_km=question.near_km,
            too_old_days=question.too_old_days,
        )
        came_to = _CameTo()
        for organisation in organisations_of(crisis):
            place_people(organisation=organisation, is_exercise=crisis.is_exercise, by=by, at=at)
            found = findings_for(
                crisis=crisis,
                organisation=organisation,
                footprint=footprint,
                question=question,
                at=at,
            )
            came_to.add(_bring_up_to_date(crisis, organisation, found, by=by, at=at))
            came_to.counts += _counts(run, organisation, found)
            came_to.estimates += estimates_of_unlisted(
                run=run, organisation=organisation, footprint=footprint, findings=found
            )
        _write(run, came_to, by=by, at=at)
    return run


@dataclass(slots=True)
class _CameTo:
    """What a run came to so far: how many cases, and the rows that are written with it."""

    opened: int = 0
    changed: int = 0
    passed_over: int = 0
    counts: list[ExposureCount] = field(default_factory=list)
    estimates: list[UnlistedEstimate] = field(default_factory=list)

    def add(self, results: Iterable[caseload.Opened]) -> None:
        for one in results:
            self.opened += one.opened
            self.changed += one.changed
            self.passed_over += one.passed_over


@transaction.atomic
def _write(run: ExposureRun, came_to: _CameTo, *, by: Actor, at: datetime) -> None:
    run.save(force_insert=True)
    ExposureCount.objects.bulk_create(came_to.counts)
    UnlistedEstimate.objects.bulk_create(came_to.estimates)
    audit.record(
        what="exposure.run",
        about=run,
        by=by,
        at=at,
        crisis=run.crisis_id,
        opened=came_to.opened,
        changed=came_to.changed,
        passed_over=came_to.passed_over,
    )


def organisations_of(crisis: Crisis) -> list[Organisation]:
    """The lead and the participants, each once."""
    return list({one.pk: one for one in [crisis.lead, *crisis.participants.all()]}.values())


def _check_can_run(crisis: Crisis, footprint: Footprint) -> None:
    if not footprint.bands or (footprint.raster is None and not footprint.shapes()):
        raise CannotRun(_("The footprint covers no area. Draw it, or choose another file."))
    if crisis.closed_at is not None:
        raise CannotRun(_("This crisis is closed."))


def _bring_up_to_date(
    crisis: Crisis,
    organisation: Organisation,
    found: Sequence[CaseFinding],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[caseload.Opened]:
    """Open and change the cases of one organisation, some at a time, each time in a transaction of its own."""
    for start in range(0, len(found), AT_ONCE):
        yield _tell(crisis, found[start : start + AT_ONCE], by=by, at=at)
    judged = Case.objects.filter(crisis=crisis, responsible=organisation, answer__in=_JUDGED)
    gone = set(judged.values_list("person_id", flat=True))
    gone.difference_update(one.person.pk for one in found)
    left = _no_longer_inside(gone)
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        with one_step():
            opened = caseload.open_cases(
                crisis=crisis, findings=some, what="no_longer_inside", by=by, at=at
            )
        yield opened


@one_step()
def _tell(
    crisis: Crisis, found: Sequence[CaseFinding], *, by: Actor, at: datetime
) -> caseload.Opened:
    rows = Case.objects.filter(crisis=crisis, person__in=[one.person.pk for one in found])
    before = {
        person: (answer, band, area)
        for person, answer, band, area in rows.values_list("person_id", "answer", "band", "area")
    }
    told = [one for one in found if _is_news(one, before.get(one.person.pk))]
    return caseload.open_cases(crisis=crisis, findings=told, what="exposed", by=by, at=at)


def _is_news(found: CaseFinding, before: tuple[str, str, str] | None) -> bool:
    if before is None:
        return True
    if before[0] == Answer.REPORTED and found.answer not in _KEPT:
        return False
    return before != (found.answer, found.band, found.area[:120])


def _no_longer_inside(people: Collection[UUID]) -> list[CaseFinding]:
    reason = _("The last known location is no longer inside or near the footprint.")
    known = Person.objects.in_bulk(list(people))
    return [
        CaseFinding(person=person, answer=Answer.OUTSIDE, probability=0.0, reason=reason)
        for person in known.values()
    ]


def _counts(
    run: ExposureRun, organisation: Organisation, found: Sequence[CaseFinding]
) -> list[ExposureCount]:
    people: Counter[tuple[Answer, str]] = Counter()
    expected: defaultdict[tuple[Answer, str], float] = defaultdict(float)
    for one in found:
        people[(one.answer, one.band)] += 1
        expected[(one.answer, one.band)] += one.probability or 0.0
    return [
        ExposureCount(
            run=run,
            organisation=organisation,
            answer=answer,
            band=band,
            people=count,
            expected=expected[(answer, band)],
        )
        for (answer, band), count in people.items()
    ]


@transaction.atomic
def note_export(*, crisis: Crisis, people: Iterable[UUID], by: Actor, at: datetime) -> None:
    """Record that the list of exposed people was taken away as a file, and how many it held."""
    audit.record_export(what="exposure.exported", about=crisis, people=people, by=by, at=at)
