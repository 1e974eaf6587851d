"""What every reader of a format returns: the rows it could read, and what was wrong, located."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sojourn.exchange.sentences import Sentence, as_written

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a source. ``where`` is for a reader; ``line`` counts from 1, where known."""

    where: str
    problem: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A wrong cell in a table. ``line`` counts from 1 and includes the heading."""

    line: int
    column: str
    sentence: Sentence

    @property
    def problem(self) -> str:
        """Return what is wrong, in English."""
        return str(self.sentence)

    @property
    def where(self) -> str:
        return f"line {self.line}, {self.column}" if self.column else f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row_co]):
    """What was read. A problem that belongs to one row only may be kept on the row itself."""

    rows: tuple[Row_co, ...]
    problems: tuple[Problem | RowProblem, ...] = ()


class Unreadable(Exception):
    """Nothing can be taken from this source. The message, in English, is for the person who gave it."""

    def __init__(self, problem: str | Sentence, line: int | None = None) -> None:
        super().__init__(str(problem))
        self.sentence = as_written(problem) if isinstance(problem, str) else problem
        self.problem = str(problem)
        self.line = line

    @property
    def where(self) -> str:
        return f"line {self.line}" if self.line else "the whole file"
