"""The class of every column, as data: what the leak sweep, agreements and erasure go by."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sojourn.foundation.access.terms import DataClass


@cache
def data_classes() -> Mapping[tuple[str, str], DataClass]:
    """Return the class of each column by `app.model` in small letters and field name.

    Raises ValueError when a column stands in two classes.
    """
    table = tomllib.loads(Path(__file__).with_name("data_classes.toml").read_text())
    classes: dict[tuple[str, str], DataClass] = {}
    for model, groups in table.items():
        for name, fields in groups.items():
            for field in fields:
                if (model, field) in classes:
                    raise ValueError(f"{model}.{field} stands in two classes")
                classes[model, field] = DataClass(name)
    return classes
