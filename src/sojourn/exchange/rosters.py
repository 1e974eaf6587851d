"""Lists of people as employers, universities and posts keep them: any columns, any language.

Every row that holds anything becomes a `RosterRow`, the bad ones too: what could not be read is a
problem with its line and column, and the cells stay as they were written.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sojourn.exchange import roster_cells as cells
from sojourn.exchange.phone import NotAPhoneNumber, read_phone
from sojourn.exchange.reading import Reading, RowProblem
from sojourn.exchange.roster_headers import Field, guess_columns, tells_status
from sojourn.exchange.sentences import Sentence, as_written, say
from sojourn.exchange.spreadsheets import letters
from sojourn.exchange.tables import Line, Table, read_table

T = TypeVar("T")

KM_OF_A_NAMED_CITY: Final = 10.0
"""Accuracy of a position when the list does not say: its points are places, not people."""


@dataclass(frozen=True, slots=True)
class RosterDocument:
    """A paper of a person: ``passport`` or ``national_id``, and its number as written."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as one list has them. ``cells`` are verbatim; the rest is read from them."""

    line: int
    cells: tuple[str, ...]
    name: str = ""
    other_names: tuple[str, ...] = ()
    nationality: str = ""
    sex: str = ""
    birth_year: int | None = None
    occupation: str = ""
    languages: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    documents: tuple[RosterDocument, ...] = ()
    household: str = ""
    place: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_km: float = KM_OF_A_NAMED_CITY
    observed_at: datetime | None = None
    problems: tuple[RowProblem, ...] = ()

    @property
    def is_person(self) -> bool:
        """Say whether there is a name to call by: all that is needed."""
        return bool(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOptions:
    """What the list leaves unsaid: where its telephones are, and the day it is read.

    ``columns`` says what they mean; else ``remembered`` may know it from the headings; else it is guessed.
    """

    today: date
    phone_country: str | None = None
    columns: Mapping[int, Field] | None = None
    remembered: Callable[[tuple[str, ...]], Mapping[int, Field] | None] | None = None
    heading_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Roster(Reading[RosterRow]):
    """The people of a list, how its columns were understood, and every problem."""

    headings: tuple[str, ...] = ()
    columns: Mapping[int, Field] = field(default_factory=dict)
    form: Sentence = field(default_factory=lambda: as_written(""))

    @property
    def of_the_file(self) -> tuple[RowProblem, ...]:
        """Return the problems that belong to no single row."""
        of_rows = sum(len(row.problems) for row in self.rows)
        whole = self.problems[: len(self.problems) - of_rows]
        return tuple(problem for problem in whole if isinstance(problem, RowProblem))


def read_roster(content: bytes, *, filename: str, options: RosterOptions) -> Roster:
    """Read a list of people. Raises `reading.Unreadable` when the file is no table at all."""
    table = read_table(content, filename=filename)
    heading_rows, guessed = guess_columns(table.lines)
    if options.heading_rows is not None:
        heading_rows = options.heading_rows
    headings = _headings(table, heading_rows)
    columns = _said(headings, options)
    if columns is None:
        columns = guessed
    left_out = {place for place, heading in enumerate(headings) if tells_status(heading)}
    columns = {place: meaning for place, meaning in columns.items() if place not in left_out}
    rows = read_rows(_without(left_out, table.lines[heading_rows:]), headings, columns, options)
    problems = [*table.problems, *_of_the_whole(rows, columns)]
    if left_out:
        named = ", ".join(headings[place] for place in sorted(left_out))
        problems.append(RowProblem(0, "", say("status_left_out", columns=named[:200])))
    for row in rows:
        problems.extend(row.problems)
    return Roster(
        rows=rows, problems=tuple(problems), headings=headings, columns=columns, form=table.form
    )


def _without(left_out: Collection[int], lines: Sequence[Line]) -> Sequence[Line]:
    """Empty some columns before anything is read or kept of them."""
    if not left_out:
        return lines
    return [
        Line(
            line.number,
            tuple("" if place in left_out else cell for place, cell in enumerate(line.cells)),
        )
        for line in lines
    ]


def _said(headings: tuple[str, ...], options: RosterOptions) -> dict[int, Field] | None:
    said = options.columns
    if said is None and options.remembered is not None:
        said = options.remembered(headings)
    return None if said is None else dict(said)


def read_rows(
    lines: Sequence[Line],
    headings: tuple[str, ...],
    columns: Mapping[int, Field],
    options: RosterOptions,
) -> tuple[RosterRow, ...]:
    """Read the rows under the headings, or read them again when a column means something else."""
    return tuple(_Reader(line, columns, headings, options).read() for line in lines)


def _headings(table: Table, heading_rows: int) -> tuple[str, ...]:
    width = max(len(line.cells) for line in table.lines)
    written: tuple[str, ...] = ()
    for line in table.lines[:heading_rows]:
        if not all(cell.startswith("#") for cell in line.cells if cell):
            written = line.cells
    filled = list(written) + [""] * (width - len(written))
    return tuple(heading or letters(place) for place, heading in enumerate(filled, start=1))


def _of_the_whole(rows: tuple[RosterRow, ...], columns: Mapping[int, Field]) -> list[RowProblem]:
    names = {Field.NAME, Field.GIVEN_NAME, Field.FAMILY_NAME}
    if not names.intersection(columns.values()):
        return [RowProblem(0, "", say("no_names"))]
    if not rows:
        return [RowProblem(0, "", say("nobody"))]
    return []


class _Reader:
    """Reads one row: each column by what it means, problems noted as they are met."""

    def __init__(
        self,
        line: Line,
        columns: Mapping[int, Field],
        headings: tuple[str, ...],
        options: RosterOptions,
    ) -> None:
        self.line = line
        self.columns = columns
        self.headings = headings
        self.options = options
        self.problems: list[RowProblem] = []

    def read(self) -> RosterRow:
        """Return the row with all that could be read of it."""
        row = RosterRow(line=self.line.number, cells=self.line.cells, name=self._name())
        row = replace(row, **self._facts(), **self._reach(), **self._whereabouts())
        if not row.name:
            self._note(Field.NAME, say("name_needed"))
        beyond = len(self.line.cells) - len(self.headings)
        if beyond > 0:
            self.problems.append(
                RowProblem(row.line, "", say("cells_without_heading", cells=beyond))
            )
        return replace(row, problems=tuple(self.problems))

    def _texts(self, wanted: Field) -> Iterator[str]:
        for column, meaning in self.columns.items():
            if meaning == wanted and column < len(self.line.cells) and self.line.cells[column]:
                yield self.line.cells[column]

    def _text(self, wanted: Field) -> str:
        return " ".join(next(self._texts(wanted), "").split())

    def _note(self, wanted: Field, sentence: Sentence) -> None:
        column = next((c for c, meaning in self.columns.items() if meaning == wanted), None)
        named = self.headings[column] if column is not None else ""
        self.problems.append(RowProblem(self.line.number, named, sentence))

    def _read(self, wanted: Field, reader: Callable[[str], T]) -> T | None:
        text = self._text(wanted)
        if not text:
            return None
        try:
            return reader(text)
        except cells.NotRead as refusal:
            self._note(wanted, refusal.sentence)
            return None

    def _name(self) -> str:
        parts = [
            self._text(part) for part in (Field.GIVEN_NAME, Field.MIDDLE_NAME, Field.FAMILY_NAME)
        ]
        return self._text(Field.NAME) or " ".join(part for part in parts if part)

    def _facts(self) -> dict[str, Any]:
        today = self.options.today
        birth = self._read(Field.BIRTH, lambda text: cells.read_birth_year(text, today=today))
        if birth is None:
            birth = self._read(Field.AGE, lambda text: cells.read_age(text, today=today))
        return {
            "other_names": tuple(
                name.strip()
                for text in self._texts(Field.OTHER_NAMES)
                for name in re.split(r"[;|\n]", text)
                if name.strip()
            ),
            "nationality": self._read(Field.NATIONALITY, cells.read_country) or "",
            "sex": self._read(Field.SEX, cells.read_sex) or "",
            "birth_year": birth,
            "occupation": self._read(Field.OCCUPATION, cells.read_occupation) or "",
            "languages": self._languages(),
            "household": self._text(Field.HOUSEHOLD),
            "documents": tuple(
                RosterDocument(kind, number)
                for kind, wanted in (
                    ("passport", Field.PASSPORT),
                    ("national_id", Field.NATIONAL_ID),
                )
                if (number := self._text(wanted))
            ),
        }

    def _languages(self) -> tuple[str, ...]:
        found: list[str] = []
        for text in re.split(r"[,;/|]", self._text(Field.LANGUAGE)):
            if text.strip():
                try:
                    found.append(cells.read_language(text))
                except cells.NotRead as refusal:
                    self._note(Field.LANGUAGE, refusal.sentence)
        return tuple(dict.fromkeys(found))

    def _reach(self) -> dict[str, Any]:
        phones: list[str] = []
        for text in self._texts(Field.PHONE):
            for written in re.split(r"\s*[,;/|\n]\s*", text):
                if written and (number := self._phone(written)):
                    phones.append(number)
        emails = []
        for text in self._texts(Field.EMAIL):
            for written in re.split(r"[\s,;|]+", text):
                if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", written):
                    emails.append(written.lower())
                else:
                    self._note(Field.EMAIL, say("email_wrong"))
        return {
            "phones": tuple(dict.fromkeys(phones)),
            "emails": tuple(dict.fromkeys(emails)),
        }

    def _phone(self, written: str) -> str | None:
        """As written; else, since spreadsheets eat the plus sign, as if it had one."""
        try:
            return read_phone(written, country=self.options.phone_country).e164
        except NotAPhoneNumber as refusal:
            bare = cells.western_digits(written).strip()
            if not bare.startswith(("+", "0")):
                try:
                    return read_phone(f"+{bare}").e164
                except NotAPhoneNumber:
                    pass
            self._note(Field.PHONE, refusal.sentence)
            return None

    def _whereabouts(self) -> dict[str, Any]:
        both = self._read(Field.COORDINATES, cells.read_coordinates)
        latitude, longitude = both or (
            self._read(Field.LATITUDE, lambda text: cells.read_degrees(text, limit=90)),
            self._read(Field.LONGITUDE, lambda text: cells.read_degrees(text, limit=180)),
        )
        if (latitude is None) != (longitude is None):
            self._note(Field.LATITUDE, say("half_position"))
            latitude = longitude = None
        accuracy_km = self._read(Field.ACCURACY_KM, _distance)
        return {
            "latitude": latitude,
            "longitude": longitude,
            "accuracy_km": KM_OF_A_NAMED_CITY if accuracy_km is None else accuracy_km,
            "observed_at": self._read(Field.OBSERVED_AT, cells.read_moment),
            "place": "; ".join(self._texts(Field.PLACE))[:200],
            "country": self._read(Field.COUNTRY, cells.read_country) or "",
        }


def _distance(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(?:km)?", cells.western_digits(text).strip().lower())
    if not found:
        raise cells.NotRead(say("accuracy_wrong"))
    return float(found[1].replace(",", "."))
