"""Notices to the data-protection officer."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.rules import plain
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation


@transaction.atomic
def raise_notice(
    *,
    organisation: Organisation,
    kind: NoticeKind,
    about: str,
    by: Actor,
    at: datetime,
    **keys: object,
) -> Notice:
    """Tell the data-protection officer of an organisation of something, at once.

    `by` is whose deed it is about, `about` an audit key such as `person:<uuid>`; `keys` are identifiers,
    counts and codes, never names.
    """
    notice = Notice.objects.create(
        organisation=organisation,
        kind=kind,
        about=about,
        by=by.audit_key,
        keys={name: plain(value) for name, value in keys.items()},
        raised_at=at,
    )
    audit.record(what="notice.raised", about=notice, by=by, at=at, kind=kind)
    return notice


@transaction.atomic
def see_notice(*, notice: Notice, by: Actor, at: datetime) -> None:
    """Note that a notice was read. Safe to repeat: the first reader stays."""
    if Notice.objects.filter(pk=notice.pk, seen_at__isnull=True).update(
        seen_at=at, seen_by=by.audit_key
    ):
        audit.record(what="notice.seen", about=notice, by=by, at=at)
