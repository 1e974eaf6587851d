"""Say where an event is: from the message, from an officer's hand, in versions that never vanish."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.reading import Unreadable
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import User
from sojourn.preparedness.alerts import queries, rules
from sojourn.preparedness.alerts.models import Alert, Event, Footprint, Placement
from sojourn.preparedness.alerts.terms import FootprintSource


class CannotPlace(Exception):
    """The area cannot be placed so; the message says why."""


def renew_footprint(*, alert: Alert, by: Actor, at: datetime) -> Footprint | None:
    """Make the footprint of a message the present one of its event, where it may take its place."""
    drawn = queries.drawn_in(alert.event)
    content = rules.footprint_of(alert.content, drawn)
    if content is None:
        return None
    present = queries.present_footprint(alert.event)
    if present is not None and not rules.replaces_footprint(
        has_grades=bool(present.content.get("bands")),
        new_has_grades=bool(content["bands"]),
        is_chosen=present.source == FootprintSource.CHOSEN,
    ):
        return None
    source = FootprintSource.GRADED if content["bands"] else FootprintSource.AREAS
    return _put(alert.event, content, source, alert=alert, by=by, at=at)


@transaction.atomic
def place_area(
    *, alert: Alert, description: str, drawing: str, by: User, at: datetime
) -> Footprint | None:
    """Place an area that the source only named, from GeoJSON text. It holds for later messages too.

    Raises CannotPlace when the text is no area.
    """
    geometry = area_in(drawing)
    event = Event.objects.select_for_update().get(pk=alert.event_id)
    Placement.objects.create(
        event=event,
        description=description[:500],
        geometry=geometry,
        drawn_by=by,
        drawn_at=at,
    )
    audit.record(what="area.placed", about=alert, by=by, at=at)
    content = rules.footprint_of(alert.content, queries.drawn_in(event))
    if content is None or content["bands"]:
        return queries.present_footprint(event)
    return _put(event, content, FootprintSource.AREAS, alert=alert, by=by, at=at)


@transaction.atomic
def choose_footprint(
    *, alert: Alert, numbers: Collection[int], drawing: str, by: Actor, at: datetime
) -> Footprint:
    """Make an officer's choice the footprint: some areas of the message, and one drawn by hand.

    Raises CannotPlace when nothing is chosen that has an inside.
    """
    event = Event.objects.select_for_update().get(pk=alert.event_id)
    known = rules.with_drawn(rules.areas_of(alert.content), queries.drawn_in(event))
    areas = [area for number, area in enumerate(known) if number in numbers]
    areas = [area for area in areas if rules.is_placed(area)]
    if drawing.strip():
        hand = {"description": _("Drawn by hand"), "geometry": area_in(drawing)}
        areas.append({**hand, "severity": alert.severity})
    if not areas:
        raise CannotPlace(_("Choose an area that has an outline, or draw one."))
    content = rules.from_areas(areas, alert.content)
    return _put(event, content, FootprintSource.CHOSEN, alert=alert, by=by, at=at)


@transaction.atomic
def return_to_source(*, alert: Alert, by: Actor, at: datetime) -> Footprint:
    """Make what the message itself says the footprint again. Raises CannotPlace when it says nothing."""
    event = Event.objects.select_for_update().get(pk=alert.event_id)
    content = rules.footprint_of(alert.content, queries.drawn_in(event))
    if content is None:
        raise CannotPlace(_("This message does not say which area it means."))
    source = FootprintSource.GRADED if content["bands"] else FootprintSource.AREAS
    return _put(event, content, source, alert=alert, by=by, at=at)


def area_in(drawing: str) -> dict[str, Any]:
    """Return the one area of a GeoJSON text, or of lines "latitude, longitude". Raises CannotPlace."""
    text = drawing.strip()
    if text and text[0] not in "{[":
        text = _from_lines(text)
    try:
        [message] = read_alerts("drawing.geojson", text.encode()).rows
    except Unreadable as refusal:
        raise CannotPlace(refusal.problem) from refusal
    shapes = [area.geometry for info in message.infos for area in info.areas]
    shapes += [band.geometry for band in message.bands]
    placed = [dict(shape) for shape in shapes if shape and rules.is_placed({"geometry": shape})]
    if not placed:
        raise CannotPlace(_("The drawing has no inside: at least three corners are needed."))
    if len(placed) == 1:
        return placed[0]
    return {"type": "GeometryCollection", "geometries": placed}


def _from_lines(text: str) -> str:
    """Return GeoJSON text of a ring given as one "latitude, longitude" a line."""
    ring = []
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            lat, lon = (float(word) for word in line.replace(",", " ").replace(";", " ").split())
        except ValueError as error:
            words = _("“%(line)s” is not a latitude and a longitude.")
            raise CannotPlace(words % {"line": line.strip()[:60]}) from error
        ring.append([lon, lat])
    if len(ring) < 3:
        raise CannotPlace(_("The drawing has no inside: at least three corners are needed."))
    return str({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}).replace("'", '"')


def _put(
    event: Event,
    content: dict[str, Any],
    source: FootprintSource,
    *,
    alert: Alert,
    by: Actor,
    at: datetime,
) -> Footprint:
    """Write a version and set the one before aside; nothing is written when nothing changed."""
    present = queries.present_footprint(event)
    grid = alert.grid if content["bands"] else None
    if present is not None and present.content == content and present.source == source:
        return present
    key: UUID = uuid7()
    version = 1
    if present is not None:
        version = present.version + 1
        present.superseded_by_id = key
        present.save(update_fields=["superseded_by"])
    footprint = Footprint(
        id=key,
        event=event,
        version=version,
        alert=alert,
        source=source,
        content=content,
        packed_grid=grid,
        made_at=at,
    )
    footprint.save(force_insert=True)
    audit.record(what="footprint.made", about=footprint, by=by, at=at, version=version)
    return footprint
