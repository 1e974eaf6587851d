"""Questions about alerts. They are about hazards, not people: every officer sees all of them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from sojourn.foundation.caseload.models import Crisis
from sojourn.preparedness.alerts import rules
from sojourn.preparedness.alerts.models import Alert, Event, Feed, Following, Footprint, Original
from sojourn.preparedness.alerts.terms import Force


@dataclass(frozen=True, slots=True)
class AreaShown:
    """One area of a message as a page lists it."""

    number: int
    description: str
    is_placed: bool
    is_drawn: bool
    is_meant: bool
    geocodes: str


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


def areas_of(alert: Alert) -> Sequence[AreaShown]:
    """Return the areas of a message, each once, with what officers placed."""
    areas = rules.with_drawn(rules.areas_of(alert.content), drawn_in(alert.event))
    return [
        AreaShown(
            number=number,
            description=str(area.get("description", "")),
            is_placed=rules.is_placed(area),
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


def map_of(alert: Alert) -> dict[str, object]:
    """Return what the map draws: the present footprint, else what of the message has a place."""
    footprint = present_footprint(alert.event)
    content = footprint.content if footprint else {"infos": rules.placed_infos(alert.content)}
    return {"footprint": rules.map_features(content)}


def feeds() -> QuerySet[Feed]:
    """Return all feeds by name, with how many alerts each brought."""
    return Feed.objects.annotate(brought=Count("alerts")).order_by("name", "id")


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


def recalled_in(crisis: Crisis) -> QuerySet[Event]:
    """Return the events a crisis follows that their senders took back."""
    return Event.objects.filter(followings__crisis=crisis, recalled_at__isnull=False)


def bytes_of(original_id: UUID) -> tuple[str, bytes]:
    """Return the name and the bytes of an original, as they came."""
    original = Original.objects.get(pk=original_id)
    return original.name, zlib.decompress(bytes(original.packed))
