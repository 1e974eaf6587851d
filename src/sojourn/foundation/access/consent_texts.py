"""What a person is told before she says yes: who may look, at what, what for, and that she may take it back."""

from django.utils import translation
from django.utils.translation import gettext as _

from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import FieldGroup, Purpose


def consent_text(*, organisation: str, purpose: Purpose, language: str) -> str:
    """Return the text to show or read aloud in a language (BCP 47), in plain words."""
    with translation.override(language):
        fields = [group for group in FieldGroup if group in purpose_rules()[purpose].fields]
        named = "; ".join(str(group.label) for group in fields)
        return _(
            "%(organisation)s may see these facts about me: %(fields)s. "
            "It may use them for one purpose only: %(purpose)s. "
            "I may say no, and I am helped all the same. I may take my yes back at any time; "
            "then it sees nothing more."
        ) % {"organisation": organisation, "fields": named, "purpose": str(purpose.label)}
