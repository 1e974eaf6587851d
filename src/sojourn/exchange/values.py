"""Plain values out of parsed JSON, which may hold anything."""

import json
import math
from typing import Any


def record(value: Any) -> dict[str, Any]:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def words(value: Any) -> str:
    """Return a text or a number as text, "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def number(value: Any) -> float | None:
    """Return a finite number, also one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def texts(value: dict[str, Any], known: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Return what an object holds beyond the known keys, each value as text; nulls are left out."""
    return {
        str(key): (inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False),)
        for key, inner in value.items()
        if key not in known and inner not in (None, "", [], {})
    }
