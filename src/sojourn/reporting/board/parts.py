"""The parts of the board, each a frozen value for one template: what it holds is what makes it change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sojourn.foundation.access.pages import CASE_ROLES
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.terms import Measure
from sojourn.reporting.board import queries, rules
from sojourn.reporting.board.labels import Table, named_tables, names_in
from sojourn.response.triage import queries as triage

NEWEST: Final = 5
HEAD: Final = 6


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at which crisis, when on its clock, and at whose numbers."""

    viewer: Viewer
    crisis: Crisis
    at: datetime
    sight: queries.Sight

    @property
    def minute(self) -> datetime:
        """Return the minute, or under control the hour, that the numbers are as of."""
        if self.sight.is_exact:
            return self.at.replace(second=0, microsecond=0)
        return self.at.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The tiles."""

    figures: rules.Figures
    as_of: datetime
    is_exact: bool

    @property
    def people(self) -> int:
        """Return how many people the three numbers add up to."""
        counts = (self.figures.unaccounted, self.figures.in_need, self.figures.safe)
        return sum(count or 0 for count in counts)


@dataclass(frozen=True, slots=True)
class Course:
    """The chart."""

    lines: tuple[rules.Line, ...]
    marks: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """All tables."""

    tables: tuple[Table, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Change:
    """How one number changed within the hour."""

    label: str
    tone: str
    by: int


@dataclass(frozen=True, slots=True)
class NewInNeed:
    """Someone who came to be in need within the hour."""

    case_id: str
    person_id: UUID
    name: str
    area: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hour:
    """What changed within the hour."""

    changes: tuple[Change, ...]
    in_need: tuple[NewInNeed, ...]

    @property
    def people(self) -> list[UUID]:
        """Return who is named."""
        return [one.person_id for one in self.in_need]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    case_id: str
    person_id: UUID
    name: str
    priority: int
    kinds: tuple[str, ...]
    reason: str
    area: str
    due_at: datetime | None
    is_overdue: bool
    held_by: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The head of the queue, and how long it is."""

    rows: tuple[Waiting, ...]
    waiting: int
    overdue: int
    nobody: int
    escalated: int

    @property
    def people(self) -> list[UUID]:
        """Return who is named."""
        return [one.person_id for one in self.rows]


@dataclass(frozen=True, slots=True)
class Part:
    """A part by name: what it shows, how often it asks (seconds), and who has it."""

    name: str
    read: Callable[[Looking], object]
    every_s: int
    is_for_case_workers: bool = False
    is_for_exact_sight: bool = False

    def is_shown_to(self, looking: Looking) -> bool:
        """Return whether this viewer has this part."""
        if self.is_for_case_workers and not looking.viewer.has(*CASE_ROLES):
            return False
        return looking.sight.is_exact or not self.is_for_exact_sight


def numbers(looking: Looking) -> Numbers:
    """Read the tiles."""
    figures = queries.figures(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    return Numbers(figures, looking.minute, looking.sight.is_exact)


def course(looking: Looking) -> Course:
    """Read the chart."""
    found = queries.course(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    zone = ZoneInfo(looking.crisis.time_zone)
    pattern = "%H:%M"
    if found.moments and found.moments[-1] - found.moments[0] > timedelta(hours=36):
        pattern = "%d.%m. %H:%M"
    lines = tuple(
        rules.Line(str(measure.label), measure.value, found.counts[measure])
        for measure in rules.THREE
        if measure in found.counts
    )
    marks = tuple(moment.astimezone(zone).strftime(pattern) for moment in found.moments)
    return Course(lines, marks, looking.crisis.time_zone)


def breakdowns(looking: Looking) -> Breakdowns:
    """Read the tables."""
    board = queries.board(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    names = names_in(board, looking.crisis, at=looking.at)
    return Breakdowns(named_tables(board, names), board.hidden)


def hour(looking: Looking) -> Hour:
    """Read what changed within the hour."""
    now = queries.figures(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    then = queries.an_hour_before(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    changes = tuple(
        Change(str(measure.label), measure.value, change)
        for measure in (*rules.THREE, Measure.MESSAGED, Measure.REACHED)
        if (change := (getattr(now, measure.value) or 0) - then.get(measure, 0))
    )
    steps = queries.new_in_need(
        viewer=looking.viewer, crisis=looking.crisis, at=looking.at, limit=NEWEST
    )
    in_need = tuple(
        NewInNeed(str(step.case_id), step.case.person_id, step.case.person.name, step.area, step.at)
        for step in steps
    )
    return Hour(changes, in_need)


def queue(looking: Looking) -> Queue:
    """Read the head of the queue: those whom the viewer may see, most urgent first."""
    counts = triage.counts(looking.viewer, looking.crisis, at=looking.at)
    head = triage.queue(looking.viewer, looking.crisis)[:HEAD]
    rows = tuple(
        Waiting(
            case_id=str(row.case.pk),
            person_id=row.case.person_id,
            name=row.case.person.name or row.case.person.description,
            priority=row.case.priority or 0,
            kinds=row.kinds,
            reason=row.reason,
            area=row.case.area,
            due_at=row.case.due_at,
            is_overdue=row.is_overdue,
            held_by=str(row.case.assigned_to or ""),
        )
        for row in triage.rows(list(head), at=looking.at)
    )
    return Queue(rows, counts.waiting, counts.overdue, counts.nobody, counts.escalated)


PARTS: Final[Mapping[str, Part]] = {
    part.name: part
    for part in (
        Part("numbers", numbers, every_s=5),
        Part("course", course, every_s=20),
        Part("queue", queue, every_s=10, is_for_case_workers=True),
        Part("hour", hour, every_s=15, is_for_exact_sight=True),
        Part("breakdowns", breakdowns, every_s=15),
    )
}
