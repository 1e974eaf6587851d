"""The whole chain walked and compared: every link with its event, every checkpoint with the tree."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef

from sojourn.foundation.audit import signing, stored
from sojourn.foundation.audit.models import AuditEvent, Pending, Seal
from sojourn.foundation.audit.queries.checkpoints import Mark, marks_in_database
from sojourn.foundation.audit.rules.chain import GENESIS, Stored, canonical, link
from sojourn.foundation.audit.terms import Flaw
from sojourn.methods.merkle import Tree

MOST_TOLD: Final = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: `number` and `last` count events from 1, `event` is a key."""

    flaw: Flaw
    number: int = 0
    last: int = 0
    length: int = 0  # of the chain as it is
    event: str = ""
    source: str = ""
    why: str = ""

    def __str__(self) -> str:
        return self.flaw.label % {
            "number": self.number,
            "last": self.last,
            "length": self.length,
            "event": self.event,
            "source": self.source,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found. `problems` is empty when nothing was bent; `checkpoints` counts those compared.

    `signed` is how many events the newest checkpoint that was compared counts. `more` problems were not listed.
    """

    sealed: int
    waiting: int
    head: str
    root: str
    problems: tuple[Problem, ...]
    checkpoints: int = 0
    signed: int = 0
    more: int = 0

    @property
    def is_sound(self) -> bool:
        """Return whether the chain holds."""
        return not self.problems


def verify(*, kept: Sequence[Mark] = (), progress: Progress | None = None) -> Verdict:
    """Walk the whole chain and compare it with the events and the checkpoints, those `kept` elsewhere too.

    Reads everything, changes nothing. `progress` is told now and then how many events of how many are done.
    """
    total = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    walk = _Walk(_in_order(kept))
    for batch in stored.sealed(after=0, upto=total):
        walk.take(batch)
        if progress is not None:
            progress(walk.number, total)
    walk.end()
    waiting = Pending.objects.count()
    walk.look_for_the_unsealed()
    return Verdict(
        sealed=walk.number,
        waiting=waiting,
        head=walk.head.hex(),
        root=walk.tree.root.hex(),
        problems=tuple(walk.problems),
        checkpoints=walk.compared,
        signed=walk.signed,
        more=walk.more,
    )


def _in_order(kept: Sequence[Mark]) -> Iterator[Mark]:
    def size_of(mark: Mark) -> int:
        return mark.size

    return merge(marks_in_database(), sorted(kept, key=size_of), key=size_of)


@dataclass(slots=True)
class _Walk:
    """Where a walk stands: the last link, the tree over all links, and the checkpoint that comes next."""

    marks: Iterator[Mark]
    number: int = 0
    head: bytes = GENESIS
    tree: Tree = field(default_factory=Tree)
    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    compared: int = 0
    signed: int = 0
    deleted: int = 0
    is_whole: bool = True  # no seal is missing so far, so that the tree can be compared
    is_rewritten: bool = False
    next_mark: Mark | None = None
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.origins = tuple(key.name for key in signing.known_keys())
        self._draw()

    def take(self, batch: Sequence[stored.SealedEvent]) -> None:
        """Check the links of one batch and, where a checkpoint was made, the tree."""
        links: list[bytes] = []
        for sealed in batch:
            if sealed.number != self.number + 1:
                self._miss(sealed.number)
            self.number = sealed.number
            self._check(sealed)
            self.head = sealed.hash
            if self.is_whole:
                links.append(sealed.hash)
        self._grow(links)

    def end(self) -> None:
        """Tell of the largest checkpoint that counts more events than there are."""
        largest = None
        while self.next_mark is not None:
            largest = self.next_mark
            self._draw()
        if largest is not None and largest.size > self.number:
            self._tell(
                Problem(
                    Flaw.TAIL_CUT,
                    self.signed + 1,
                    last=largest.size,
                    length=self.number,
                    source=largest.source,
                )
            )

    def look_for_the_unsealed(self) -> None:
        """Tell of events that were slipped in beside the chain, or whose place in the queue was taken away."""
        if not self._is_anything_beside():
            return
        beside = AuditEvent.objects.filter(
            ~Exists(Seal.objects.filter(event_id=OuterRef("pk"))),
            ~Exists(Pending.objects.filter(event=OuterRef("pk"))),
        )
        for key in beside.order_by("pk").values_list("pk", flat=True)[: MOST_TOLD + 1]:
            self._tell(Problem(Flaw.NEVER_SEALED, event=str(key)))

    def _is_anything_beside(self) -> bool:
        """Whether the numbers of rows do not add up; one statement, so that no writer comes between."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT COUNT(*) FROM audit_auditevent) - (SELECT COUNT(*) FROM audit_seal)"
                " - (SELECT COUNT(*) FROM audit_pending)"
            )
            return bool(cursor.fetchone()[0] + self.deleted)

    def _check(self, sealed: stored.SealedEvent) -> None:
        if sealed.event is None:
            self.deleted += 1
            self._tell(Problem(Flaw.EVENT_DELETED, sealed.number, event=sealed.event_id))
        elif not _is_linked(self.head, sealed.number, sealed.event, sealed.hash):
            self._tell(Problem(Flaw.EVENT_CHANGED, sealed.number, event=sealed.event_id))

    def _miss(self, found: int) -> None:
        self._tell(Problem(Flaw.SEALS_MISSING, self.number + 1, last=found - 1))
        self.is_whole = False

    def _grow(self, links: list[bytes]) -> None:
        """Grow the tree, stopping at the size of each checkpoint on the way."""
        grown = 0
        size = self.tree.size + len(links)
        while self.next_mark is not None and self.next_mark.size <= size:
            upto = self.next_mark.size - (size - len(links))
            self.tree = self.tree.grown(links[grown:upto])
            grown = upto
            self._compare(self.next_mark)
            self._draw()
        self.tree = self.tree.grown(links[grown:])

    def _compare(self, mark: Mark) -> None:
        self.compared += 1
        if mark.agrees_with(self.tree.root, self.origins):
            self.signed = mark.size
        elif mark.is_kept or not self.is_rewritten:  # all later ones in the database differ too
            self.is_rewritten |= not mark.is_kept
            self._tell(Problem(Flaw.REWRITTEN, self.signed + 1, last=mark.size, source=mark.source))

    def _draw(self) -> None:
        """Go on to the next checkpoint; tell of those that are wrong in themselves."""
        for mark in self.marks:
            if mark.flaw is None:
                self.next_mark = mark
                return
            self._tell(Problem(mark.flaw, source=mark.source, why=mark.why))
        self.next_mark = None

    def _tell(self, problem: Problem) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
        else:
            self.more += 1


def _is_linked(previous: bytes, number: int, event: Stored, hash_: bytes) -> bool:
    """Whether a link is the one of this event. What cannot even be read is not what was sealed."""
    try:
        return link(previous, number, canonical(event)) == hash_
    except (ValueError, TypeError, RecursionError):
        return False
