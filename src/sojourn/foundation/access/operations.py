"""Deeds of access: give and end a grant, raise a notice."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sojourn.foundation.access.models import Grant, Notice
from sojourn.foundation.access.terms import NoticeKind, Purpose
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.rules import plain
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation


@transaction.atomic
def give_grant(
    *,
    organisation: Organisation,
    person_id: UUID,
    purpose: Purpose,
    reason: str,
    by: Actor,
    at: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """Let an organisation see a person for a purpose. Safe to repeat: one grant for one reason."""
    grant, is_new = Grant.objects.get_or_create(
        organisation=organisation,
        person_id=person_id,
        purpose=purpose,
        reason=reason,
        defaults={"starts_at": at, "expires_at": expires_at},
    )
    if is_new:
        audit.record(what="grant.given", about=grant, by=by, at=at, person_id=person_id, why=reason)
    return grant


@transaction.atomic
def end_grants(*, reason: str, by: Actor, at: datetime) -> int:
    """End all that was granted for a reason, at once. Safe to repeat; returns how many ended."""
    ended = 0
    for grant in Grant.objects.select_for_update().filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at), reason=reason
    ):
        grant.expires_at = max(at, grant.starts_at)
        grant.save(update_fields=["expires_at"])
        audit.record(
            what="grant.ended", about=grant, by=by, at=at, person_id=grant.person_id, why=reason
        )
        ended += 1
    return ended


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
