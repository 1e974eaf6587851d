"""The audit trail as a data-protection officer sees it: the chain, and events about their people or by their staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import segno
from django.db.models import Q, QuerySet

from sojourn.exchange.checkpoints import read_checkpoint
from sojourn.exchange.signed_note import NotANote, read_note
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.audit import queries as audit
from sojourn.foundation.audit.models import AuditEvent, Checkpoint, Pending, Seal, Verification
from sojourn.foundation.audit.queries import Problem
from sojourn.foundation.audit.terms import Flaw
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people.models import Person

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint: how many events, when, its words, who signed it, and the note itself."""

    size: int
    at: datetime
    words: tuple[str, ...]
    origin: str
    note: str

    @property
    def qr(self) -> str:
        """Return the note as a picture to be scanned, as a data address."""
        return str(segno.make(self.note, micro=False).svg_data_uri(scale=4, border=4, light="#fff"))


@dataclass(frozen=True, slots=True)
class Chain:
    """How long the chain is, how many events wait for a seal, and the newest checkpoint."""

    sealed: int
    waiting: int
    signed: Signed | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as it is shown: `who` is a name for own staff, an organisation and role for others."""

    event: AuditEvent
    who: str


def chain() -> Chain:
    """Return how things stand with the chain. Reads little."""
    newest = audit.newest_checkpoint()
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    return Chain(last or 0, Pending.objects.count(), _signed_in(newest) if newest else None)


def _signed_in(checkpoint: Checkpoint) -> Signed | None:
    """A checkpoint as it is shown; None when it was bent and cannot be read."""
    try:
        said = read_checkpoint(read_note(checkpoint.note))
    except NotANote:
        return None
    at = said.at or checkpoint.made_at
    return Signed(said.size, at, said.words, said.origin, checkpoint.note)


def newest_verification() -> Verification | None:
    """Return the newest walk of the chain, under way or done."""
    return Verification.objects.order_by("-asked_at", "-id").first()


def problems_of(verification: Verification) -> list[Problem]:
    """Return what a walk found, to be read in the reader's language."""
    return [
        Problem(Flaw(one["flaw"]), **{name: value for name, value in one.items() if name != "flaw"})
        for one in verification.problems
    ]


def watched(viewer: Viewer) -> Sequence[Organisation]:
    """Return the organisations whose data-protection officer the viewer is."""
    return [
        held.organisation
        for held in viewer.memberships
        if held.role == Role.DATA_PROTECTION_OFFICER
    ]


def staff(viewer: Viewer) -> QuerySet[User]:
    """Return everybody who has, or had, a role in an organisation that the viewer watches, by name."""
    return (
        User.objects.filter(memberships__organisation__in=watched(viewer))
        .distinct()
        .order_by("display_name", "username")
    )


def holds(viewer: Viewer, person_id: UUID) -> bool:
    """Return whether a record is held by an organisation that the viewer watches, erased ones too."""
    return Person.objects.filter(pk=person_id, responsible__in=watched(viewer)).exists()


def events(
    viewer: Viewer,
    *,
    person_id: UUID | None,
    user: User | None,
    since: datetime | None,
    until: datetime | None,
) -> list[Shown]:
    """Return the newest events about one of the viewer's people, else by one or all of the viewer's staff."""
    if person_id is not None:
        found = AuditEvent.objects.filter(Q(person_id=person_id) | Q(listed__person_id=person_id))
        if user is not None:
            found = found.filter(by=user.audit_key)
    else:
        chosen = [user] if user is not None else list(staff(viewer))
        found = AuditEvent.objects.filter(by__in=[one.audit_key for one in chosen])
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lte=until)
    return _shown(viewer, list(found.order_by("-at", "-id")[:SHOWN]))


def _shown(viewer: Viewer, found: Sequence[AuditEvent]) -> list[Shown]:
    keys = {event.by.removeprefix("user:") for event in found if event.by.startswith("user:")}
    own = {one.audit_key: str(one) for one in staff(viewer).filter(pk__in=keys)}
    others: Mapping[str, str] = {
        key: f"{held[-1].organisation.name}: {Role(held[-1].role).label}"
        for key, held in organisations.memberships_ever(keys).items()
        if key not in own
    }
    return [Shown(event, own.get(event.by) or others.get(event.by) or event.by) for event in found]
