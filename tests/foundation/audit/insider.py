"""Someone with all rights on the database and no key: everything they can do to the audit trail, at random.

Each deed returns the numbers of the events that it bent, as the chain counted them before; a verification must
point to one of them.
"""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sojourn.foundation.audit import rules, stored
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Pending, Seal
from sojourn.foundation.identifiers import uuid7

THEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
BESIDE = 0  # an event that is not in the chain at all


class Insider:
    """Bends a chain of `size` sealed events."""

    def __init__(self, chance: random.Random, size: int) -> None:
        self.chance = chance
        self.size = size

    def bend(self) -> tuple[str, list[int]]:
        """Do one deed; return its name and the numbers of the events it bent."""
        deeds = [name for name in dir(self) if name.startswith("do_")]
        deed = self.chance.choice(deeds)
        return deed, getattr(self, deed)()

    def do_edit(self) -> list[int]:
        """Change one column of one event."""
        number = self.some()
        self.edit(self.event_of(number))
        return [number]

    def do_edit_and_reseal(self) -> list[int]:
        """Change an event and make the chain fit again; checkpoints cannot be signed."""
        number = self.some()
        self.edit(self.event_of(number))
        self.reseal(number)
        self.forget_checkpoints(number)
        return [number]

    def do_delete_event(self) -> list[int]:
        number = self.some()
        self.event_of(number).delete()
        return [number]

    def do_delete_seal(self) -> list[int]:
        number = self.some()
        Seal.objects.filter(number=number).delete()
        return [number]

    def do_drop(self) -> list[int]:
        """Take an event and its seal away."""
        number = self.some()
        self.event_of(number).delete()
        Seal.objects.filter(number=number).delete()
        self.forget_checkpoints(number)
        return [number]

    def do_drop_and_close_the_gap(self) -> list[int]:
        number = self.some()
        self.event_of(number).delete()
        Seal.objects.filter(number=number).delete()
        for later in range(number + 1, self.size + 1):
            Seal.objects.filter(number=later).update(number=later - 1)
        self.size -= 1
        self.reseal(number)
        self.forget_checkpoints(number)
        return [number]

    def do_swap(self) -> list[int]:
        """Let two events change places."""
        one, other = self.two()
        self.swap(one, other)
        return [one, other]

    def do_swap_and_reseal(self) -> list[int]:
        one, other = self.two()
        self.swap(one, other)
        self.reseal(min(one, other))
        self.forget_checkpoints(min(one, other))
        return [one, other]

    def do_cut_the_tail(self) -> list[int]:
        """Let the last events never have happened."""
        first = self.some()
        keys = list(Seal.objects.filter(number__gte=first).values_list("event_id", flat=True))
        Seal.objects.filter(number__gte=first).delete()
        AuditEvent.objects.filter(pk__in=keys).delete()
        self.forget_checkpoints(first)
        return list(range(first, self.size + 1))

    def do_cut_the_head(self) -> list[int]:
        last = self.chance.randint(1, self.size - 1)
        keys = list(Seal.objects.filter(number__lte=last).values_list("event_id", flat=True))
        AuditEvent.objects.filter(pk__in=keys).delete()
        Seal.objects.filter(number__lte=last).delete()
        return list(range(1, last + 1))

    def do_change_a_link(self) -> list[int]:
        number = self.some()
        Seal.objects.filter(number=number).update(hash=self.chance.randbytes(32))
        return [number, number + 1]

    def do_slip_in_beside(self) -> list[int]:
        """Put an event where one looks for it, without sealing it."""
        self.new_event()
        return [BESIDE]

    def do_slip_in_and_reseal(self) -> list[int]:
        number = self.some()
        for later in range(self.size, number - 1, -1):
            Seal.objects.filter(number=later).update(number=later + 1)
        Seal.objects.create(number=number, event_id=self.new_event().pk, hash=b"")
        self.size += 1
        self.reseal(number)
        self.forget_checkpoints(number)
        return [number]

    def do_hold_back(self) -> list[int]:
        """Take a sealed event's seal, and queue it again, so that it would be sealed as the newest."""
        number = self.some()
        event = self.event_of(number)
        Seal.objects.filter(number=number).delete()
        Pending.objects.create(event=event)
        self.forget_checkpoints(number)
        return [number]

    def do_write_another_history(self) -> list[int]:
        """Begin anew: other events, a chain that fits, no checkpoints."""
        Seal.objects.all().delete()
        AuditEvent.objects.all().delete()
        Checkpoint.objects.all().delete()
        for number in range(1, self.size + 1):
            Seal.objects.create(number=number, event_id=self.new_event().pk, hash=b"")
        self.reseal(1)
        return list(range(1, self.size + 1))

    def edit(self, event: AuditEvent) -> None:
        column = self.chance.choice(
            ["what", "about", "by", "at", "keys", "keys", "person_id", "is_read", "id"]
        )
        if column == "at":
            event.at += timedelta(microseconds=self.chance.choice([-1, 1, 10**6, -(10**9)]))
        elif column == "is_read":
            event.is_read = not event.is_read
        elif column == "person_id":
            event.person_id = None if event.person_id and self.chance.random() < 0.5 else uuid4()
        elif column == "keys":
            event.keys = {**event.keys, self.chance.choice(["count", "why", "more"]): "bent"}
        elif column == "id":
            other = uuid7()
            AuditEvent.objects.filter(pk=event.pk).update(id=other)
            Seal.objects.filter(event_id=event.pk).update(event_id=other)
            return
        else:
            setattr(event, column, f"{getattr(event, column)}!")
        event.save()

    def swap(self, one: int, other: int) -> None:
        first, second = (Seal.objects.get(number=number).event_id for number in (one, other))
        Seal.objects.filter(number=one).update(event_id=uuid4())
        Seal.objects.filter(number=other).update(event_id=first)
        Seal.objects.filter(number=one).update(event_id=second)

    def reseal(self, number: int) -> None:
        """Compute every link from `number` on anew, as the sealer would have."""
        before = Seal.objects.filter(number=number - 1).first()
        previous = bytes(before.hash) if before else rules.GENESIS
        for batch in stored.sealed(after=number - 1, upto=self.size):
            for sealed in batch:
                previous = rules.link(previous, sealed.number, rules.canonical(sealed.event))
                Seal.objects.filter(number=sealed.number).update(hash=previous)

    def forget_checkpoints(self, number: int) -> None:
        """Take away the checkpoints that would tell; those kept elsewhere are out of reach."""
        Checkpoint.objects.filter(size__gte=number).delete()

    def new_event(self) -> AuditEvent:
        return AuditEvent.objects.create(
            what="person.read", about="", by="user:nobody", at=THEN, is_read=True
        )

    def event_of(self, number: int) -> AuditEvent:
        return AuditEvent.objects.get(pk=Seal.objects.get(number=number).event_id)

    def some(self) -> int:
        return self.chance.randint(1, self.size)

    def two(self) -> list[int]:
        return self.chance.sample(range(1, self.size + 1), 2)
