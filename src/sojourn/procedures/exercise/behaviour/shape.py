"""The truth about one person, and the answers they will give once a message reaches them."""

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """What an answer is meant to say."""

    SAFE = "safe"
    NEED = "need"
    STOP = "stop"
    NOTHING = "nothing"


class Way(StrEnum):
    """How an answer comes."""

    PHONE = "phone"
    LINK = "link"
    UNKNOWN_NUMBER = "unknown_number"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: minutes after the message arrived, how, in which words, and what is meant."""

    after_min: float
    way: Way
    words: str
    means: Means


@dataclass(frozen=True, slots=True)
class Conduct:
    """The truth about one person and their answers. No needs: safe. No answers: never heard of."""

    needs: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def is_safe(self) -> bool:
        """Return whether the person is in truth safe."""
        return not self.needs
