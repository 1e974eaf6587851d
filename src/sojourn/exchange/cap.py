"""Reads one message of the Common Alerting Protocol (OASIS CAP 1.2 and 1.1; 1.0 as far as it goes).

A missing or wrong element is a problem beside what could be read, never a reason to lose the rest.
"""

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Final

from lxml import etree

from sojourn.exchange.alerts.shape import Alert, Area, Info
from sojourn.exchange.cap_areas import read_area
from sojourn.exchange.cap_signature import check_signature
from sojourn.exchange.elements import (
    child,
    children,
    leftovers,
    namespace,
    problem_at,
    text_at,
    text_of,
)
from sojourn.exchange.moments import NotAMoment, iso_moment
from sojourn.exchange.reading import Problem

NAMESPACES: Final = {
    "urn:oasis:names:tc:emergency:cap:1.2": "CAP 1.2",
    "urn:oasis:names:tc:emergency:cap:1.1": "CAP 1.1",
    "http://www.incident.com/cap/1.0": "CAP 1.0",
}
WORDS: Final = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
_SHAPE: Final = ("identifier", "sender", "sent", "status", "msgType", "references", "info")
_INFO_SHAPE: Final = (
    *("language", "event", "category", "urgency", "severity", "certainty", "onset", "expires"),
    *("headline", "description", "instruction", "area"),
)
_LOOSE: Final = (*_INFO_SHAPE, "areaDesc", "polygon", "circle", "geocode")
_REFERENCE: Final = re.compile(r"[^,\s][^,]*,[^,]+,[^,\s]+")


def is_message(element: etree._Element) -> bool:
    """Return whether this element is a CAP message in a namespace of the standard."""
    return etree.QName(element).localname == "alert" and namespace(element) in NAMESPACES


def read_message(alert: etree._Element, pinned: Sequence[str] = ()) -> Alert:
    """Return what one ``alert`` element says. Certificates are PEM texts the operator trusts."""
    problems: list[Problem] = []
    for name in ("identifier", "sender", "status", "msgType", "scope"):
        _required(alert, name, problems)
    outcome = check_signature(alert, pinned)
    if outcome.reason:
        words = f"The signature is {outcome.signature}: {outcome.reason}"
        if outcome.signature == "cannot be checked":
            words = f"The signature cannot be checked: {outcome.reason}"
        problems.append(problem_at(next(children(alert, "Signature")), words))
    infos = tuple(read_info(info, problems) for info in children(alert, "info"))
    if not infos and (child(alert, "event") is not None or child(alert, "areaDesc") is not None):
        words = "The message has its content outside an info element; read as one."
        problems.append(problem_at(alert, words))
        infos = (read_loose_info(alert, problems),)
    loose = _LOOSE if infos and child(alert, "info") is None else ()
    return Alert(
        format=NAMESPACES[namespace(alert)],
        identifier=text_at(alert, "identifier"),
        sender=text_at(alert, "sender"),
        sent=_moment(alert, "sent", problems, required=True),
        status=text_at(alert, "status"),
        message_type=text_at(alert, "msgType"),
        references=_references(alert, problems),
        infos=infos,
        problems=tuple(problems),
        signature=outcome.signature,
        event_key=event_key_of(alert, infos),
        other=leftovers(alert, (*_SHAPE, *loose, "Signature")),
    )


def read_info(info: etree._Element, problems: list[Problem]) -> Info:
    """Return what one ``info`` element says. Without a language it is en-US, as the standard says."""
    for name in ("event", "category", "urgency", "severity", "certainty"):
        _required(info, name, problems)
    areas = tuple(read_area(area, problems) for area in children(info, "area"))
    return _info(info, problems, areas=areas)


def read_loose_info(element: etree._Element, problems: list[Problem]) -> Info:
    """Return the info of an element that holds CAP's words one by one, as summaries in feeds do."""
    nested = tuple(read_area(area, problems) for area in children(element, "area"))
    loose = any(child(element, name) is not None for name in ("areaDesc", "polygon", "geocode"))
    areas = (*nested, read_area(_only_place(element), problems)) if loose else nested
    return _info(element, problems, areas=areas)


def _info(info: etree._Element, problems: list[Problem], *, areas: tuple[Area, ...]) -> Info:
    whole = etree.QName(info).localname == "info"
    return Info(
        language=text_at(info, "language") or "en-US",
        event=text_at(info, "event"),
        categories=tuple(text for piece in children(info, "category") if (text := text_of(piece))),
        urgency=text_at(info, "urgency"),
        severity=text_at(info, "severity"),
        certainty=text_at(info, "certainty"),
        onset=_moment(info, "onset", problems),
        expires=_moment(info, "expires", problems),
        headline=text_at(info, "headline"),
        description=text_at(info, "description"),
        instruction=text_at(info, "instruction"),
        areas=areas,
        other=leftovers(info, _INFO_SHAPE) if whole else {},
    )


def event_key_of(alert: etree._Element, infos: Sequence[Info]) -> str:
    """Return what names the event across messages, "" when the sender names none."""
    kind, number = _told(infos, "eventtype"), _told(infos, "eventid")
    if kind and number:
        return f"gdacs:{kind}{number}".lower()
    if quake := _told(infos, "EventIDKey"):
        return f"usgs:{quake}".lower()
    if incident := text_at(alert, "incidents"):
        return f"{text_at(alert, 'sender')}:{incident}"
    return ""


def _told(infos: Sequence[Info], name: str) -> str:
    """Return the first value of a parameter, "" when no info has it."""
    found = (info.other.get(f"parameter/{name}", ("",))[0] for info in infos)
    return next((text for text in found if text), "")


def _required(element: etree._Element, name: str, problems: list[Problem]) -> None:
    piece = child(element, name)
    where = etree.QName(element).localname
    if piece is None:
        problems.append(problem_at(element, f"{name} is missing in {where}."))
        return
    text = text_of(piece)
    if not text:
        problems.append(problem_at(piece, f"{name} is empty."))
    elif name in WORDS and text not in WORDS[name].split():
        problems.append(problem_at(piece, f"“{text[:40]}” is no {name} of the standard."))


def _moment(
    element: etree._Element, name: str, problems: list[Problem], *, required: bool = False
) -> str | None:
    piece = child(element, name)
    text = text_of(piece)
    if piece is None or not text:
        if required:
            problems.append(problem_at(element, f"{name} is missing."))
        return None
    try:
        moment, remark = iso_moment(text)
    except NotAMoment as error:
        problems.append(problem_at(piece, f"{name} cannot be read: {error}"))
        return None
    if remark:
        problems.append(problem_at(piece, f"{name}: {remark}"))
    return moment


def _references(alert: etree._Element, problems: list[Problem]) -> tuple[str, ...]:
    """Return each "sender,identifier,sent". A sender with a space in it is kept whole."""
    piece = child(alert, "references")
    if piece is None:
        return ()
    text = text_of(piece)
    if not text:
        problems.append(problem_at(piece, "references is empty."))
        return ()
    triples = tuple(found.strip() for found in _REFERENCE.findall(text))
    if "".join(triples).replace(" ", "") != "".join(text.split()):
        problems.append(problem_at(piece, "references is not “sender,identifier,sent …”."))
        return triples or (text,)
    return triples


def _only_place(element: etree._Element) -> etree._Element:
    """Return an area made of the place words that stand loose in an element."""
    area = etree.Element("area")
    area.sourceline = element.sourceline  # type: ignore[misc]  # lxml can set it, its types forget
    for name in ("areaDesc", "polygon", "circle", "geocode"):
        for piece in children(element, name):
            area.append(deepcopy(piece))
    return area
