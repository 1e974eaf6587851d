"""Confidential notes: written, opened with a reason, destroyed. Each belongs to the one organisation that was told."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sojourn.foundation.access import sealing
from sojourn.foundation.access.key_ring import key_of_organisation
from sojourn.foundation.access.rules import check_reason
from sojourn.foundation.access.terms import DataClass, Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people import queries
from sojourn.foundation.people.models import ConfidentialLook, ConfidentialNote, Person
from sojourn.foundation.refusals import Refusal
from sojourn.foundation.refusals import mark as _

TABLE = "people_confidentialnote"


class CannotOpenNote(Refusal):
    """The note is not written or opened; the message says why."""


def notes_on(person: Person, *, viewer: Viewer) -> QuerySet[ConfidentialNote]:
    """Return the notes on a person that the viewer's own organisations were told, the newest first."""
    seen = queries.people(viewer=viewer, purpose=Purpose.ASSISTANCE).filter(pk=person.pk)
    return ConfidentialNote.objects.filter(
        person__in=seen, organisation__in=viewer.organisation_ids
    ).order_by("-written_at", "-id")


@transaction.atomic
def write_note(
    *, person: Person, organisation: Organisation, text: str, by: Actor, at: datetime
) -> ConfidentialNote:
    """Keep what a person told in confidence. Raises CannotOpenNote when nothing is written."""
    if not text.strip():
        raise CannotOpenNote(_("Write what was told."))
    row = uuid7()
    note = ConfidentialNote.objects.create(
        id=row,
        person=person,
        organisation=organisation,
        text_sealed=sealing.seal(
            text.strip(),
            table=TABLE,
            column="text",
            row=row,
            key=key_of_organisation(organisation, DataClass.VAULT, at=at),
        ),
        written_by=by.audit_key,
        written_at=at,
    )
    audit.record(what="vault.written", about=note, by=by, at=at, person_id=person.pk)
    return note


@transaction.atomic
def open_note(*, note: ConfidentialNote, reason: str, by: Actor, at: datetime) -> str:
    """Return what a note says. The look is recorded, and the person sees it. Raises CannotOpenNote without a reason."""
    check_reason(reason, CannotOpenNote)
    row = uuid7()
    ConfidentialLook.objects.create(
        id=row,
        note=note,
        by=by.audit_key,
        at=at,
        reason_sealed=sealing.seal(
            reason.strip(),
            table="people_confidentiallook",
            column="reason",
            row=row,
            key=key_of_organisation(note.organisation, DataClass.VAULT, at=at),
        ),
    )
    audit.record(
        what="vault.read",
        about=note,
        by=by,
        at=at,
        person_id=note.person_id,
        is_read=True,
        why=Purpose.ASSISTANCE,
    )
    return sealing.open_sealed(note.text_sealed, table=TABLE, column="text", row=note.pk)


@transaction.atomic
def destroy_note(*, note: ConfidentialNote, by: Actor, at: datetime) -> None:
    """Destroy a note for good, because the person said so or it is of no use any more. Safe to repeat."""
    if ConfidentialNote.objects.filter(pk=note.pk).delete()[0]:
        audit.record(what="vault.destroyed", about=note, by=by, at=at, person_id=note.person_id)
