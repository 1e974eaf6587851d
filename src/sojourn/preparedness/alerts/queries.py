"""Questions about alerts. They are about hazards, not people: every officer sees all of them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sojourn.foundation.caseload.models import Crisis
from sojourn.preparedness.alerts import rules
from sojourn.preparedness.alerts.models import Alert, Event, Feed, Following, Footprint, Original
from sojourn.preparedness.alerts.terms import Force, Severity, Signature


@dataclass(frozen=True, slots=True)
class AreaShown:
    """One area of a message as a page lists it."""

    number: int
    description: str
    is_placed: bool
    is_known: bool  # where, at least as a point or a line
    is_drawn: bool
    is_meant: bool
    geocodes: str


@dataclass(frozen=True, slots=True)
class AlertShown:
    """One alert as a list shows it."""

    pk: UUID
    headline: str
    language: str
    event: str
    format: str
    sender: str
    severity: Severity
    signature: Signature
    force: Force
    is_exercise: bool
    sent_at: datetime | None
    received_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class InfoShown:
    """What an alert says in one language, with every grade for which it says the same."""

    language: str
    grades: tuple[
        str, ...
    ]  # event, categories, urgency, severity and certainty, in the source's words
    headline: str
    description: str
    instruction: str
    onset: datetime | None
    expires: datetime | None
    other: tuple[tuple[str, str], ...]


def every_alert() -> QuerySet[Alert]:
    """Return all alerts with their event."""
    return Alert.objects.select_related("event", "feed", "replaced_by", "recalled_by")


def alerts(*, with_past: bool = False, at: datetime) -> QuerySet[Alert]:
    """Return the alerts, the newest first; only those in force unless asked for all."""
    found = Alert.objects.select_related("event", "feed").order_by("-received_at", "-id")
    if with_past:
        return found
    in_force = Q(replaced_by=None, recalled_by=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    return found.filter(in_force)


def force_of(alert: Alert, *, at: datetime) -> Force:
    """Return whether an alert counts at a moment."""
    return rules.force_of(
        is_recalled=alert.recalled_by_id is not None,
        is_replaced=alert.replaced_by_id is not None,
        is_notice=alert.message_type == "Cancel",
        expires=alert.expires_at,
        at=at,
    )


def history_of(event: Event) -> QuerySet[Alert]:
    """Return every message about an event, the newest first."""
    return event.alerts.select_related("feed").order_by("-received_at", "-id")


def shown(alert: Alert, *, at: datetime, languages: Sequence[str] = ("en",)) -> AlertShown:
    """Return one alert as a list shows it, in the first of the languages that it has."""
    info = rules.info_in(alert.content, languages) or {}
    return AlertShown(
        pk=alert.pk,
        headline=rules.headline_of(alert.content, languages),
        language=str(info.get("language", "")),
        event=str(info.get("event", "")),
        format=alert.format,
        sender=alert.sender,
        severity=Severity(alert.severity),
        signature=Signature(alert.signature),
        force=force_of(alert, at=at),
        is_exercise=rules.is_exercise(alert.status),
        sent_at=alert.sent_at,
        received_at=alert.received_at,
        expires_at=alert.expires_at,
    )


def infos_of(alert: Alert, *, languages: Sequence[str]) -> list[InfoShown]:
    """Return what an alert says in each of its languages, the reader's first; what is said alike, once."""
    first = rules.info_in(alert.content, languages)
    infos = sorted(alert.content["infos"], key=lambda info: info is not first)
    grades: dict[InfoShown, list[str]] = {}
    for info in infos:
        grades.setdefault(_said(info), []).append(_grade(info))
    return [replace(said, grades=tuple(all_of)) for said, all_of in grades.items()]


def _said(info: Mapping[str, Any]) -> InfoShown:
    return InfoShown(
        language=info["language"],
        grades=(),
        headline=info["headline"] or info["event"],
        description=info["description"],
        instruction=info["instruction"],
        onset=datetime.fromisoformat(info["onset"]) if info["onset"] else None,
        expires=datetime.fromisoformat(info["expires"]) if info["expires"] else None,
        other=_pairs(info.get("other", {})),
    )


def _grade(info: Mapping[str, Any]) -> str:
    words = (
        info["event"],
        *info["categories"],
        info["urgency"],
        info["severity"],
        info["certainty"],
    )
    return " · ".join(word for word in words if word)


def _pairs(other: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, ", ".join(values)[:600]) for name, values in other.items())


def other_of(alert: Alert) -> tuple[tuple[str, str], ...]:
    """Return what the source says beyond the common shape."""
    return _pairs(alert.content.get("other", {}))


def areas_of(alert: Alert) -> Sequence[AreaShown]:
    """Return the areas of a message, each once, with what officers placed."""
    areas = rules.with_drawn(rules.areas_of(alert.content), drawn_in(alert.event))
    return [
        AreaShown(
            number=number,
            description=str(area.get("description", "")),
            is_placed=rules.is_placed(area),
            is_known=bool(area.get("geometry")),
            is_drawn=bool(area.get("is_drawn")),
            is_meant=rules.is_meant(area),
            geocodes=", ".join(
                f"{name} {code}"
                for name, codes in area.get("geocodes", {}).items()
                for code in codes
            )[:300],
        )
        for number, area in enumerate(areas)
    ]


def drawn_in(event: Event) -> Mapping[str, rules.Shape]:
    """Return what officers placed for an event, by description, the newest of each."""
    placements = event.placements.order_by("drawn_at", "id")
    return {placement.description: placement.geometry for placement in placements}


def present_footprint(event: Event) -> Footprint | None:
    """Return where an event is, as far as is known now."""
    return event.footprints.filter(superseded_by=None).first()


def footprints_of(event: Event) -> QuerySet[Footprint]:
    """Return every version of where an event is, the newest first."""
    return event.footprints.select_related("alert").defer("packed_grid").order_by("-version")


def map_of(alert: Alert) -> dict[str, object]:
    """Return what the map draws: the present footprint, else what of the message has a place."""
    footprint = present_footprint(alert.event)
    content = footprint.content if footprint else {"infos": rules.placed_infos(alert.content)}
    return rules.map_data(content)


def feeds() -> QuerySet[Feed]:
    """Return all feeds by name, with how many alerts each brought."""
    return Feed.objects.annotate(brought=Count("alerts")).order_by("name", "id")


def summaries_of(feed: Feed, *, at: datetime) -> list[Alert]:
    """Return what a feed summed up, in force, whose whole message has not come yet; the worst first."""
    waiting = feed.alerts.filter(replaced_by=None, recalled_by=None).filter(
        Q(expires_at=None) | Q(expires_at__gt=at)
    )
    found = [
        one for one in waiting.order_by("-received_at")[:500] if rules.whole_message_at(one.content)
    ]
    return sorted(found, key=lambda one: -rules.rank_of(one.severity))


def crises_of(event: Event) -> QuerySet[Crisis]:
    """Return the crises that keep up with an event, the newest first."""
    return Crisis.objects.filter(followings__event=event).order_by("-started_at")


def followings_behind() -> QuerySet[Following]:
    """Return where an open crisis was last judged with a footprint that is no longer the present one."""
    present = Footprint.objects.filter(superseded_by=None)
    return (
        Following.objects.filter(crisis__closed_at=None, event__footprints__in=present)
        .exclude(applied__in=present)
        .select_related("crisis", "event")
        .order_by("begun_at", "id")
    )


def recalled_events() -> QuerySet[Event]:
    """Return the events that their senders took back."""
    return Event.objects.filter(recalled_at__isnull=False)


def recalled_in(crisis: Crisis) -> QuerySet[Event]:
    """Return the events a crisis follows that their senders took back."""
    return Event.objects.filter(followings__crisis=crisis, recalled_at__isnull=False)


def bytes_of(alert: Alert) -> tuple[str, bytes]:
    """Return the name and the bytes of the file a message came in."""
    original = Original.objects.get(alerts=alert)
    return original.name, zlib.decompress(bytes(original.packed))
