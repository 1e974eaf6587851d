"""Where the lines of a chart run: numbers in, positions out. Drawn as SVG on the server, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils import formats

NICE: Final = (10, 20, 25, 50, 100)  # tenths of steps that are easy to read
MOST_STEPS: Final = 5


class Line(Protocol):
    """One line: a label, a tone of the design system, values at equal or given places."""

    @property
    def label(self) -> str:
        """Return what the line counts."""
        ...

    @property
    def tone(self) -> str:
        """Return unaccounted, in_need, safe, neutral or nothing."""
        ...

    @property
    def values(self) -> Sequence[int]:
        """Return the numbers, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line laid out."""

    label: str
    tone: str
    points: str
    last: int
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A word on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart laid out in shares of its box: 100 wide and 100 high, whatever its size on the screen."""

    lines: tuple[Drawn, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class SplitBar:
    """Three parts of a bar of width 100."""

    unaccounted: float
    in_need_from: float
    in_need: float
    safe_from: float
    safe: float
    total: int


def line_chart(lines: Sequence[Line], marks: Sequence[str]) -> LineChart:
    """Lay out the lines over one scale from zero; at most six of the marks are written below."""
    largest = max((max(line.values, default=0) for line in lines), default=0)
    step = _step(largest)
    steps = max(1, -(-largest // step))
    top = step * steps
    drawn = tuple(
        Drawn(
            line.label,
            line.tone,
            _points(line.values, top),
            line.values[-1],
            (_x(len(line.values) - 1, len(line.values)), round(_y(line.values[-1], top), 2)),
        )
        for line in lines
        if line.values
    )
    count = max((len(line.values) for line in lines), default=0)
    every = max(1, -(-count // 6))
    across = tuple(
        Tick(round(_x(index, count), 2), marks[index])
        for index in range(0, min(count, len(marks)), every)
    )
    up = tuple(
        Tick(
            round(_y(step * part, top), 2), formats.number_format(step * part, force_grouping=True)
        )
        for part in range(steps + 1)
    )
    return LineChart(lines=drawn, across=across, up=up)


def sparkline_points(values: Sequence[int]) -> str:
    """Return the points of one line in a box of 96 by 24."""
    top = max(values, default=0) or 1
    last = max(1, len(values) - 1)
    return " ".join(
        f"{2 + 92 * index / last:.1f},{22 - 20 * value / top:.1f}"
        for index, value in enumerate(values)
    )


def split_bar(unaccounted: int, in_need: int, safe: int) -> SplitBar:
    """Return where each part begins and how wide it is."""
    total = unaccounted + in_need + safe
    whole = total or 1
    first, second = 100 * unaccounted / whole, 100 * in_need / whole
    return SplitBar(
        unaccounted=round(first, 2),
        in_need_from=round(first, 2),
        in_need=round(second, 2),
        safe_from=round(first + second, 2),
        safe=round(100 * safe / whole, 2),
        total=total,
    )


def _step(largest: int) -> int:
    """Return a round whole number of which at most five reach the largest."""
    size: int = 10 ** max(0, len(str(largest)) - 2)
    steps = (
        nice * size // 10
        for nice in (*NICE, *(10 * nice for nice in NICE))
        if nice * size % 10 == 0
    )
    return next(step for step in steps if step * MOST_STEPS >= largest)


def _points(values: Sequence[int], top: float) -> str:
    return " ".join(
        f"{_x(index, len(values)):.2f},{_y(value, top):.2f}" for index, value in enumerate(values)
    )


def _x(index: int, count: int) -> float:
    return 100 * index / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return 100 - 100 * value / top
