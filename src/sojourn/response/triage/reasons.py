"""The reasons of the published rules, word for word, so that they can be said in the reader's language.

A reason that is not here (of an older version) is shown as it was written down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REASONS: Final[Mapping[str, Any]] = {
    "life-in-danger": _("Someone's life is in danger now."),
    "words-of-danger": _(
        "The message holds words that may mean danger to life. Nobody has confirmed it: call now."
    ),
    "medical-urgent": _("Medical help is needed and cannot wait a day."),
    "medical": _("Medical help is needed."),
    "pregnant": _("Someone is pregnant or has just given birth."),
    "unaccompanied-child": _("A child is without parent or usual carer."),
    "child-urgent": _("A child needs protection and cannot wait a day."),
    "violence": _("Violence, trafficking or being held against one's will was told."),
    "protection-urgent": _("Protection is needed and cannot wait a day."),
    "needs-a-call": _("Help was asked for without saying which: call and ask."),
    "urgent": _("The need gets worse within a day."),
    "protection": _("Protection is needed."),
    "small-children": _("There are small children in the household."),
    "child": _("A child needs help."),
    "older-or-disabled": _("An older person or a person with a disability is concerned."),
    "food-or-water": _("Food or water is short."),
    "shelter": _("There is no safe place to sleep."),
    "long-wait": _("They have waited for more than a day."),
    "asylum-or-stateless": _("They fear return or ask for asylum: they leave the path of return."),
    "stateless-or-fears-return": _(
        "They are stateless or fear return: they leave the path of return."
    ),
    "documents-held": _("Someone else holds their papers."),
    "transport": _("Transport is needed."),
    "documents": _("Papers are needed."),
    "any-need": _("Help was asked for."),
    "overruled": _("An officer overruled the rules, with a reason on record."),
}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason as it is shown."""

    priority: int
    words: str


def shown(reasons: Sequence[Mapping[str, Any]]) -> list[Why]:
    """Return the reasons of an assessment in the language of the page, gravest first."""
    return [
        Why(
            priority=int(reason["priority"]),
            words=str(REASONS.get(reason["rule"], reason["words"])),
        )
        for reason in reasons
    ]
