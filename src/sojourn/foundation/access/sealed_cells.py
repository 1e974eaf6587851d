"""Every sealed column of every table, found by its name, so that a later app's are sealed anew as well.

A sealed column is a `BinaryField` named `<what>_sealed`, or `sealed`. Its cell is bound to the table, to
`<what>`, and to the row's own key: the primary key, or `key` where that is not a UUID.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import models


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed column: its model and field, and the names that its cells are bound to."""

    model: type[models.Model]
    field: str
    row: str

    @property
    def table(self) -> str:
        """Return the name of the table."""
        return self.model._meta.db_table

    @property
    def column(self) -> str:
        """Return the name of the column as its cells are bound to it."""
        return self.field.removesuffix("_sealed")

    def rows(self, *, batch: int) -> Iterator[list[tuple[object, UUID, bytes]]]:
        """Yield primary key, row's key and sealed value of every cell that holds something, in batches."""
        last: object = None
        full = self.model._default_manager.exclude(**{f"{self.field}__isnull": True}).order_by("pk")
        while True:
            part = full.filter(pk__gt=last) if last is not None else full
            rows = list(part.values_list("pk", self.row, self.field)[:batch])
            if not rows:
                return
            last = rows[-1][0]
            yield [(pk, row, bytes(value)) for pk, row, value in rows if bytes(value)]


def sealed_columns() -> Iterator[SealedColumn]:
    """Yield every sealed column of the project."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, models.BinaryField):
                continue
            if field.name == "sealed" or field.name.endswith("_sealed"):
                is_uuid = isinstance(model._meta.pk, models.UUIDField)
                yield SealedColumn(model, field.name, "pk" if is_uuid else "key")
