"""The purposes as data: on what each rests, which facts it may look at, how long they are kept."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sojourn.foundation.access.terms import Basis, FieldGroup, Purpose

VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """What holds for one purpose. `holder` is the basis of the organisation that holds the record.

    `keep_days` counts from the day on which a crisis is closed.
    """

    purpose: Purpose
    holder: Basis
    fields: frozenset[FieldGroup]
    keep_days: int

    @property
    def fields_shown(self) -> list[FieldGroup]:
        """Return the groups of facts in the order in which they are shown."""
        return [group for group in FieldGroup if group in self.fields]

    @property
    def fields_named(self) -> list[str]:
        """Return the groups of facts in words."""
        return [str(group.label) for group in self.fields_shown]


@cache
def purpose_rules(version: str = VERSION) -> Mapping[Purpose, PurposeRule]:
    """Return the rule of every purpose, from the published table. Raises ValueError when one is missing."""
    file = Path(__file__).with_name(f"purposes_v{version}.toml")
    table = tomllib.loads(file.read_text())["purposes"]
    if set(table) != set(Purpose.values):
        raise ValueError(f"{file.name} must hold each purpose once: {sorted(Purpose.values)}")
    return {
        Purpose(name): PurposeRule(
            purpose=Purpose(name),
            holder=Basis(row["holder"]),
            fields=frozenset(map(FieldGroup, row["fields"])),
            keep_days=int(row["keep_days"]),
        )
        for name, row in table.items()
    }
