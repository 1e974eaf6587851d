"""The one policy, on plain values: whom roles reach, and for one person and one user: yes or no, because …"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from sojourn.foundation.access.purposes import PurposeRule
from sojourn.foundation.access.terms import Basis, Because
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

GLASS_STAYS_OPEN: Final = timedelta(hours=1)
VITAL_INTEREST_LASTS: Final = timedelta(hours=72)
LEAST_REASON: Final = 10
GLASS_BREAKERS: Final = frozenset({"duty_officer", "post_officer", "partner_caseworker"})


class CannotConsent(Refusal):
    """The consent is not recorded; the message says why."""


class CannotWithhold(Refusal):
    """The record is not withheld from them; the message says why."""


class CannotAgree(Refusal):
    """The agreement is not made, signed or ended; the message says why."""


class CannotBreakGlass(Refusal):
    """The record is not opened; the message says why."""


class CannotShare(Refusal):
    """Nothing is shared with the other organisation; the message says why."""


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in force: `role` and the keys of organisation and office (None: all offices).

    `country` is where the office stands, ISO 3166-1 alpha-3; empty without an office.
    """

    role: str
    organisation: UUID
    office: UUID | None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which people: all of some organisations, those of some posts, those who named the viewer, by grant.

    `granted` pairs an organisation with the country that the grant must be for; empty: any.
    """

    organisations: frozenset[UUID]
    posts: frozenset[tuple[UUID, UUID]]
    as_warden: bool
    granted: frozenset[tuple[UUID, str]]
    may_break_glass: bool

    @property
    def is_empty(self) -> bool:
        """Return whether this scope reaches nobody, whatever the register holds."""
        return not (self.organisations or self.posts or self.as_warden or self.granted)


def scope_of(roles: Iterable[RoleHeld]) -> Scope:
    """Return whom the roles reach. Host authority, administrator and data-protection officer reach nobody."""
    organisations: set[UUID] = set()
    posts: set[tuple[UUID, UUID]] = set()
    granted: set[tuple[UUID, str]] = set()
    as_warden = may_break_glass = False
    for held in roles:
        if held.role == "duty_officer" and held.office is None:
            organisations.add(held.organisation)
        elif held.role in {"duty_officer", "post_officer"} and held.office is not None:
            posts.add((held.organisation, held.office))
        elif held.role == "warden":
            as_warden = True
        elif held.role == "partner_caseworker":
            granted.add((held.organisation, held.country))
        may_break_glass |= held.role in GLASS_BREAKERS
    return Scope(
        frozenset(organisations), frozenset(posts), as_warden, frozenset(granted), may_break_glass
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """A grant as it stands at the moment: to whom, for which purpose and country, and what carries it."""

    organisation: UUID
    purpose: str
    country: str
    basis: str
    is_running: bool
    has_agreement: bool
    has_consent: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the policy must know of one person at one moment."""

    responsible: UUID
    office: UUID | None
    warden: UUID | None
    is_erased: bool = False
    consents: frozenset[tuple[UUID, str]] = frozenset()  # organisation, purpose
    withheld_users: frozenset[UUID] = frozenset()
    withheld_offices: frozenset[UUID] = frozenset()
    withheld_organisations: frozenset[UUID] = frozenset()
    shared: tuple[Shared, ...] = ()
    opened_by: frozenset[UUID] = field(
        default=frozenset()
    )  # users who broke the glass and still may look


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a user may see a person for a purpose, and why."""

    may_see: bool
    because: tuple[Because, ...]

    @property
    def named(self) -> list[str]:
        """Return the reasons in words."""
        return [str(reason.label) for reason in self.because]


def decide(
    *, user: UUID, roles: Iterable[RoleHeld], person: Standing, purpose: PurposeRule
) -> Decision:
    """Return whether a user with these roles in force may see a person, with every reason."""
    roles = tuple(roles)
    barred = _barred(user, roles, person, purpose)
    if barred is not None:
        return Decision(False, (barred,))
    ways = [way for held in roles for way in _ways(user, held, person, purpose)]
    if user in person.opened_by and scope_of(roles).may_break_glass:
        ways.append((True, Because.BROKE_GLASS))
    open_ways = tuple(dict.fromkeys(because for is_open, because in ways if is_open))
    if open_ways:
        return Decision(True, open_ways)
    closed = tuple(dict.fromkeys(because for _is_open, because in ways))
    return Decision(False, closed or (Because.NO_ROLE,))


def _barred(
    user: UUID, roles: tuple[RoleHeld, ...], person: Standing, purpose: PurposeRule
) -> Because | None:
    """What closes every way, an opened glass included."""
    if person.is_erased:
        return Because.ERASED
    if purpose.holder == Basis.NOBODY:
        return Because.PURPOSE_OPENS_NOTHING
    is_withheld = (
        user in person.withheld_users
        or any(held.office in person.withheld_offices for held in roles)
        or any(held.organisation in person.withheld_organisations for held in roles)
    )
    return Because.WITHHELD if is_withheld else None


def _ways(
    user: UUID, held: RoleHeld, person: Standing, purpose: PurposeRule
) -> list[tuple[bool, Because]]:
    """The ways that one role could open, each with whether it does and the reason."""
    if held.role == "partner_caseworker":
        return _ways_of_partner(held, person, purpose)
    is_own = held.organisation == person.responsible
    if held.role == "warden":
        way = _own(person.warden == user, Because.NAMED_WARDEN, Because.NOT_NAMED)
    elif held.role == "duty_officer" and held.office is None:
        way = _own(is_own, Because.OWN_ORGANISATION, Because.OTHER_ORGANISATION)
    elif held.role in {"duty_officer", "post_officer"}:
        at_post = is_own and held.office is not None and held.office == person.office
        other = Because.OTHER_POST if is_own else Because.OTHER_ORGANISATION
        way = _own(at_post, Because.OWN_POST, other)
    else:
        return []
    if way[0] and not _holder_may(person, purpose):
        return [(False, Because.NO_CONSENT)]
    return [way]


def _own(is_open: bool, yes: Because, no: Because) -> tuple[bool, Because]:
    return (True, yes) if is_open else (False, no)


def _holder_may(person: Standing, purpose: PurposeRule) -> bool:
    if purpose.holder == Basis.PUBLIC_TASK:
        return True
    return (person.responsible, purpose.purpose.value) in person.consents


def _ways_of_partner(
    held: RoleHeld, person: Standing, purpose: PurposeRule
) -> list[tuple[bool, Because]]:
    ways = [
        _way_of_grant(held, shared)
        for shared in person.shared
        if shared.organisation == held.organisation and shared.purpose == purpose.purpose.value
    ]
    return ways or [(False, Because.OTHER_ORGANISATION)]


def _way_of_grant(held: RoleHeld, shared: Shared) -> tuple[bool, Because]:
    if not shared.is_running:
        return False, Because.GRANT_ENDED
    if held.country and held.country != shared.country:
        return False, Because.OTHER_AREA
    if shared.basis == Basis.VITAL_INTEREST:
        return True, Because.VITAL_INTEREST
    if not shared.has_agreement:
        return False, Because.NO_AGREEMENT
    if not shared.has_consent:
        return False, Because.NO_CONSENT
    return True, Because.REFERRED


def check_reason(reason: str, refusal: type[Refusal]) -> None:
    """Refuse to go on for no reason in words."""
    if len(reason.strip()) < LEAST_REASON:
        raise refusal(_("Say why, in a sentence. It is kept, and the person can ask for it."))
