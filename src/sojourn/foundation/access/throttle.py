"""How often something may be tried, counted once for all processes and through restarts.

A limit allows so many tries at once and gives them back evenly over its period: after six wrong passwords with
"six a minute" a try is free every ten seconds. A refused try takes nothing, so impatience never lengthens the wait
that was shown; a try that was right is given back, so that only wrong ones count.

    wait_s = throttle.take(CODES, source, at=now())
    if wait_s: …                                     # say how long, look at nothing
    elif right: throttle.give_back(CODES, source)

Keys are kept as blind indexes, never as they are. The generic cell rate algorithm (ITU-T I.371, annex A): one moment
a key, when its allowance is whole again.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import ngettext

from sojourn.foundation.access import sealing
from sojourn.foundation.access.models import Allowance

HOME_OF_ONE: Final = 64  # bits of an IPv6 address that one subscriber holds as a whole


@dataclass(frozen=True, slots=True)
class Limit:
    """So many `times` within `period`, for each key of one `scope` (a word of its own)."""

    scope: str
    times: int
    period: timedelta

    @property
    def step(self) -> timedelta:
        """Return the time in which one try comes back."""
        return self.period / self.times


def wait_of(limit: Limit, whole_at: datetime, at: datetime) -> timedelta:
    """Return how long until one more try is free, when the allowance is whole at `whole_at`; zero: now."""
    return max(timedelta(0), whole_at + limit.step - limit.period - at)


@transaction.atomic
def take(limit: Limit, key: str, *, at: datetime) -> int:
    """Take one try and return 0; when none is free, take nothing and return the whole seconds to wait."""
    row = _row(limit, key)
    Allowance.objects.bulk_create([Allowance(key=row, whole_at=at)], ignore_conflicts=True)
    allowance = Allowance.objects.select_for_update().get(key=row)
    wait = wait_of(limit, allowance.whole_at, at)
    if wait:
        return math.ceil(wait.total_seconds())
    allowance.whole_at = max(allowance.whole_at, at) + limit.step
    allowance.save(update_fields=["whole_at"])
    return 0


def give_back(limit: Limit, key: str) -> None:
    """Give one try back, because it was right."""
    Allowance.objects.filter(key=_row(limit, key)).update(whole_at=F("whole_at") - limit.step)


def forget_whole(*, at: datetime) -> int:
    """Delete what says nothing any more; return how many. A chore of the worker."""
    return Allowance.objects.filter(whole_at__lte=at).delete()[0]


def words_of(wait_s: int) -> str:
    """Return the refusal in words, with the wait."""
    return ngettext(
        "Too many attempts. Try again in %(seconds)d second.",
        "Too many attempts. Try again in %(seconds)d seconds.",
        wait_s,
    ) % {"seconds": wait_s}


def source_of(request: HttpRequest) -> str:
    """Return the network address a request comes from; for IPv6 the part that one subscriber holds.

    Behind a proxy (the site has an https address) it is what the proxy next to us says, else the connection's own.
    """
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.IS_SECURE:
        said = request.headers.get("X-Forwarded-For", said).rpartition(",")[2].strip()
    try:
        address = ip_address(said)
    except ValueError:
        return said
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, HOME_OF_ONE), strict=False))


def _row(limit: Limit, key: str) -> bytes:
    return sealing.blind_index(f"{limit.scope}\x00{key}", name="throttle")
