"""What refuses a deed on a case."""

from typing import Final

from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

LEAST_REASON: Final = 10


class CannotTriage(Refusal):
    """The deed is refused; the message says why."""


class CannotAssign(CannotTriage):
    """Somebody else holds the case."""


def check_can_assign(*, holder: str, is_expected: bool) -> None:
    """Refuse to take a case from somebody whom the reader did not see holding it."""
    if not is_expected:
        if not holder:
            raise CannotAssign(
                _("Nobody holds this case any more. Nothing was changed; look again and decide.")
            )
        raise CannotAssign(
            _("%(holder)s holds this case now. Nothing was changed; look again and decide."),
            holder=holder,
        )


def check_can_overrule(*, priority: int, reason: str) -> None:
    """Refuse to overrule without a reason that another officer can understand."""
    if priority not in {1, 2, 3, 4}:
        raise CannotTriage(_("A priority is 1, 2, 3 or 4."))
    if len(reason.strip()) < LEAST_REASON:
        raise CannotTriage(_("Say why in a few words: the next officer must understand it."))


def check_can_close(*, reason: str, words: str, priority: int | None) -> None:
    """Refuse to close for "other", or an urgent case as out of reach, without a word of why."""
    needs_words = reason == "other" or (reason == "unreachable" and (priority or 4) <= 2)
    if needs_words and len(words.strip()) < LEAST_REASON:
        raise CannotTriage(_("Say in a few words what was tried."))


def check_is_somebody(*, name: str, description: str) -> None:
    """Refuse a walk-in of whom nothing at all is known. One of the two is enough."""
    if not (name.strip() or description.strip()):
        raise CannotTriage(
            _("A name to call by, or a description, is enough. One of them is needed.")
        )


def standing_after(reason: str) -> str:
    """Return the standing of a person whose case closes; an empty string where it stays.

    Who cannot be reached is unaccounted for again: nobody leaves the lists by silence.
    """
    return {"helped": "safe", "not_needed": "safe", "unreachable": "unaccounted"}.get(reason, "")
