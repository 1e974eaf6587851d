"""Questions about files that were brought together."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, QuerySet

from sojourn.exchange.sentences import Sentence, unpacked
from sojourn.foundation.access import sealing
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.jobs import queries as jobs
from sojourn.preparedness.registration.models import DeliveredFile, Delivery, Import, SourceRow
from sojourn.preparedness.registration.queries.imports import problems_of, reach_of
from sojourn.preparedness.registration.rules import job_key
from sojourn.preparedness.registration.terms import FileState, ImportState, Plan

UNDER_WAY = frozenset({ImportState.READING, ImportState.RUNNING})


def deliveries(*, viewer: Viewer) -> QuerySet[Delivery]:
    """Return the deliveries of the organisations where the viewer keeps the register, newest first."""
    found = Delivery.objects.filter(reach_of(viewer)).select_related("brought_by")
    return found.annotate(files_count=Count("files")).order_by("-brought_at", "-id")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a list there are, and what they become."""

    rows: int = 0
    new: int = 0
    known: int = 0
    maybe: int = 0
    aside: int = 0
    problems: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.rows + other.rows,
            self.new + other.new,
            self.known + other.known,
            self.maybe + other.maybe,
            self.aside + other.aside,
            self.problems + other.problems,
        )

    @property
    def people(self) -> int:
        """Return how many rows are about somebody."""
        return self.rows - self.aside


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file of a delivery and what became of it; `is_stuck` when reading it failed again and again."""

    file: DeliveredFile
    tally: Tally
    is_stuck: bool

    @property
    def record(self) -> Import | None:
        """Return the import, when the file could be read."""
        return self.file.record

    @property
    def is_under_way(self) -> bool:
        """Say whether something is still being done with it."""
        if self.file.state == FileState.WAITING:
            return not self.is_stuck
        return self.record is not None and self.record.state in UNDER_WAY

    @property
    def may_be_confirmed(self) -> bool:
        """Say whether its people wait for a word to be added."""
        record = self.record
        return (
            record is not None
            and record.state == ImportState.LOOKED_AT
            and self.file.state == FileState.READ
            and self.tally.people > 0
        )

    @property
    def refusal(self) -> Sentence | None:
        """Return why the file cannot be read."""
        return unpacked(self.file.refusal) if self.file.refusal else None


@dataclass(frozen=True)
class Outcomes:
    """The files of a delivery, in the order they came, and all of them together."""

    files: Sequence[Outcome]

    @cached_property
    def total(self) -> Tally:
        """Return the rows of all files that this delivery brought."""
        return sum(
            (one.tally for one in self.files if one.file.state == FileState.READ), start=Tally()
        )

    @cached_property
    def to_confirm(self) -> int:
        """Return how many people wait for a word to be added."""
        return sum(one.tally.people for one in self.files if one.may_be_confirmed)

    @cached_property
    def done(self) -> int:
        """Return how many files nothing more is done with."""
        return sum(not one.is_under_way for one in self.files)

    @property
    def is_under_way(self) -> bool:
        """Say whether something is still being done with any of them."""
        return self.done < len(self.files)

    @cached_property
    def refused(self) -> int:
        """Return how many files cannot be read."""
        return sum(one.is_stuck or one.file.state == FileState.REFUSED for one in self.files)


def outcomes(delivery: Delivery) -> Outcomes:
    """Return what became of each file of a delivery the caller may see."""
    files = list(delivery.files.defer("content_sealed").select_related("record").order_by("id"))
    tallies = _tallies([file.record_id for file in files if file.record_id])
    waiting = [job_key(file.pk) for file in files if file.state == FileState.WAITING]
    stuck = jobs.failed_for_good(waiting)
    return Outcomes(
        [
            Outcome(
                file,
                tallies.get(file.record_id, Tally()) if file.record_id else Tally(),
                job_key(file.pk) in stuck,
            )
            for file in files
        ]
    )


def _tallies(records: Sequence[UUID]) -> Mapping[UUID, Tally]:
    rows = SourceRow.objects.filter(record__in=records)
    plans: dict[UUID, dict[str, int]] = {}
    for record, plan, count in rows.values_list("record", "plan").annotate(Count("id")).order_by():
        plans.setdefault(record, {})[plan] = count
    problems = dict(
        rows.filter(has_problems=True).values_list("record").annotate(Count("id")).order_by()
    )
    return {
        record: Tally(
            rows=sum(by_plan.values()),
            new=by_plan.get(Plan.NEW, 0),
            known=by_plan.get(Plan.KNOWN, 0) + by_plan.get(Plan.REPEAT, 0),
            maybe=by_plan.get(Plan.MAYBE, 0),
            aside=by_plan.get(Plan.NO_NAME, 0),
            problems=problems.get(record, 0),
        )
        for record, by_plan in plans.items()
    }


def problems_of_all(delivery: Delivery) -> Iterator[tuple[str, str, str, Sentence]]:
    """Yield (file, line, column, problem) for every file, those that cannot be read included."""
    for one in outcomes(delivery).files:
        if one.refusal is not None:
            yield one.file.name, "", "", one.refusal
        elif one.record is not None and one.file.state == FileState.READ:
            for line, column, problem in problems_of(one.record):
                yield one.file.name, line, column, problem


def content_of(file: DeliveredFile) -> bytes:
    """Open a file that is kept; empty when it is not any more."""
    if not file.content_sealed:
        return b""
    text = sealing.open_sealed(
        file.content_sealed, table="registration_deliveredfile", column="content", row=file.pk
    )
    return b64decode(text)
