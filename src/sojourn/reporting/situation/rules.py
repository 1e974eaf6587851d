"""A report on plain values: its sections, its table for machines, the ages of what is known."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sojourn.exchange import hxl
from sojourn.exchange.sheets_out import Cell
from sojourn.foundation.caseload.rules import COUNTED_ANSWERS, Clock, Tallied, measures_of
from sojourn.foundation.caseload.terms import Answer, Facet, Measure, Standing
from sojourn.methods import disclosure

AGES: Final = (
    ("day", timedelta(days=1)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
    ("year", timedelta(days=365)),
)

COLUMNS: Final = (
    hxl.Column("As of", "#date+as_of"),
    hxl.Column("Crisis", "#crisis+name"),
    hxl.Column("Exercise", "#meta+exercise"),
    hxl.Column("Topic", "#meta+topic"),
    hxl.Column("Code", "#meta+code"),
    hxl.Column("Area", "#adm1+name"),
    hxl.Column("Nationality", "#country+origin+code"),
    hxl.Column("Indicator", "#indicator+name"),
    hxl.Column("People", "#indicator+value+num"),
    hxl.Column("Note", "#meta+note"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that stood alike at the moment, and how many they are."""

    answer: str
    standing: str
    is_messaged: bool
    is_reached: bool
    area: str
    band: str
    nationality: str
    language: str
    office: str
    age: str  # of the last known location
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its code for machines, its word for people, its numbers (None: hidden)."""

    code: str
    label: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report. `indicators` are the codes of its columns."""

    topic: str
    title: str
    columns: tuple[str, ...]
    indicators: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on the page, in the PDF and in the table."""

    crisis: str
    kind: str
    countries: tuple[str, ...]
    is_exercise: bool
    as_of: datetime
    zone: str
    edition: str
    edition_words: str
    headline: tuple[Row, ...]
    sections: tuple[Section, ...]
    unknown: tuple[str, ...]
    is_internal: bool


def by_facet(groups: Iterable[Group]) -> Mapping[Facet, Mapping[str, Mapping[Measure, int]]]:
    """Return the counts of the groups by facet, value and measure, as the board has them."""
    counts: dict[Facet, dict[str, Counter[Measure]]] = {facet: {} for facet in Facet}
    for group in groups:
        measures = measures_of(
            Tallied(
                Answer(group.answer), Standing(group.standing), group.is_messaged, group.is_reached
            )
        )
        values = {
            Facet.ALL: "",
            Facet.AREA: group.area,
            Facet.NATIONALITY: group.nationality,
            Facet.LANGUAGE: group.language,
            Facet.BAND: group.band,
            Facet.OFFICE: group.office,
        }
        for facet, value in values.items():
            counter = counts[facet].setdefault(value, Counter())
            for measure in measures:
                counter[measure] += group.count
    return counts


def shown(count: int, *, is_internal: bool) -> int | None:
    """Return a count as the edition may show it."""
    return count if is_internal else disclosure.controlled_total(count)


def ages_of_unaccounted(groups: Iterable[Group]) -> Mapping[str, int]:
    """Return how many people were unaccounted for, by the age of their last known location."""
    ages: Counter[str] = Counter()
    for group in groups:
        if group.standing == Standing.UNACCOUNTED and group.answer in COUNTED_ANSWERS:
            ages[group.age] += group.count
    return ages


def world_time(clock: Clock, at: datetime) -> datetime:
    """Return the real moment at which the clock of a crisis shows `at`.

    Transport facts are in real time. In an exercise whose speed was changed this is the best guess.
    """
    if clock.started_at is None or clock.shows_at is None or clock.speed <= 0:
        return at if clock.started_at is None else clock.started_at
    return clock.started_at + (at - clock.shows_at) / clock.speed


def table_of(report: Report) -> bytes:
    """Return the report as HXL, one number a row."""
    rows: list[Sequence[Cell]] = []
    for row in report.headline:
        rows.append(_line(report, "all", "", row.code, row.numbers[0]))
    for section in report.sections:
        for row in section.rows:
            for indicator, number in zip(section.indicators, row.numbers, strict=True):
                rows.append(_line(report, section.topic, row.code, indicator, number))
    return hxl.csv_bytes(COLUMNS, rows)


def _line(
    report: Report, topic: str, code: str, indicator: str, number: int | None
) -> tuple[Cell, ...]:
    return (
        report.as_of.isoformat(timespec="seconds"),
        report.crisis,
        "yes" if report.is_exercise else "no",
        topic,
        code,
        code if topic == Facet.AREA else "",
        code if topic == Facet.NATIONALITY else "",
        indicator,
        number,
        "hidden: too small to show" if number is None else "",
    )
