"""A row of a list as it is kept: its cells sealed, what is wrong with it, what it would become."""

import json
from hashlib import sha256

from sojourn.exchange.rosters import RosterRow
from sojourn.foundation.access import sealing
from sojourn.foundation.identifiers import uuid7
from sojourn.preparedness.registration.models import Import, SourceRow
from sojourn.preparedness.registration.operations.planning import Planned
from sojourn.preparedness.registration.terms import Plan


def row_of(record: Import, understood: RosterRow) -> SourceRow:
    """Return an unsaved row of an import with its cells sealed for it."""
    key = uuid7()
    row = SourceRow(
        id=key,
        record=record,
        line=understood.line,
        cells_sealed=sealing.seal(
            json.dumps(understood.cells, ensure_ascii=False),
            table="registration_sourcerow",
            column="cells",
            row=key,
        ),
        plan=Plan.NEW,
    )
    describe(row, understood)
    return row


def describe(row: SourceRow, understood: RosterRow) -> None:
    """Note what is wrong with a row, and a digest of the household it names."""
    row.problems = [[problem.column, problem.sentence.packed()] for problem in understood.problems]
    row.has_problems = bool(understood.problems)
    named = " ".join(understood.household.casefold().split())
    row.household = sha256(named.encode()).hexdigest()[:32] if named else ""


def take_plan(row: SourceRow, plan: Planned) -> None:
    """Note what a row would become."""
    row.plan = plan.plan
    row.match_id = plan.match
    row.match_why = plan.why or ""
    row.likeness = plan.likeness
    row.repeats_line = plan.repeats_line
