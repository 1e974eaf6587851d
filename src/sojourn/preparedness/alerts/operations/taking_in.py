"""Take alerts in: once each, joined to their event, replacing and recalling what they say they do."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import Alert as Message
from sojourn.exchange.alerts.shape import as_json
from sojourn.exchange.reading import Problem, RowProblem
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.preparedness.alerts import rules
from sojourn.preparedness.alerts.models import Alert, Event, EventName, Feed, Original, packed
from sojourn.preparedness.alerts.operations.placing import renew_footprint


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The alerts of one file, how many of them are new, and what is wrong with the file."""

    alerts: tuple[Alert, ...]
    new: int
    problems: tuple[Problem | RowProblem, ...] = ()


@transaction.atomic
def ingest_file(
    *,
    name: str,
    data: bytes,
    by: Actor,
    at: datetime,
    feed: Feed | None = None,
    summary: Alert | None = None,
) -> TakenIn:
    """Take in every alert of a file of any supported format, and keep its bytes. Safe to repeat.

    `summary` is what a feed said about the message in the file; the message takes its place.
    Raises Unreadable, and leaves no trace, when nothing can be taken from it.
    """
    pinned = certificates_in(feed.certificates) if feed else trusted_everywhere()
    reading = read_alerts(name, data, pinned)
    original, is_first = _keep(name, data, feed, at)
    taken = [
        ingest_alert(message=message, original=original, feed=feed, summary=summary, by=by, at=at)
        for message in reading.rows
    ]
    new = sum(1 for _, is_new in taken if is_new)
    if is_first and not new:
        original.delete()  # a feed that says nothing new leaves no bytes behind
    return TakenIn(tuple(alert for alert, _ in taken), new, reading.problems)


@transaction.atomic
def ingest_alert(
    *,
    message: Message,
    by: Actor,
    at: datetime,
    original: Original | None = None,
    feed: Feed | None = None,
    summary: Alert | None = None,
) -> tuple[Alert, bool]:
    """Take in one message; return it, and whether it is new. Safe to repeat.

    The footprint of its event is renewed, the messages it replaces or takes back are marked.
    """
    content = rules.storable(as_json(message))
    digest = rules.digest_of(content)
    known = _known(content, digest)
    if known is not None and _said_again(known, content):
        digest = rules.digest_again(digest, content)
        known = _known(content, digest)
    if known is not None:
        return known, False
    event = _event_of(message, content, summary, at)
    alert = Alert.objects.create(
        event=event,
        feed=feed,
        original=original,
        format=content["format"],
        sender=content["sender"][:300],
        identifier=content["identifier"][:300],
        digest=digest,
        status=content["status"][:40],
        message_type=content["message_type"][:40],
        severity=rules.severity_of(content),
        signature=content["signature"],
        content=content,
        grid=packed(message.grid) if message.grid is not None else None,
        sent_at=datetime.fromisoformat(content["sent"]) if content["sent"] else None,
        expires_at=rules.expires_at(content),
        received_at=at,
    )
    audit.record(what="alert.received", about=alert, by=by, at=at, event=event.pk)
    if rules.is_recall(content):
        _recall(alert, by=by, at=at)
    elif not _replace(alert):
        renew_footprint(alert=alert, by=by, at=at)
    if summary is not None:
        Alert.objects.filter(pk=summary.pk, replaced_by=None).update(replaced_by=alert)
    return alert, True


def certificates_in(text: str) -> tuple[str, ...]:
    """Return each certificate of a PEM text."""
    end = "-----END CERTIFICATE-----"
    return tuple(f"{part.strip()}\n{end}\n" for part in text.split(end) if "BEGIN" in part)


def trusted_everywhere() -> tuple[str, ...]:
    """Return the certificates of all feeds: a file dropped by hand may come from any of them."""
    texts = Feed.objects.exclude(certificates="").values_list("certificates", flat=True)
    return tuple(dict.fromkeys(one for text in texts for one in certificates_in(text)))


def _keep(name: str, data: bytes, feed: Feed | None, at: datetime) -> tuple[Original, bool]:
    return Original.objects.get_or_create(
        digest=hashlib.sha256(data).hexdigest(),
        defaults={
            "name": rules.storable(name)[:200],
            "packed": zlib.compress(data),
            "feed": feed,
            "received_at": at,
        },
    )


def _known(content: rules.Shape, digest: str) -> Alert | None:
    return Alert.objects.filter(
        sender=content["sender"][:300], identifier=content["identifier"][:300], digest=digest
    ).first()


def _said_again(known: Alert, content: rules.Shape) -> bool:
    """Return whether a source goes back to what it said before it said something else."""
    present = known
    while present.replaced_by is not None:
        present = present.replaced_by
    if present == known or present.sent_at is None or not content["sent"]:
        return False
    return datetime.fromisoformat(content["sent"]) > present.sent_at


def _event_of(message: Message, content: rules.Shape, summary: Alert | None, at: datetime) -> Event:
    """Return the event by its names, else by what the message refers to, else a new one.

    What it refers to may arrive later, so the event takes those names too.
    """
    names = rules.keys_of(message)
    referred = [reference.name for reference in rules.references_of(content)]
    found = _named(names) or _named(referred)
    if found is None and summary is not None:
        found = summary.event
    if found is None:
        found = Event.objects.create(key=names[0], first_at=at)
    found = Event.objects.select_for_update().get(pk=found.pk)
    EventName.objects.bulk_create(
        [EventName(name=name, event=found) for name in dict.fromkeys([*names, *referred])],
        ignore_conflicts=True,
    )
    return found


def _named(names: Sequence[str]) -> Event | None:
    return Event.objects.filter(names__name__in=names).order_by("first_at", "id").first()


def _replace(alert: Alert) -> bool:
    """Mark what the message replaces; return whether it is itself older than what is known."""
    others = Alert.objects.filter(_same_thread(alert), replaced_by=None, recalled_by=None)
    others = others.exclude(pk=alert.pk).exclude(message_type="Cancel")
    if alert.sent_at is None:
        others.update(replaced_by=alert)
        return _taken_back_before(alert)
    newer = others.filter(_its_versions(alert), sent_at__gt=alert.sent_at).order_by("-sent_at")
    if latest := newer.first():
        alert.replaced_by = latest
        alert.save(update_fields=["replaced_by"])
        return True
    others.exclude(sent_at__gt=alert.sent_at).update(replaced_by=alert)
    return _taken_back_before(alert)


def _taken_back_before(alert: Alert) -> bool:
    """A recall may arrive before what it takes back; return whether one did."""
    for recall in Alert.objects.filter(event=alert.event, message_type="Cancel"):
        if Alert.objects.filter(_meant_by(recall), pk=alert.pk).exists():
            alert.recalled_by = recall
            alert.save(update_fields=["recalled_by"])
            return True
    return False


def _its_versions(alert: Alert) -> Q:
    """Only versions of one thing can be out of order; a CAP update names what it follows."""
    if alert.format in rules.REPLACED_BY_EVENT:
        return Q(format=alert.format, sender=alert.sender)
    return Q(sender=alert.sender, identifier=alert.identifier)


def _same_thread(alert: Alert) -> Q:
    """Return which earlier messages this one replaces: those it names, and its own versions."""
    same = Q(event=alert.event) & _its_versions(alert)
    if alert.message_type == "Update":
        same |= _meant_by(alert)
    return same


def _meant_by(alert: Alert) -> Q:
    """Return the messages that this one may replace or take back: its sender's, or of its feed."""
    meant = Q(pk__in=[])
    for reference in rules.references_of(alert.content):
        meant |= Q(sender=reference.sender, identifier=reference.identifier)
    return meant & (Q(sender=alert.sender) | Q(feed=alert.feed))


def _recall(recall: Alert, *, by: Actor, at: datetime) -> None:
    """Mark what a message takes back, and the event when nothing of it is left in force."""
    meant = _meant_by(recall)
    if not recall.content["references"]:
        meant = Q(event=recall.event, sender=recall.sender)
    Alert.objects.filter(meant, recalled_by=None).exclude(pk=recall.pk).update(recalled_by=recall)
    event = recall.event
    left = event.alerts.filter(replaced_by=None, recalled_by=None).exclude(message_type="Cancel")
    if event.recalled_at is None and not left.exists():
        event.recalled_at = at
        event.save(update_fields=["recalled_at"])
        audit.record(what="event.recalled", about=event, by=by, at=at, alert=recall.pk)
