"""What a person is told before she says yes: who may look, at what, what for, and that she may take it back."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import Purpose


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text, whole, in the language (BCP 47) that it is written in."""

    text: str
    language: str


def consent_text(*, organisation: str, purpose: Purpose, preferred: str) -> ConsentText:
    """Return the text to show or read aloud, in plain words, in the preferred language (BCP 47).

    In English where we do not speak that language: a text half in one and half in another is no text.
    """
    language = spoken(preferred)
    with translation.override(language):
        apart = pgettext("between the things of a list", ", ")
        text = _(
            "%(organisation)s may see these facts about me: %(fields)s. "
            "It may use them for one purpose only: %(purpose)s. "
            "I may say no, and I am helped all the same. I may take my yes back at any time; "
            "then it sees nothing more."
        ) % {
            "organisation": organisation,
            "fields": apart.join(purpose_rules()[purpose].fields_named),
            "purpose": str(purpose.label),
        }
    return ConsentText(text, language)


def spoken(preferred: str) -> str:
    """Return the language of ours that a preferred one is, or English."""
    known = {code for code, _name in settings.LANGUAGES}
    main = preferred.partition("-")[0]
    return main if main in known else "en"
