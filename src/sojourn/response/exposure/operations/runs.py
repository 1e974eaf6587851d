"""The deed: a footprint against everyone's last known location, and what follows for the cases."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
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
from sojourn.methods.footprint import Footprint
from sojourn.response.exposure import rules
from sojourn.response.exposure.models import ExposureCount, ExposureRun
from sojourn.response.exposure.operations.estimates import estimate_unlisted
from sojourn.response.exposure.operations.findings import Question, findings_for
from sojourn.response.exposure.operations.places import place_people

_KEPT: Final = frozenset({Answer.INSIDE, Answer.POSSIBLE})  # what overrules that someone came to us
_JUDGED: Final = frozenset({*_KEPT, Answer.NEAR, Answer.TOO_OLD})


class CannotRun(Exception):
    """There is nothing to compare with; the message says why."""


@transaction.atomic
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
    """
    question = question or Question()
    crisis = Crisis.objects.select_for_update().get(pk=crisis.pk)
    _check_can_run(crisis, footprint)
    run = ExposureRun.objects.create(
        crisis=crisis,
        at=at,
        by=by.audit_key,
        source=source[:200],
        bands=rules.bands_json(footprint),
        problems=list(problems),
        near_km=question.near_km,
        too_old_days=question.too_old_days,
    )
    opened = changed = passed_over = 0
    for organisation in organisations_of(crisis):
        place_people(organisation=organisation, is_exercise=crisis.is_exercise, by=by, at=at)
        found = findings_for(
            crisis=crisis, organisation=organisation, footprint=footprint, question=question, at=at
        )
        result = _bring_up_to_date(crisis, organisation, found, by=by, at=at)
        opened, changed = opened + result.opened, changed + result.changed
        passed_over += result.passed_over
        _count(run, organisation, found)
        estimate_unlisted(run=run, organisation=organisation, footprint=footprint, findings=found)
    audit.record(
        what="exposure.run",
        about=run,
        by=by,
        at=at,
        crisis=crisis.pk,
        opened=opened,
        changed=changed,
        passed_over=passed_over,
    )
    return run


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
) -> caseload.Opened:
    rows = Case.objects.filter(crisis=crisis, responsible=organisation)
    before = {
        person: (answer, band, area)
        for person, answer, band, area in rows.values_list("person_id", "answer", "band", "area")
    }
    told = [one for one in found if _is_news(one, before.get(one.person.pk))]
    result = caseload.open_cases(crisis=crisis, findings=told, what="exposed", by=by, at=at)
    gone = {key for key, told_before in before.items() if told_before[0] in _JUDGED}
    gone.difference_update(one.person.pk for one in found)
    left = caseload.open_cases(
        crisis=crisis, findings=_no_longer_inside(gone), what="no_longer_inside", by=by, at=at
    )
    return caseload.Opened(
        result.opened, result.changed + left.changed, result.passed_over + left.passed_over
    )


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


def _count(run: ExposureRun, organisation: Organisation, found: Sequence[CaseFinding]) -> None:
    people: Counter[tuple[Answer, str]] = Counter()
    expected: defaultdict[tuple[Answer, str], float] = defaultdict(float)
    for one in found:
        people[(one.answer, one.band)] += 1
        expected[(one.answer, one.band)] += one.probability or 0.0
    ExposureCount.objects.bulk_create(
        ExposureCount(
            run=run,
            organisation=organisation,
            answer=answer,
            band=band,
            people=count,
            expected=expected[(answer, band)],
        )
        for (answer, band), count in people.items()
    )


@transaction.atomic
def note_export(*, crisis: Crisis, by: Actor, at: datetime) -> None:
    """Record that the list of exposed people was taken away as a file."""
    audit.record(what="exposure.exported", about=crisis, by=by, at=at, is_read=True)
