"""Priority of a person in need, by a published rule table, with every reason in words. No hidden score.

Order: life threat, medical, unaccompanied child, trafficking or violence, families with small children, long wait,
the rest; time in the queue decides between equals. The table is data (`priority_rules_v1.toml`): each rule has a
condition on facts that were said, a class, a clock, a reason and a source. Conditions only ever ask for something
to be present, so that saying more never lowers a priority (a property, tested). A change is a new version.

The order follows practice in past evacuations (Misrata 2011; US Joint Publication 3-68, 2015); no instrument gives
numbers for it, and the clocks are our judgement. Triage ranks who is helped first, never who is entitled to help.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

NEWEST: Final = "1"
PRIORITIES: Final = (1, 2, 3, 4)
SMALL_CHILD_YEARS: Final = 6
CHILD_YEARS: Final = 18
OLDER_YEARS: Final = 65


class Kind(StrEnum):
    """What is needed. `UNSPECIFIED`: help, and no more was said."""

    MEDICAL = "medical"
    PROTECTION = "protection"
    CHILD = "child"
    DOCUMENTS = "documents"
    SHELTER = "shelter"
    FOOD_AND_WATER = "food_and_water"
    TRANSPORT = "transport"
    INFORMATION = "information"
    ASYLUM = "asylum"
    UNSPECIFIED = "unspecified"


class Severity(StrEnum):
    """How grave: life in danger now; worse within a day; can wait; not known."""

    LIFE = "life"
    URGENT = "urgent"
    CAN_WAIT = "can_wait"
    UNKNOWN = "unknown"


class Sign(StrEnum):
    """A circumstance that was said, or that follows from the record."""

    UNACCOMPANIED_CHILD = "unaccompanied_child"
    SEPARATED_CHILD = "separated_child"
    VIOLENCE = "violence"
    TRAFFICKING = "trafficking"
    HELD = "held"
    PREGNANT = "pregnant"
    DISABILITY = "disability"
    OLDER_PERSON = "older_person"
    SMALL_CHILDREN = "small_children"
    STATELESS = "stateless"
    FEARS_RETURN = "fears_return"
    DOCUMENTS_HELD = "documents_held"
    WORDS_OF_DANGER = "words_of_danger"


@dataclass(frozen=True, slots=True)
class Need:
    """One need as it was said."""

    kind: Kind
    severity: Severity = Severity.UNKNOWN


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may look at. Nationality and immigration status are not among it."""

    needs: frozenset[Need]
    signs: frozenset[Sign] = frozenset()
    waiting_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. An empty condition holds always."""

    id: str
    priority: int
    due_min: int
    reason: str
    source: str
    kinds: frozenset[Kind] = frozenset()
    severities: frozenset[Severity] = frozenset()
    signs: frozenset[Sign] = frozenset()
    waiting_h: float = 0.0
    leaves_path_of_return: bool = False

    def holds(self, facts: Facts) -> bool:
        """Return whether every condition of the rule holds."""
        if self.signs and not self.signs & facts.signs:
            return False
        if facts.waiting_h < self.waiting_h:
            return False
        if not (self.kinds or self.severities):
            return True
        return any(
            (not self.kinds or need.kind in self.kinds)
            and (not self.severities or need.severity in self.severities)
            for need in facts.needs
        )


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A published version: rules in the order of the file, labels of the classes, minutes to the second escalation."""

    version: str
    published_on: str
    rules: tuple[Rule, ...]
    labels: Mapping[int, str] = field(default_factory=dict)
    escalate_again_after_min: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired."""

    rule: str
    priority: int
    due_min: int
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Priority:
    """The class (1 is most urgent), minutes within which to act, and all reasons, gravest first."""

    version: str
    priority: int
    due_min: int
    reasons: tuple[Reason, ...]
    leaves_path_of_return: bool


def priority_of(facts: Facts, table: RuleTable) -> Priority:
    """Return the priority that a table gives to some facts.

    The class is the gravest of the rules that hold, the clock the shortest within that class. Facts are sets: the
    order in which things were said plays no part. The table must hold a rule without conditions, so that a reason is
    never missing (`read_table` refuses one without).
    """
    held = [rule for rule in table.rules if rule.holds(facts)]
    reasons = sorted(
        (Reason(rule.id, rule.priority, rule.due_min, rule.reason, rule.source) for rule in held),
        key=lambda reason: (reason.priority, reason.due_min, reason.rule),
    )
    return Priority(
        version=table.version,
        priority=reasons[0].priority,
        due_min=reasons[0].due_min,
        reasons=tuple(reasons),
        leaves_path_of_return=any(rule.leaves_path_of_return for rule in held),
    )


def signs_of_ages(*, own: int | None, household: Iterable[int | None]) -> frozenset[Sign]:
    """Return what follows from ages in whole years (None: not known). Nobody is taken for unaccompanied."""
    ages = [age for age in (own, *household) if age is not None]
    signs = set()
    if any(age < SMALL_CHILD_YEARS for age in ages):
        signs.add(Sign.SMALL_CHILDREN)
    if any(age >= OLDER_YEARS for age in ages):
        signs.add(Sign.OLDER_PERSON)
    return frozenset(signs)


@cache
def table_of(version: str = NEWEST) -> RuleTable:
    """Return a published version of the table. Raises KeyError for one that does not exist."""
    if not version.isdecimal():
        raise KeyError(version)
    file = Path(__file__).with_name(f"priority_rules_v{version}.toml")
    if not file.exists():
        raise KeyError(version)
    return read_table(file.read_text(encoding="utf-8"))


def read_table(text: str) -> RuleTable:
    """Read a table. Raises ValueError for unknown words, or when someone could be left without a reason."""
    data = tomllib.loads(text)
    rules = tuple(_rule(row) for row in data["rules"])
    ids = [rule.id for rule in rules]
    if len(set(ids)) < len(ids):
        raise ValueError("Two rules have the same id.")
    if not any(
        not (rule.kinds or rule.severities or rule.signs or rule.waiting_h) for rule in rules
    ):
        raise ValueError("A rule without conditions is needed, so that nobody is without a reason.")
    return RuleTable(
        version=str(data["version"]),
        published_on=str(data["published_on"]),
        rules=rules,
        labels={int(key): str(words) for key, words in data["labels"].items()},
        escalate_again_after_min={
            int(key): int(minutes) for key, minutes in data["escalate_again_after_min"].items()
        },
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    rule = Rule(
        id=row["id"],
        priority=row["priority"],
        due_min=row["due_min"],
        reason=row["reason"],
        source=row["source"],
        kinds=frozenset(Kind(word) for word in row.get("kinds", ())),
        severities=frozenset(Severity(word) for word in row.get("severities", ())),
        signs=frozenset(Sign(word) for word in row.get("signs", ())),
        waiting_h=float(row.get("waiting_h", 0)),
        leaves_path_of_return=bool(row.get("leaves_path_of_return", False)),
    )
    unknown = set(row) - set(Rule.__slots__)
    if unknown:
        raise ValueError(f"Rule {rule.id} has conditions that are not known: {sorted(unknown)}.")
    if rule.priority not in PRIORITIES or rule.due_min <= 0 or not rule.reason or not rule.source:
        raise ValueError(f"Rule {rule.id} needs a class, a clock, a reason and a source.")
    return rule
