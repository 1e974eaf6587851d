"""Questions to the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from sojourn.foundation.audit import rules
from sojourn.foundation.audit.models import AuditEvent, Pending, Seal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk of the chain found. `problems` is empty when nothing was bent."""

    sealed: int
    waiting: int
    head: str
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether the chain holds."""
        return not self.problems


def events_about(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return all that was done with or read of one person's record, newest first."""
    return AuditEvent.objects.filter(person_id=person_id).order_by("-at", "-id")


def reads_of(person_id: UUID) -> QuerySet[AuditEvent]:
    """Return who read one person's record, newest first."""
    return events_about(person_id).filter(is_read=True)


def verify() -> Verdict:
    """Walk the whole chain and compare it with the events. Reads everything, changes nothing."""
    problems: list[str] = []
    previous, number = rules.GENESIS, 0
    for seal, event in _sealed():
        number += 1
        if seal.number != number:
            problems.append(f"seal {number} is missing: the chain goes on at {seal.number}")
            number = seal.number
        if event is None:
            problems.append(f"seal {seal.number}: event {seal.event_id} was deleted")
        else:
            expected = rules.link(previous, seal.number, canonical_of(event))
            if bytes(seal.hash) != expected:
                problems.append(
                    f"seal {seal.number}: event {seal.event_id} or its seal was changed"
                )
        previous = bytes(seal.hash)
    waiting = Pending.objects.count()
    adrift = AuditEvent.objects.count() - waiting - Seal.objects.count()
    if adrift > 0:
        problems.append(f"{adrift} events have neither a seal nor a place in the queue for one")
    return Verdict(sealed=number, waiting=waiting, head=previous.hex(), problems=tuple(problems))


def canonical_of(event: AuditEvent) -> bytes:
    """Return the canonical bytes of a stored event."""
    keys = dict(event.keys)
    if event.person_id is not None:
        keys["person"] = str(event.person_id)
    keys["is_read"] = event.is_read
    return rules.canonical(
        event_id=event.id, what=event.what, about=event.about, by=event.by, at=event.at, keys=keys
    )


def _sealed(batch: int = 5_000) -> Iterator[tuple[Seal, AuditEvent | None]]:
    last = 0
    while True:
        seals = list(Seal.objects.filter(number__gt=last).order_by("number")[:batch])
        if not seals:
            return
        events = AuditEvent.objects.in_bulk([seal.event_id for seal in seals])
        for seal in seals:
            yield seal, events.get(seal.event_id)
        last = seals[-1].number
