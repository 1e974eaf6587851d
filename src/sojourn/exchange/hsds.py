"""Lists of services as a table with the words of HSDS 3 (Open Referral, Human Services Data Specification).

One row is one service at one place. Columns are HSDS names where HSDS has one: `name`, `organization`, `description`,
`status`, `eligibility_description`, `required_documents`, `schedule`, `phone`, `languages`, `address`, `assured_date`,
`capacity`; ours beside them: `kinds` (of need), `country`, `area`, `is_confidential`. Several values in one cell are
separated by a semicolon. Columns that are not known are named as problems, and nothing is dropped in silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sojourn.exchange.reading import Reading, RowProblem, Unreadable
from sojourn.exchange.sentences import say
from sojourn.exchange.sheets_out import as_csv
from sojourn.exchange.tables import read_table

COLUMNS: Final = (
    "name",
    "organization",
    "kinds",
    "status",
    "description",
    "country",
    "area",
    "address",
    "is_confidential",
    "languages",
    "capacity",
    "eligibility_description",
    "required_documents",
    "schedule",
    "phone",
    "assured_date",
)
KINDS: Final = frozenset(
    {
        "medical",
        "protection",
        "child",
        "documents",
        "shelter",
        "food_and_water",
        "transport",
        "information",
        "asylum",
    }
)
STATUSES: Final = frozenset({"active", "full", "paused", "ended"})
YES: Final = frozenset({"yes", "true", "1", "y"})
NO: Final = frozenset({"", "no", "false", "0", "n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One row of a list of services."""

    line: int
    name: str
    organization: str
    kinds: tuple[str, ...] = ()
    status: str = "active"
    description: str = ""
    country: str = ""
    area: str = ""
    address: str = ""
    is_confidential: bool = False
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    eligibility: str = ""
    required_documents: str = ""
    schedule: str = ""
    phone: str = ""
    assured_date: date | None = None


def read_services(content: bytes, *, filename: str = "") -> Reading[ServiceRow]:
    """Read a list of services from CSV or a spreadsheet. Raises Unreadable when no `name` column is there."""
    table = read_table(content, filename=filename)
    if not table.lines:
        raise Unreadable(say("list_empty"))
    head = table.lines[0]
    headings = [cell.strip().lower() for cell in head.cells]
    if "name" not in headings or "organization" not in headings:
        raise Unreadable(say("no_columns", columns="name, organization"), head.number)
    problems: list[RowProblem] = list(table.problems)
    problems += [
        RowProblem(head.number, heading, say("column_unknown"))
        for heading in headings
        if heading and heading not in COLUMNS
    ]
    rows = []
    for line in table.lines[1:]:
        cells = dict(zip(headings, line.cells, strict=False))
        row = _row(line.number, cells, problems)
        if row is not None:
            rows.append(row)
    return Reading(rows=tuple(rows), problems=tuple(problems))


def write_services(rows: Iterable[ServiceRow]) -> bytes:
    """Return a list of services as CSV that `read_services` reads back. A confidential address is left out."""
    return as_csv(COLUMNS, (_cells(row) for row in rows))


def _row(line: int, cells: Mapping[str, str], problems: list[RowProblem]) -> ServiceRow | None:
    for column in ("name", "organization"):
        if not cells.get(column):
            problems.append(RowProblem(line, column, say("cell_needed")))
            return None
    kinds = _several(cells.get("kinds", "").lower())
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        problems.append(RowProblem(line, "kinds", say("not_known", words=", ".join(unknown))))
    status = cells.get("status", "").lower() or "active"
    if status not in STATUSES:
        problems.append(RowProblem(line, "status", say("status_unknown")))
        status = "paused"
    return ServiceRow(
        line=line,
        name=cells["name"][:200],
        organization=cells["organization"][:200],
        kinds=tuple(kind for kind in kinds if kind in KINDS),
        status=status,
        description=cells.get("description", ""),
        country=cells.get("country", "").upper()[:3],
        area=cells.get("area", "")[:120],
        address=cells.get("address", "")[:300],
        is_confidential=_is_confidential(line, cells.get("is_confidential", ""), problems),
        languages=_several(cells.get("languages", "")),
        capacity=_capacity(line, cells.get("capacity", ""), problems),
        eligibility=cells.get("eligibility_description", ""),
        required_documents=cells.get("required_documents", "")[:300],
        schedule=cells.get("schedule", "")[:200],
        phone=cells.get("phone", "")[:32],
        assured_date=_date(line, cells.get("assured_date", ""), problems),
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _is_confidential(line: int, cell: str, problems: list[RowProblem]) -> bool:
    """Return whether the place is secret. A word that is not known counts as yes: that harms nobody."""
    word = cell.lower()
    if word not in YES | NO:
        problems.append(RowProblem(line, "is_confidential", say("secrecy_unknown")))
    return word not in NO


def _capacity(line: int, cell: str, problems: list[RowProblem]) -> int | None:
    if not cell:
        return None
    if not cell.isdecimal():
        problems.append(RowProblem(line, "capacity", say("capacity_wrong")))
        return None
    return min(int(cell), 1_000_000)


def _date(line: int, cell: str, problems: list[RowProblem]) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        problems.append(RowProblem(line, "assured_date", say("assured_wrong")))
        return None


def _cells(row: ServiceRow) -> tuple[str | int, ...]:
    return (
        row.name,
        row.organization,
        ";".join(row.kinds),
        row.status,
        row.description,
        row.country,
        row.area,
        "" if row.is_confidential else row.address,
        "yes" if row.is_confidential else "no",
        ";".join(row.languages),
        "" if row.capacity is None else row.capacity,
        row.eligibility,
        row.required_documents,
        row.schedule,
        row.phone,
        row.assured_date.isoformat() if row.assured_date else "",
    )
