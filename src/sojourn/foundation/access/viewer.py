"""The viewer: a user with the memberships that are in force at one moment."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sojourn.foundation.access.rules import RoleHeld, Scope, scope_of
from sojourn.foundation.organisations import queries
from sojourn.foundation.organisations.models import Membership, Organisation, User
from sojourn.foundation.organisations.terms import Role


@dataclass(frozen=True)
class Viewer:
    """Who looks, with which roles, at which moment of the world. Made once a request, read afresh each time."""

    user: User
    memberships: tuple[Membership, ...]
    at: datetime

    @property
    def audit_key(self) -> str:
        """Return the key of the user behind the viewer."""
        return self.user.audit_key

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Return the roles in force, in any organisation."""
        return frozenset(Role(membership.role) for membership in self.memberships)

    @cached_property
    def roles_held(self) -> tuple[RoleHeld, ...]:
        """Return the memberships as the policy knows them."""
        return tuple(map(role_held, self.memberships))

    @cached_property
    def scope(self) -> Scope:
        """Return which people the viewer may see."""
        return scope_of(self.roles_held)

    @cached_property
    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations the viewer works for, each once."""
        return tuple(
            {held.organisation_id: held.organisation for held in self.memberships}.values()
        )

    @cached_property
    def organisation_ids(self) -> frozenset[UUID]:
        """Return the keys of the organisations the viewer works for."""
        return frozenset(membership.organisation_id for membership in self.memberships)

    def organisation_for(self, *roles: Role) -> Organisation | None:
        """Return the first organisation in which one of the roles is held."""
        for membership in self.memberships:
            if membership.role in roles:
                return membership.organisation
        return None

    def has(self, *roles: Role) -> bool:
        """Return whether one of the roles is held anywhere."""
        return bool(self.roles.intersection(roles))


def viewer_of(user: User, *, at: datetime) -> Viewer:
    """Return the viewer that a user is at a moment."""
    held = tuple(queries.memberships_in_force(user=user, at=at))
    return Viewer(user=user, memberships=held, at=at)


def role_held(membership: Membership) -> RoleHeld:
    """Return a membership as the policy knows it."""
    return RoleHeld(
        role=membership.role,
        organisation=membership.organisation_id,
        office=membership.office_id,
        country=membership.office.country if membership.office else "",
    )
