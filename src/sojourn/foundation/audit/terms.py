"""The words of the audit trail."""

from dataclasses import dataclass
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Actor(Protocol):
    """Whoever does a deed: a user, a person by her own link, or a part of the system."""

    @property
    def audit_key(self) -> str:
        """`user:<uuid>`, `person:<uuid>` or `system:<name>`."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """A part of the software that acts by itself, such as the worker."""

    name: str

    @property
    def audit_key(self) -> str:
        """Return the key under which the audit trail knows this part."""
        return f"system:{self.name}"


class Flaw(TextChoices):
    """What a verification may find, as sentences with the place."""

    EVENT_CHANGED = "event_changed", _("Event %(number)s (%(event)s) or its seal was changed.")
    EVENT_DELETED = "event_deleted", _("Event %(number)s (%(event)s) was deleted.")
    SEALS_MISSING = "seals_missing", _("The seals from %(number)s to %(last)s are missing.")
    NEVER_SEALED = (
        "never_sealed",
        _("Event %(event)s has neither a seal nor a place in the queue for one."),
    )
    TAIL_CUT = (
        "tail_cut",
        _(
            "The checkpoint %(source)s counts %(last)s events, the chain has %(length)s: "
            "some of the events from %(number)s to %(last)s are missing."
        ),
    )
    REWRITTEN = (
        "rewritten",
        _(
            "The chain is not the one that the checkpoint %(source)s was made of: something from "
            "event %(number)s to event %(last)s was rewritten."
        ),
    )
    NOT_SIGNED = (
        "not_signed",
        _("The checkpoint %(source)s bears no right signature of a key that is known here."),
    )
    NOT_COSIGNED = (
        "not_cosigned",
        _("The checkpoint %(source)s bears no right cosignature of the key that was asked for."),
    )
    UNREADABLE = "unreadable", _("The checkpoint %(source)s cannot be read: %(why)s")
