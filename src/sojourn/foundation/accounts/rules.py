"""Decisions on accounts, on plain values: who may ask, approve or go alone, and how long things last."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sojourn.foundation.accounts.terms import Deed, Ended, Ground
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

LEAST_REASON: Final = 10
LASTS: Final = timedelta(days=7)


class CannotAsk(Refusal):
    """The approval is not asked for; the message says why."""


class CannotApprove(Refusal):
    """The deed is not approved or refused; the message says why."""


class CannotGoAlone(Refusal):
    """One person is not enough for the deed; the message says why."""


class CannotEndSessions(Refusal):
    """The sessions go on; the message says why."""


class CannotAddFactor(Refusal):
    """The second factor is not added; the message says why."""


class CannotRemoveFactor(Refusal):
    """The second factor stays; the message says why."""


class CannotSetSecondPassword(Refusal):
    """The second password is not set; the message says why."""


class CannotLock(Refusal):
    """The office is not locked down; the message says why."""


class NotApproved(Refusal):
    """The deed waits for a second person; the message says so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without anything done, and in all."""

    idle: timedelta
    shared_idle: timedelta
    total: timedelta


def ended_because(
    *, opened_at: datetime, seen_at: datetime, is_shared: bool, limits: Limits, at: datetime
) -> Ended | None:
    """Return why a session is over, or None while it goes on."""
    if at >= opened_at + limits.total:
        return Ended.TOO_LONG
    if at >= seen_at + (limits.shared_idle if is_shared else limits.idle):
        return Ended.IDLE
    return None


def is_fresh(*, shown_at: datetime, lasts: timedelta, at: datetime) -> bool:
    """Return whether the user showed lately enough who they are."""
    return shown_at <= at < shown_at + lasts


BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return a browser and a system in words, no versions; empty when neither is known."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Who, by role in the organisation, may ask for a deed and who may approve it.

    `alone` are the grounds on which one person is enough. A request, and a yes to it, last seven days.
    """

    askers: frozenset[str]
    approvers: frozenset[str]
    alone: frozenset[Ground] = frozenset()


HELPERS: Final = frozenset({"duty_officer", "post_officer"})
KEEPERS: Final = frozenset({"administrator", "data_protection_officer"})
EITHER: Final = frozenset(Ground)

FOUR_EYES: Final[Mapping[Deed, FourEyes]] = {
    Deed.CRISIS_CLOSE: FourEyes(
        frozenset({"duty_officer"}), frozenset({"duty_officer"}), alone=EITHER
    ),
    Deed.PERSON_ERASE: FourEyes(
        HELPERS | {"data_protection_officer"},
        frozenset({"duty_officer", "data_protection_officer"}),
        alone=EITHER,
    ),
    Deed.DOCUMENT_ISSUE: FourEyes(HELPERS, HELPERS, alone=frozenset({Ground.EXERCISE})),
    Deed.PAYMENT_RELEASE: FourEyes(
        HELPERS | {"partner_caseworker"},
        HELPERS | {"partner_caseworker"},
        alone=frozenset({Ground.EXERCISE}),
    ),
    Deed.FACTORS_RESET: FourEyes(frozenset({"administrator"}), KEEPERS | {"duty_officer"}),
    Deed.DISCLOSURES_UNLOCK: FourEyes(KEEPERS, KEEPERS | {"duty_officer"}),
    Deed.OFFICE_REOPEN: FourEyes(HELPERS | {"administrator"}, HELPERS | {"administrator"}),
}


def check_can_ask(*, deed: Deed, roles: Collection[str], is_party: bool) -> None:
    """Refuse whom the deed is about, and whose roles in the organisation do not go with it."""
    if is_party:
        raise CannotAsk(_("This is about yourself or your own office. Two others have to do it."))
    if not FOUR_EYES[deed].askers.intersection(roles):
        raise CannotAsk(_("Your role does not ask for this."))


def check_can_approve(
    *, deed: Deed, roles: Collection[str], is_asker: bool, is_party: bool, is_beholden: bool
) -> None:
    """Refuse anybody who is not a second pair of eyes."""
    if is_asker:
        raise CannotApprove(_("You asked for this. Somebody else has to approve it."))
    if is_party:
        raise CannotApprove(
            _("This is about yourself or your own office. Two others have to do it.")
        )
    if not FOUR_EYES[deed].approvers.intersection(roles):
        raise CannotApprove(_("Your role does not approve this."))
    if is_beholden:
        raise CannotApprove(
            _(
                "The one who asks gave you your password less than 30 days ago. Somebody else has to."
            )
        )


def check_is_open(*, is_open: bool, asked_at: datetime, at: datetime) -> None:
    """Refuse to decide twice, or too late."""
    if not is_open:
        raise CannotApprove(_("This was decided already."))
    if at >= asked_at + LASTS:
        raise CannotApprove(
            _("This was asked for more than seven days ago. It has to be asked anew.")
        )


def ground_of(*, deed: Deed, is_exercise: bool, others: int) -> Ground | None:
    """Return on what ground one person is enough for a deed, or None. `others` could approve it."""
    if is_exercise and Ground.EXERCISE in FOUR_EYES[deed].alone:
        return Ground.EXERCISE
    if others == 0 and Ground.NO_SECOND in FOUR_EYES[deed].alone:
        return Ground.NO_SECOND
    return None


def check_can_go_alone(*, ground: Ground | None, reason: str) -> None:
    """Refuse one person where a second one can be asked, and a deed without a reason in words."""
    if ground is None:
        raise CannotGoAlone(_("Somebody else can approve this. Ask them."))
    if len(reason.strip()) < LEAST_REASON:
        raise CannotGoAlone(_("Say why one person is enough. It is kept and shown."))


def may_lock(
    roles: Iterable[tuple[str, UUID, UUID | None]], *, organisation: UUID, office: UUID
) -> bool:
    """Return whether roles (role, organisation, office or None) let one lock an office down.

    Its own post officer may, and the administrators and duty officers of the whole organisation.
    """
    return any(
        where == organisation
        and (
            (at is None and role in {"administrator", "duty_officer"})
            or (at == office and role in HELPERS)
        )
        for role, where, at in roles
    )


def check_can_lock(*, may: bool) -> None:
    """Refuse whoever neither works in the office nor runs the organisation."""
    if not may:
        raise CannotLock(_("You neither work in this office nor run the organisation."))
