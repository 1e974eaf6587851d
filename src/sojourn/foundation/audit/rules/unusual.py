"""What about a user's reading is unusual, by a published table of rules. See docs/methods/unusual-reading.md."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

TABLE: Final = Path(__file__).resolve().parents[1] / "unusual_rules_v1.toml"
NIGHT_FROM: Final = time(22)
NIGHT_UPTO: Final = time(5)
USUAL_FROM: Final = 50  # people read of, before it says anything of the countries of a user
WITHOUT_COMPARISON: Final = 2  # times the floor, where nothing is known to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table: what is counted in which window, from where on it is told, and why."""

    id: str
    kind: str
    counts: str
    window_min: int
    floor: int
    ceiling: int
    reason: str
    source: str
    quiet_h: int
    times_own: float = 0
    times_peers: float = 0
    outside_crises_only: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rules of one version, and how much history they need."""

    version: str
    history_days: int
    least_own_hours: int
    least_peers: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One user's reading at a moment: rule → count in its window; what is usual for them and for colleagues.

    `own` holds, for what a rule counts, the counts of the user's active hours in the history; `peers` those
    of colleagues of the same role and organisation in the same window.
    """

    counted: Mapping[str, int]
    own: Mapping[str, Sequence[int]] = field(default_factory=dict)
    peers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    is_in_crisis: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that told: how many were counted, and the limit it told at."""

    rule: Rule
    count: int
    limit: int


@cache
def table() -> Table:
    """Return the published table."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return Table(
        version=read["version"],
        history_days=read["history_days"],
        least_own_hours=read["least_own_hours"],
        least_peers=read["least_peers"],
        rules=tuple(Rule(**rule) for rule in read["rules"]),
    )


def findings_of(reading: Reading, rules: Table) -> list[Finding]:
    """Return every rule that tells of this reading, with the limit it told at."""
    found = []
    for rule in rules.rules:
        count = reading.counted.get(rule.id, 0)
        if rule.outside_crises_only and reading.is_in_crisis:
            continue
        limit = limit_of(
            rule,
            own=reading.own.get(rule.counts, ()),
            peers=reading.peers.get(rule.counts, ()),
            rules=rules,
        )
        if count >= limit:
            found.append(Finding(rule, count, limit))
    return found


def limit_of(rule: Rule, *, own: Sequence[int], peers: Sequence[int], rules: Table) -> int:
    """Return from how many on a rule tells, between its floor and its ceiling."""
    known = []
    if rule.times_own and len(own) >= rules.least_own_hours:
        known.append(rule.times_own * median(own))
    if rule.times_peers and len(peers) >= rules.least_peers:
        known.append(rule.times_peers * median(peers))
    compares = bool(rule.times_own or rule.times_peers)
    if compares and not known:
        known.append(WITHOUT_COMPARISON * rule.floor)
    return min(rule.ceiling, round(max([rule.floor, *known])))


def is_night(at: datetime, zone: str) -> bool:
    """Return whether it is night at a moment, by the clock of a place (IANA name of its zone)."""
    local = at.astimezone(ZoneInfo(zone)).time()
    return local >= NIGHT_FROM or local < NIGHT_UPTO


def areas_of(
    *,
    offices: frozenset[str],
    is_everywhere: bool,
    crises: frozenset[str],
    usual: Mapping[str, int],
) -> frozenset[str] | None:
    """Return the countries (ISO 3166-1 alpha-3) that are a user's own; None when nothing can be said.

    Those of the offices of their roles and of the crises under way. Whoever has a role in all offices adds the
    countries they usually read of (one in twenty of what was read); without any of it, nothing is out of area.
    """
    total = sum(usual.values())
    own = {country for country, read in usual.items() if country and 20 * read >= total}
    if not is_everywhere:
        return offices | crises if offices else None
    found = offices | crises | own
    return found if total >= USUAL_FROM else None
