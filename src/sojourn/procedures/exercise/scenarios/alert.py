"""Writes a scenario's messages as CAP 1.2, status Exercise: one info for each grade, as the standard asks."""

from datetime import UTC, datetime
from typing import Final

import shapely
from lxml import etree
from shapely.geometry.base import BaseGeometry

from sojourn.procedures.exercise.scenarios.shape import Band, Message, Scenario

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SENDER: Final = "exercise@sojourn.example"
CATEGORIES: Final = {"earthquake": "Geo", "cyclone": "Met", "civil_unrest": "Security"}
SEVERITIES: Final = ("Minor", "Moderate", "Severe", "Extreme")
_DECIMALS: Final = 3


def cap_of(scenario: Scenario, number: int, *, run: str) -> bytes:
    """Return the `number`-th message (from 0). `run` sets the messages of one exercise apart from another's."""
    message = scenario.messages[number]
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _say(root, "identifier", f"{message.identifier}.{run}")
    _say(root, "sender", SENDER)
    _say(root, "sent", _sent(scenario, message))
    _say(root, "status", "Exercise")
    _say(root, "msgType", message.type)
    _say(root, "scope", "Public")
    _say(root, "note", "This is an exercise. Nothing of this has happened now.")
    if number:
        before = scenario.messages[number - 1]
        reference = f"{SENDER},{before.identifier}.{run},{_sent(scenario, before)}"
        _say(root, "references", reference)
    _say(root, "incidents", f"exercise-{scenario.key}-{run}")
    mildest = len(SEVERITIES) - len(scenario.worst.bands)
    for grade, band in enumerate(message.bands):
        _info(root, scenario, message, band, SEVERITIES[mildest + grade])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _info(
    root: etree._Element, scenario: Scenario, message: Message, band: Band, severity: str
) -> None:
    info = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    onset = scenario.started_at.astimezone(UTC)
    for name, text in (
        ("language", "en"),
        ("category", CATEGORIES[scenario.kind]),
        ("event", band.label),
        ("urgency", "Immediate"),
        ("severity", severity),
        ("certainty", "Observed"),
        ("onset", _moment(onset)),
        ("headline", f"EXERCISE: {scenario.headline}"),
        ("description", message.description),
        ("instruction", scenario.instruction),
    ):
        _say(info, name, text)
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _say(area, "areaDesc", f"{scenario.event}: {band.label}")
    for polygon in shapely.get_parts(band.area):
        _say(area, "polygon", _outline(polygon))


def _say(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _outline(polygon: BaseGeometry) -> str:
    corners = shapely.get_coordinates(polygon.exterior)
    return " ".join(f"{lat:.{_DECIMALS}f},{lon:.{_DECIMALS}f}" for lon, lat in corners)


def _sent(scenario: Scenario, message: Message) -> str:
    return _moment(scenario.started_at + message.after)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
