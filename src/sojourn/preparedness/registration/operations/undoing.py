"""Take back what a list brought, as far as nothing else rests on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people.models import (
    ContactPoint,
    Household,
    IdentityDocument,
    Person,
    Whereabouts,
)
from sojourn.preparedness.registration.models import Import, PlaceTold
from sojourn.preparedness.registration.rules import check_can_undo
from sojourn.preparedness.registration.terms import ImportState

KINDS = {
    "contact_point": ContactPoint,
    "document": IdentityDocument,
    "whereabouts": Whereabouts,
    "place_told": PlaceTold,
}


@dataclass(frozen=True, slots=True)
class Undone:
    """How many people were taken out again, and how many stay because a case or message is theirs."""

    removed: int
    kept: int


@transaction.atomic
def undo_import(*, record: Import, by: User, at: datetime) -> Undone:
    """Take out the people and facts a list brought. People with cases stay. Safe to repeat.

    Raises CannotImport while the list is still being added.
    """
    record = Import.objects.select_for_update(of=("self",)).get(pk=record.pk)
    check_can_undo(state=record.state)
    if record.state == ImportState.UNDONE:
        return Undone(0, 0)
    rows = list(record.rows.filter(done_at__isnull=False, person__isnull=False))
    brought = {row.person_id for row in rows if row.is_new_person and row.person_id}
    for row in rows:
        if row.person_id not in brought:
            _take_back(row.added)
    removed = sum(_remove(key) for key in sorted(brought))
    record.state = ImportState.UNDONE
    record.undone_at = at
    record.save(update_fields=["state", "undone_at"])
    kept = len(brought) - removed
    audit.record(what="import.undone", about=record, by=by, at=at, removed=removed, kept=kept)
    return Undone(removed, kept)


def _take_back(added: list[list[str]]) -> None:
    for kind, key in added:
        KINDS[kind]._default_manager.filter(pk=key).delete()


def _remove(key: UUID) -> bool:
    """Remove a person nothing rests on, and a household that this leaves empty."""
    person = Person.objects.filter(pk=key).first()
    if person is None:
        return True
    household = person.household_id
    try:
        with transaction.atomic():
            person.delete()
    except ProtectedError:
        return False
    if household:
        Household.objects.filter(pk=household, members__isnull=True, cases__isnull=True).delete()
    return True
