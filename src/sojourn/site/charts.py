"""Where the lines of a chart run: numbers in, positions out. Drawn as SVG on the server, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

WIDTH: Final = 720.0
HEIGHT: Final = 260.0
START: Final = 52.0
END: Final = 708.0
TOP: Final = 12.0
FOOT: Final = 228.0
STEPS: Final = (1, 2, 2.5, 5, 10)


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
    """A chart laid out in a box of 720 by 260."""

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
    top = _round_top(max((max(line.values, default=0) for line in lines), default=0))
    drawn = tuple(
        Drawn(
            line.label,
            line.tone,
            _points(line.values, top),
            line.values[-1],
            (_x(len(line.values) - 1, len(line.values)), round(_y(line.values[-1], top), 1)),
        )
        for line in lines
        if line.values
    )
    count = max((len(line.values) for line in lines), default=0)
    every = max(1, -(-count // 6))
    across = tuple(
        Tick(round(_x(index, count), 1), marks[index])
        for index in range(0, min(count, len(marks)), every)
    )
    up = tuple(Tick(round(_y(top * part / 4, top), 1), _label(top * part / 4)) for part in range(5))
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


def _round_top(largest: int) -> float:
    if largest <= 4:
        return 4.0
    size = float(10 ** (len(str(largest)) - 1))
    return next(float(step * size) for step in STEPS if step * size >= largest)


def _points(values: Sequence[int], top: float) -> str:
    return " ".join(
        f"{_x(index, len(values)):.1f},{_y(value, top):.1f}" for index, value in enumerate(values)
    )


def _x(index: int, count: int) -> float:
    return START + (END - START) * index / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return FOOT - (FOOT - TOP) * value / top


def _label(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
