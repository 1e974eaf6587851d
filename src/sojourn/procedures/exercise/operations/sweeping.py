"""Find every row that hangs on an exercise, whatever app it belongs to, and take all of it away at once.

The references of the database say what hangs on what: nothing is listed by hand, so a later app is swept too.
Foreign keys are checked at the end of the transaction on both databases, so the order of deletion does not matter.
The audit trail stays: it holds keys, never people.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Model, QuerySet

from sojourn.foundation.audit.models import AuditEvent, Pending, Seal
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

AT_ONCE: Final = 400
KEPT: Final[frozenset[type[Model]]] = frozenset({AuditEvent, Pending, Seal})


class CannotReset(Refusal):
    """Something that is no exercise hangs on this one; nothing was deleted."""


@dataclass(slots=True)
class Sweep:
    """What is to be deleted, by table, and which references to it are to be emptied."""

    rows: dict[type[Model], set[Any]] = field(default_factory=dict)
    emptied: dict[tuple[type[Model], str], set[Any]] = field(default_factory=dict)

    def take(self, rows: Iterable[Model]) -> None:
        """Take some rows, and then everything that refers to them."""
        waiting: list[tuple[type[Model], list[Any]]] = []
        by_model: dict[type[Model], list[Any]] = {}
        for row in rows:
            by_model.setdefault(type(row), []).append(row.pk)
        waiting.extend(by_model.items())
        while waiting:
            model, keys = waiting.pop()
            known = self.rows.setdefault(model, set())
            fresh = [key for key in keys if key not in known]
            known.update(fresh)
            if fresh:
                waiting.extend(self._referring(model, fresh))

    def check(self) -> None:
        """Raise CannotReset when a row that says it is no exercise is among them."""
        for model, keys in self.rows.items():
            if not any(one.name == "is_exercise" for one in model._meta.get_fields()):
                continue
            for part in _parts(list(keys)):
                if model._base_manager.filter(pk__in=part, is_exercise=False).exists():
                    raise CannotReset(
                        _(
                            "Something real hangs on this exercise (%(what)s). "
                            "It must be moved first; nothing was deleted."
                        ),
                        what=model._meta.verbose_name,
                    )

    def delete(self) -> int:
        """Delete everything taken and return how many rows. Call within a transaction."""
        for (model, name), keys in self.emptied.items():
            for part in _parts(list(keys)):
                model._base_manager.filter(pk__in=part).update(**{name: None})
        total = 0
        for model, keys in self.rows.items():
            for part in _parts(list(keys)):
                rows: QuerySet[Any] = model._base_manager.filter(pk__in=part)
                total += rows._raw_delete(rows.db)
        return total

    def _referring(
        self, model: type[Model], keys: Sequence[Any]
    ) -> Iterator[tuple[type[Model], list[Any]]]:
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ManyToOneRel) or relation.related_model in KEPT:
                continue
            other = relation.related_model
            assert not isinstance(other, str)  # noqa: S101  # the registry is complete by now
            name = relation.field.name
            found: list[Any] = []
            for part in _parts(keys):
                found.extend(
                    other._base_manager.filter(**{f"{name}__in": part}).values_list("pk", flat=True)
                )
            if not found:
                continue
            if relation.on_delete is models.SET_NULL:
                self.emptied.setdefault((other, name), set()).update(found)
            else:
                yield other, found


def _parts(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
