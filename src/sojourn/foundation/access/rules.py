"""The one policy, on plain values: from the roles in force to the people a viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in force: `role` and the keys of organisation and office (None: all offices)."""

    role: str
    organisation: UUID
    office: UUID | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which people: all of some organisations, those of some posts, those who named the viewer, by grant."""

    organisations: frozenset[UUID]
    posts: frozenset[tuple[UUID, UUID]]
    as_warden: bool
    granted_to: frozenset[UUID]

    @property
    def is_empty(self) -> bool:
        """Return whether this scope reaches nobody, whatever the register holds."""
        return not (self.organisations or self.posts or self.as_warden or self.granted_to)


def scope_of(roles: Iterable[RoleHeld]) -> Scope:
    """Return whom the roles reach. Host authority and administrator reach nobody."""
    organisations: set[UUID] = set()
    posts: set[tuple[UUID, UUID]] = set()
    granted_to: set[UUID] = set()
    as_warden = False
    for held in roles:
        if held.role == "duty_officer":
            organisations.add(held.organisation)
        elif held.role == "post_officer" and held.office is not None:
            posts.add((held.organisation, held.office))
        elif held.role == "warden":
            as_warden = True
        elif held.role == "partner_caseworker":
            granted_to.add(held.organisation)
    return Scope(frozenset(organisations), frozenset(posts), as_warden, frozenset(granted_to))
