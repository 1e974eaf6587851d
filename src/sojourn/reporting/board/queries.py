"""Questions the board asks. Numbers come from the tallies; names only of cases that the viewer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q, QuerySet

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import CaseStep, Crisis
from sojourn.foundation.caseload.terms import Facet, Measure, Standing
from sojourn.foundation.organisations.models import Office
from sojourn.foundation.organisations.terms import Role
from sojourn.methods import disclosure
from sojourn.reporting.board import rules
from sojourn.reporting.board.rules import THREE, Board
from sojourn.response.exposure import queries as exposure

EXACT_ROLES: Final = frozenset({Role.DUTY_OFFICER, Role.POST_OFFICER})
HOUR: Final = timedelta(hours=1)
HOUR_S: Final = 3_600
WINDOWS: Final = (25, 250)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose numbers a viewer sees. No organisations: everybody's together, under disclosure control."""

    organisations: frozenset[UUID]

    @property
    def is_exact(self) -> bool:
        """Return whether the numbers are shown as they are."""
        return bool(self.organisations)


@dataclass(frozen=True, slots=True)
class Course:
    """The three numbers over time, and the moments they were taken at."""

    moments: tuple[datetime, ...]
    counts: Mapping[Measure, tuple[int, ...]]


def sight_of(viewer: Viewer) -> Sight:
    """Return whose numbers the viewer sees: exact ones only of organisations whose cases they work on."""
    return Sight(
        frozenset(
            held.organisation_id for held in viewer.memberships if Role(held.role) in EXACT_ROLES
        )
    )


def board(*, crisis: Crisis, sight: Sight, at: datetime) -> Board:
    """Return all numbers of a crisis at a moment of its own clock."""
    if sight.is_exact:
        return rules.board_of(_counts(crisis, sight, (Facet.ALL, *rules.FACETS)))
    key = f"board:{crisis.pk}:{at:%Y%m%d%H}"
    found: Board | None = cache.get(key)
    if found is None:
        found = rules.controlled_board_of(_counts(crisis, sight, (Facet.ALL, *rules.FACETS)))
        cache.set(key, found, HOUR_S)
    return found


def figures(*, crisis: Crisis, sight: Sight, at: datetime) -> rules.Figures:
    """Return the numbers of the whole crisis."""
    if not sight.is_exact:
        return board(crisis=crisis, sight=sight, at=at).figures
    return rules.board_of(_counts(crisis, sight, (Facet.ALL,))).figures


def _counts(
    crisis: Crisis, sight: Sight, facets: Sequence[Facet]
) -> Mapping[Facet, Mapping[str, rules.Counts]]:
    organisations = sight.organisations or None
    return {
        facet: caseload.tallies(crisis=crisis, organisations=organisations, facet=facet)
        for facet in facets
    }


def course(*, crisis: Crisis, sight: Sight, at: datetime) -> Course:
    """Return the three numbers over time until a moment; to the hour, and rounded, under control."""
    points = caseload.course(crisis=crisis, organisations=sight.organisations or None)
    last = at if sight.is_exact else at.replace(minute=0, second=0, microsecond=0)
    rows = list(
        points.filter(measure__in=THREE, at__lte=last + timedelta(minutes=1)).values_list(
            "organisation_id", "measure", "at", "count"
        )
    )
    if not rows:
        return Course((), {})
    newest = max(row[2] for row in rows)
    moments = rules.moments_between(min(crisis.started_at, rows[0][2]), newest)
    counts = rules.course_at(
        [
            (organisation, Measure(measure), when, count)
            for organisation, measure, when, count in rows
        ],
        moments,
    )
    if not sight.is_exact:
        counts = {
            measure: tuple(disclosure.controlled_total(value) or 0 for value in values)
            for measure, values in counts.items()
        }
    return Course(moments, counts)


def an_hour_before(*, crisis: Crisis, sight: Sight, at: datetime) -> Mapping[Measure, int]:
    """Return the numbers as they were one hour earlier; 0 where none was noted yet."""
    then = at - HOUR
    counts: dict[Measure, int] = {}
    points = caseload.course(crisis=crisis, organisations=sight.organisations)
    newest: dict[tuple[UUID, str], int] = {}
    # A point is noted a minute at most after its change: two hours back there is one, or nothing changed.
    for organisation, measure, count in points.filter(at__lte=then).values_list(
        "organisation_id", "measure", "count"
    ):
        newest[(organisation, measure)] = count
    for (_organisation, measure), count in newest.items():
        counts[Measure(measure)] = counts.get(Measure(measure), 0) + count
    return counts


def new_in_need(*, viewer: Viewer, crisis: Crisis, at: datetime, limit: int) -> list[CaseStep]:
    """Return the newest steps of the last hour by which someone the viewer may see came to be in need.

    The newest are looked at first, and more only when the viewer may see too few of them.
    """
    steps = CaseStep.objects.filter(
        crisis=crisis, at__gt=at - HOUR, at__lte=at, standing=Standing.IN_NEED
    ).order_by("-at", "-id")
    found: dict[UUID, CaseStep] = {}
    for window in WINDOWS:
        newest = list(steps[:window])
        keys = {step.case_id for step in newest}
        seen = caseload.cases(viewer=viewer, purpose=Purpose.ASSISTANCE).filter(pk__in=keys)
        allowed = {case.pk: case for case in seen.select_related("person")}
        for step in newest:
            if step.case_id in allowed and step.case_id not in found:
                step.case = allowed[step.case_id]
                found[step.case_id] = step
        if len(found) >= limit or len(newest) < window:
            break
    return list(found.values())[:limit]


def posts(*, crisis: Crisis, sight: Sight) -> QuerySet[Office]:
    """Return the posts in the countries of a crisis whose place is known."""
    offices = Office.objects.filter(
        country__in=crisis.countries, latitude__isnull=False, longitude__isnull=False
    )
    if sight.is_exact:
        return offices.filter(organisation_id__in=sight.organisations)
    return offices.filter(
        Q(organisation=crisis.lead_id) | Q(organisation__crises=crisis)
    ).distinct()


def office_names(keys: Sequence[str]) -> Mapping[str, str]:
    """Return the names of posts by their key in text."""
    found = Office.objects.filter(pk__in=[key for key in keys if key])
    return {str(office.pk): office.name for office in found}


def band_names(crisis: Crisis, *, at: datetime) -> Mapping[str, str]:
    """Return what the bands of the footprint were called at a moment, by the level that cases carry."""
    run = exposure.runs_of(crisis).filter(at__lte=at).first()
    bands = run.bands if run else ()
    return {f"{band['level']:g}": band["label"] for band in bands if band["label"]}


def footprint(crisis: Crisis) -> Mapping[str, Any] | None:
    """Return the bands of the crisis' footprint as GeoJSON, mildest first, or None when it has none."""
    run = exposure.latest_run(crisis)
    return exposure.footprint_json(run) if run else None
