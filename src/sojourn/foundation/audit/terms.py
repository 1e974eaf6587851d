"""The words of the audit trail."""

from dataclasses import dataclass
from typing import Protocol


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
