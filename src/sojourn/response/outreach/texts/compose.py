"""Puts a message together from whole sentences, so that no grammar is glued in code."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sojourn.response.outreach.texts.library import Language, languages
from sojourn.response.outreach.texts.parts import without_accents

LEFT_TO_RIGHT: Final = "\u2066"
AS_IT_IS: Final = "\u2068"
END: Final = "\u2069"


class TextPurpose(StrEnum):
    """What a message is for."""

    CHECK = "check"
    REMINDER = "reminder"
    ALL_CLEAR = "all_clear"
    CANCELLED = "cancelled"
    RECEIVED = "received"
    HELP = "help"
    UNREAD = "unread"
    STOPPED = "stopped"
    STARTED = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be said. `sender` is who writes, as people know them; `phone` and `link` may be empty.

    `is_for_family`: several of a household share the telephone, so the short form says how to answer for all.
    """

    purpose: TextPurpose
    kind: str
    level: str
    sender: str
    phone: str = ""
    link: str = ""
    is_exercise: bool = False
    is_for_family: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A message in one language: subject and text for e-mail, the short form for SMS."""

    language: str
    subject: str
    text: str
    short: str


def write(wanted: Wanted, language: str) -> Written:
    """Return a message in a language that the library has. Raises KeyError for another."""
    spoken = languages()[language]
    is_question = wanted.purpose in (TextPurpose.CHECK, TextPurpose.REMINDER)
    mark = [spoken.sentences["say.exercise"]] if wanted.is_exercise else []
    from_whom = f"{_held(wanted.sender, spoken)}:"
    core = [spoken.sentences[name] for name in _core(wanted)]
    short = [*mark, from_whom, *core]
    if is_question and wanted.is_for_family:
        short.append(spoken.sentences["say.family"])
    if is_question and wanted.link:
        short += [_ltr(wanted.link, spoken)]
    subject = spoken.sentences["say.subject" if is_question else "say.subject_notice"]
    return Written(
        language=language,
        subject=" ".join([*mark, subject]),
        text="\n\n".join([*mark, from_whom, *core, *_around(wanted, spoken)]),
        short=without_accents(" ".join(short)) if spoken.short_without_accents else " ".join(short),
    )


def _core(wanted: Wanted) -> list[str]:
    """The sentences that make the message, in every form."""
    event = [f"kind.{wanted.kind}", f"level.{wanted.level}", "say.ask"]
    said = {
        TextPurpose.CHECK: event,
        TextPurpose.REMINDER: ["say.remind", *event],
        TextPurpose.ALL_CLEAR: ["say.all_clear"],
        TextPurpose.CANCELLED: ["say.cancelled"],
        TextPurpose.RECEIVED: ["say.received"],
        TextPurpose.HELP: ["say.help"],
        TextPurpose.UNREAD: ["say.unread"],
        TextPurpose.STOPPED: ["say.stopped"],
        TextPurpose.STARTED: ["say.started"],
    }
    return said[wanted.purpose]


def _around(wanted: Wanted, spoken: Language) -> list[str]:
    """What only the long form has room for."""
    more = []
    if wanted.purpose in (TextPurpose.CHECK, TextPurpose.REMINDER):
        more = [spoken.sentences[f"care.{wanted.kind}"], spoken.sentences["say.family"]]
        if wanted.link:
            more.append(f"{spoken.sentences['say.link']} {_ltr(wanted.link, spoken)}")
    if wanted.phone:
        more.append(f"{spoken.sentences['say.call']} {_ltr(wanted.phone, spoken)}")
    if wanted.purpose not in (TextPurpose.STOPPED, TextPurpose.STARTED):
        more.append(spoken.sentences["say.stop"])
    return more


def _ltr(text: str, spoken: Language) -> str:
    """A number or link, kept from being turned round in right-to-left text."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if spoken.is_rtl else text


def _held(name: str, spoken: Language) -> str:
    return f"{AS_IT_IS}{name}{END}" if spoken.is_rtl else name
