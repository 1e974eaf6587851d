"""Many files at once: each is kept, read in its own time, and has its own outcome. A bad one harms no other."""

from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from sojourn.exchange.containers import files_in
from sojourn.exchange.content_kinds import Kind, kind_of
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sentences import Sentence, say
from sojourn.foundation.access import key_ring, sealing
from sojourn.foundation.access.terms import DataClass
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.refusals import mark as _
from sojourn.preparedness.registration import queries
from sojourn.preparedness.registration.models import DeliveredFile, Delivery, Import
from sojourn.preparedness.registration.operations.adding import confirm_import
from sojourn.preparedness.registration.operations.bringing import bring_list
from sojourn.preparedness.registration.operations.undoing import undo_import
from sojourn.preparedness.registration.rules import CannotImport
from sojourn.preparedness.registration.terms import FileState, ImportState


@transaction.atomic
def begin_delivery(
    *,
    key: UUID,
    source: str,
    organisation: Organisation,
    office: Office | None,
    phone_country: str,
    by: User,
    at: datetime,
) -> Delivery:
    """Begin to take files of one source. The same `key` begins one delivery, however often it is sent."""
    delivery, is_new = Delivery.objects.get_or_create(
        pk=key,
        defaults={
            "organisation": organisation,
            "office": office,
            "source": " ".join(source.split()),
            "phone_country": phone_country,
            "brought_by": by,
            "brought_at": at,
        },
    )
    if is_new:
        audit.record(what="delivery.begun", about=delivery, by=by, at=at)
    elif delivery.brought_by_id != by.pk or delivery.organisation_id != organisation.pk:
        raise CannotImport(_("This page was used before. Open it anew and choose the files again."))
    return delivery


@transaction.atomic
def keep_file(
    *,
    delivery: Delivery,
    name: str,
    content: bytes,
    at: datetime,
    archive: DeliveredFile | None = None,
) -> DeliveredFile:
    """Keep one file of a delivery, sealed, until it is read. Safe to repeat."""
    digest = sha256(content).hexdigest()
    name = name[-200:]
    known = DeliveredFile.objects.filter(delivery=delivery, digest=digest, name=name).first()
    if known is not None:
        return known
    key = uuid7()
    return DeliveredFile.objects.create(
        id=key,
        delivery=delivery,
        archive=archive,
        name=name,
        digest=digest,
        size_bytes=len(content),
        content_sealed=sealing.seal(
            b64encode(content).decode(),
            table="registration_deliveredfile",
            column="content",
            row=key,
            key=key_ring.key_of_organisation(delivery.organisation, DataClass.SENSITIVE, at=at),
        ),
    )


def read_delivered(*, file: DeliveredFile, at: datetime) -> Sequence[DeliveredFile]:
    """Read a file that waits. An archive's files are kept and returned; end it with `end_archive` then.

    Whatever is wrong with a file becomes its outcome. Safe to repeat; killed, it goes on where it was.
    """
    if file.state != FileState.WAITING:
        return []
    content = queries.content_of(file)
    kind = kind_of(content)
    try:
        if kind == Kind.ZIP and file.archive_id is None:
            return _open_archive(file, content, at=at)
        _check_is_list(file, kind)
        _read_list(file, content, at=at)
    except Unreadable as refusal:
        _refuse(file, refusal.sentence, at=at)
    return []


def _open_archive(file: DeliveredFile, content: bytes, *, at: datetime) -> list[DeliveredFile]:
    return [
        keep_file(delivery=file.delivery, name=one.name, content=one.content, archive=file, at=at)
        for one in files_in(content, is_nested_kept=True)
    ]


@transaction.atomic
def take_back_file(*, file: DeliveredFile, by: User, at: datetime) -> bytes:
    """Return a file that is kept because it cannot be read; who took it is recorded. Empty when it is gone."""
    content = queries.content_of(file) if file.state == FileState.REFUSED else b""
    if content:
        audit.record(what="delivery.file_taken", about=file, by=by, at=at, is_read=True)
    return content


def end_archive(*, file: DeliveredFile, at: datetime) -> None:
    """Note that the files of an archive are kept by themselves and wait to be read."""
    _end(file, state=FileState.OPENED, at=at)


def _check_is_list(file: DeliveredFile, kind: Kind) -> None:
    if file.archive_id is not None and kind in {Kind.ZIP, Kind.PACKED, Kind.PROGRAM}:
        raise Unreadable(say("archive_or_program"))


def _read_list(file: DeliveredFile, content: bytes, *, at: datetime) -> None:
    delivery = file.delivery
    brought = bring_list(
        content=content,
        filename=file.name,
        source=delivery.source,
        organisation=delivery.organisation,
        office=delivery.office,
        phone_country=delivery.phone_country,
        by=delivery.brought_by,
        at=at,
    )
    is_theirs = not brought.is_repeat or _was_left_half_done(file, brought.record)
    state = FileState.READ if is_theirs else FileState.REPEAT
    _end(file, state=state, record=brought.record, at=at)


def _was_left_half_done(file: DeliveredFile, record: Import) -> bool:
    """Say whether the import is this delivery's own, ended just before the process was killed."""
    is_claimed = record.delivered.filter(state=FileState.READ).exists()
    return not is_claimed and record.brought_at >= file.delivery.brought_at


def _end(
    file: DeliveredFile, *, state: FileState, at: datetime, record: Import | None = None
) -> None:
    """Note what became of a file. What was read is kept row by row, so the file itself goes."""
    DeliveredFile.objects.filter(pk=file.pk, state=FileState.WAITING).update(
        state=state, record=record, content_sealed=None, read_at=at
    )


def _refuse(file: DeliveredFile, why: Sentence, *, at: datetime) -> None:
    """Note why a file cannot be read. It is kept, so that nobody must look for it again."""
    DeliveredFile.objects.filter(pk=file.pk, state=FileState.WAITING).update(
        state=FileState.REFUSED, refusal=why.packed(), read_at=at
    )


def confirm_delivery(*, delivery: Delivery, by: User, at: datetime) -> list[Import]:
    """Let the people of all lists of a delivery that wait for it into the register. Safe to repeat.

    Returns the lists whose people must now be added.
    """
    confirmed = []
    for one in queries.outcomes(delivery).files:
        if one.record is not None and one.may_be_confirmed:
            with suppress(CannotImport):  # somebody else confirmed it at this very moment
                confirm_import(record=one.record, by=by, at=at)
                confirmed.append(one.record)
    return confirmed


@transaction.atomic
def drop_delivery(*, delivery: Delivery, by: User, at: datetime) -> int:
    """Throw away what nobody was added from: lists that wait for a word, and files kept. Safe to repeat.

    Returns how many files were thrown away.
    """
    dropped = 0
    for file in delivery.files.defer("content_sealed").select_related("record"):
        record = file.record if file.state == FileState.READ else None
        is_waiting = record is not None and record.state == ImportState.LOOKED_AT
        if record is not None and is_waiting:
            undo_import(record=record, by=by, at=at)
        if is_waiting or file.state in {FileState.WAITING, FileState.REFUSED}:
            DeliveredFile.objects.filter(pk=file.pk).update(
                state=FileState.DROPPED, content_sealed=None
            )
            dropped += 1
    if dropped:
        audit.record(what="delivery.dropped", about=delivery, by=by, at=at, files=dropped)
    return dropped
