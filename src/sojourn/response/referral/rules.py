"""The states of a referral as data, their clocks, and what refuses a step."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _
from sojourn.response.referral.terms import Consent, State

STEPS: Final[Mapping[State, frozenset[State]]] = {
    State.OFFERED: frozenset({State.CONSENTED, State.WITHDRAWN}),
    State.CONSENTED: frozenset({State.SENT, State.WITHDRAWN}),
    State.SENT: frozenset({State.ACCEPTED, State.REFUSED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset({State.SERVED, State.REFUSED, State.WITHDRAWN}),
    State.SERVED: frozenset({State.CLOSED, State.WITHDRAWN}),
    State.CLOSED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

ENDED: Final = frozenset({State.CLOSED, State.REFUSED, State.WITHDRAWN})
SHARED: Final = frozenset({State.SENT, State.ACCEPTED, State.SERVED})  # the partner sees the person

# Hours that each state may last, by the priority of the case when the referral was offered (1 is most urgent).
CLOCK_H: Final[Mapping[State, tuple[float, float, float, float]]] = {
    State.OFFERED: (1, 6, 24, 72),
    State.CONSENTED: (0.5, 2, 12, 24),
    State.SENT: (1, 6, 24, 48),
    State.ACCEPTED: (6, 24, 72, 168),
    State.SERVED: (72, 168, 168, 336),
}

GRANT_LASTS: Final = timedelta(days=90)
ASSURED_FOR_DAYS: Final = 30
LEAST_REASON: Final = 10


class CannotRefer(Refusal):
    """The referral does not go that way; the message says why."""


def check_can_step(*, state: State, to: State, consent: Consent) -> None:
    """Refuse a step that the states do not have, and any sending without consent or vital interest."""
    if to not in STEPS[state]:
        raise CannotRefer(
            _("A referral that is %(state)s cannot become %(to)s."),
            state=str(state.label).lower(),
            to=str(to.label).lower(),
        )
    if to in SHARED and consent == Consent.NONE:
        raise CannotRefer(
            _(
                "Ask the person first. "
                "Without consent a referral is sent only in their vital interest, with the reason."
            )
        )


def check_vital_interest(reason: str) -> None:
    """Refuse to go without consent for no reason in words."""
    if len(reason.strip()) < LEAST_REASON:
        raise CannotRefer(_("Say why it cannot wait and why the person cannot be asked."))


def check_takes_people(*, status: str, name: str) -> None:
    """Refuse a service that has ended or is paused. One that is full may be asked all the same."""
    if status in {"ended", "paused"}:
        raise CannotRefer(_("%(service)s takes nobody now."), service=name)


def due_after(state: State, priority: int | None) -> timedelta | None:
    """Return how long a referral may stay in a state; None for one that has ended."""
    clock = CLOCK_H.get(state)
    if clock is None:
        return None
    return timedelta(hours=clock[min(max(priority or 4, 1), 4) - 1])


def is_assured(*, assured_on: date | None, on: date) -> bool:
    """Return whether somebody checked an entry of the directory in the last 30 days."""
    return assured_on is not None and (on - assured_on).days <= ASSURED_FOR_DAYS
