"""What the paper says, in the language that is set. It is short, because it is read running."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

PAPER_LANGUAGES: Final = ("en", "ar")


def steps_in() -> Mapping[str, str | Sequence[str]]:
    """Return the title and the steps in the language that is set."""
    return {
        "title": _("The office is locked"),
        "steps": (
            _("Leave. Nothing here is worth a life. Go together, by the way that was agreed."),
            _("Take the telephone with which you work, or switch it off and leave it."),
            _("Leave papers and computers. What they open is closed already."),
            _(
                "Do not sign in from where you are held. If you are forced, use your second password."
            ),
            _("Whoever is in the waiting room comes with you first."),
            _(
                "When you are safe, call one of the numbers below and say your name and who is with you."
            ),
            _("People who had a link from this office get a new one by message or by telephone."),
            _("The office opens again when two colleagues from another office say so."),
        ),
    }
