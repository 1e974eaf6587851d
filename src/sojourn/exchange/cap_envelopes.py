"""Finds CAP messages wherever they travel: bare, in a list, in Atom, RSS or EDXL-DE.

Where an entry of a feed holds no message but a summary of one, the summary is read as far as it
goes, with a problem that says where the whole message is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import shapely
from lxml import etree

from sojourn.exchange import cap
from sojourn.exchange.alerts.shape import Alert, Area
from sojourn.exchange.cap_areas import NOT_PLACED, read_point
from sojourn.exchange.elements import (
    child,
    children,
    leftovers,
    local,
    namespace,
    problem_at,
    text_at,
    text_of,
)
from sojourn.exchange.geometry import joined, to_geojson, unwrapped_ring
from sojourn.exchange.moments import NotAMoment, iso_moment, mail_moment
from sojourn.exchange.reading import Problem, Reading, Unreadable

EDXL: Final = "urn:oasis:names:tc:emergency:EDXL:DE:1.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
GEORSS: Final = "http://www.georss.org/georss"
MOST_ALERTS: Final = 5_000
WHOLE_MESSAGE: Final = "whole message at"  # where a summary says the message itself is

_CAP_WORDS: Final = (
    *("event", "effective", "onset", "expires", "status", "msgType", "category", "urgency"),
    *("severity", "certainty", "headline", "instruction", "areaDesc", "polygon", "circle"),
    *("geocode", "area", "language", "references"),
)
_ENTRY_WORDS: Final = ("id", "guid", "title", "summary", "description", "updated", "pubDate")
_PLACES: Final = ("point", "polygon", "circle", "box", "line")


def read_envelope(root: etree._Element, pinned: Sequence[str] = ()) -> Reading[Alert]:
    """Return every alert in a CAP document or an envelope around some.

    Raises Unreadable when the document is none of these.
    """
    if cap.is_message(root):
        return Reading((cap.read_message(root, pinned),))
    if local(root) == "alert":
        line = problem_at(root, "").line
        raise Unreadable(f"“{namespace(root)}” is not the namespace of CAP 1.0, 1.1 or 1.2.", line)
    if local(root) in ("feed", "rss", "RDF"):
        return _feed(root, pinned)
    alerts = _messages(root, pinned)
    if not alerts:
        line = problem_at(root, "").line
        raise Unreadable(f"This is no alert: the file begins with “{local(root)[:60]}”.", line)
    around = leftovers(root, ("alert", "contentObject"), f"{local(root)}/")
    return Reading(tuple(replace(a, other={**around, **a.other}) for a in alerts))


def _messages(root: etree._Element, pinned: Sequence[str]) -> list[Alert]:
    alerts: list[Alert] = []
    for element in root.iter("{*}alert"):
        if not cap.is_message(element):
            continue
        if len(alerts) == MOST_ALERTS:
            raise Unreadable(f"The file has more than {MOST_ALERTS} alerts; refused.")
        holder = element.getparent()
        alert = cap.read_message(element, pinned)
        if holder is not None and namespace(root) == EDXL:
            alert = replace(alert, other={**_content(element), **alert.other})
        alerts.append(alert)
    return alerts


def _content(alert: etree._Element) -> dict[str, tuple[str, ...]]:
    """Return what EDXL-DE says about the content object around a message."""
    for holder in alert.iterancestors(f"{{{EDXL}}}contentObject"):
        return leftovers(holder, ("xmlContent",), "contentObject/")
    return {}


def _feed(root: etree._Element, pinned: Sequence[str]) -> Reading[Alert]:
    rows: list[Alert] = []
    problems: list[Problem] = []
    for entry in _entries(root):
        if len(rows) >= MOST_ALERTS:
            raise Unreadable(f"The feed has more than {MOST_ALERTS} entries; refused.")
        rows.extend(_entry(root, entry, pinned))
    if not rows:
        problems.append(problem_at(root, "The feed holds no entries."))
    return Reading(tuple(rows), tuple(problems))


def _entries(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(f"{{{ATOM}}}entry")
    yield from root.iter("{*}item")


def _entry(root: etree._Element, entry: etree._Element, pinned: Sequence[str]) -> list[Alert]:
    messages = [piece for piece in entry.iter("{*}alert") if cap.is_message(piece)]
    if not messages:
        return [_summary(root, entry, entry)]
    around = leftovers(entry, ("alert", "content"), "entry/")
    read = [cap.read_message(piece, pinned) for piece in messages]
    return [_named(replace(a, other={**around, **a.other}), entry, root) for a in read]


def _named(alert: Alert, entry: etree._Element, root: etree._Element) -> Alert:
    """Some feeds mask the identifier; the entry's own then stands for it."""
    masked = len(alert.identifier) < 2 or len(alert.sender) < 2
    if not masked:
        return alert
    told = problem_at(entry, "identifier or sender is masked; the feed entry's own is used.")
    return replace(
        alert,
        identifier=_identifier(entry) if len(alert.identifier) < 2 else alert.identifier,
        sender=_sender(root, entry) if len(alert.sender) < 2 else alert.sender,
        problems=(*alert.problems, told),
    )


def _summary(root: etree._Element, entry: etree._Element, words: etree._Element) -> Alert:
    """Return what an entry says about a message it does not hold."""
    problems: list[Problem] = []
    link = _link(entry)
    missing = "This is the feed's summary, not the whole message"
    problems.append(problem_at(entry, f"{missing}; that is at {link}." if link else f"{missing}."))
    areas = _georss(entry, problems)
    info = cap.read_loose_info(words, problems)
    if not info.areas and not areas:
        problems.append(problem_at(entry, f"{NOT_PLACED}: the entry has no place."))
    info = replace(
        info,
        headline=info.headline or text_at(entry, "title"),
        description=text_at(entry, "summary") or text_at(entry, "description"),
        event=info.event or text_at(entry, "title"),
        areas=(*info.areas, *areas),
    )
    skip = (*_CAP_WORDS, *_ENTRY_WORDS) if not areas else (*_CAP_WORDS, *_ENTRY_WORDS, *_PLACES)
    kept = {"effective": (text_at(entry, "effective"),)} if text_at(entry, "effective") else {}
    kept |= {WHOLE_MESSAGE: (link,)} if link else {}
    return Alert(
        format=_feed_format(root, entry),
        identifier=_identifier(entry),
        sender=_sender(root, entry),
        sent=_sent(entry, problems),
        status=text_at(entry, "status") or "Actual",
        message_type=text_at(entry, "msgType") or "Alert",
        infos=(info,),
        problems=tuple(problems),
        other={**leftovers(entry, skip, "entry/"), **kept},
    )


def _feed_format(root: etree._Element, entry: etree._Element) -> str:
    kind = "RSS" if local(root) in ("rss", "RDF") else "Atom"
    spaces = {namespace(piece) for piece in children(entry)}
    versions = [name for space, name in cap.NAMESPACES.items() if space in spaces]
    return f"{versions[0]} summary in {kind}" if versions else f"{kind} entry"


def _identifier(entry: etree._Element) -> str:
    return text_at(entry, "id") or text_at(entry, "guid") or _link(entry)


def _sender(root: etree._Element, entry: etree._Element) -> str:
    for holder in (entry, root, child(root, "channel")):
        if holder is None:
            continue
        author = child(holder, "author")
        name = text_of(author) if author is not None else text_at(holder, "managingEditor")
        if name:
            return name
    return text_at(root, "id") or text_at(root, "title")


def _link(entry: etree._Element) -> str:
    """Return the address of the whole message: a CAP link before any other."""
    links = list(children(entry, "link"))
    links.sort(key=lambda link: "cap" not in (link.get("type") or ""))
    return next((link.get("href") or text_of(link) for link in links), "")


def _sent(entry: etree._Element, problems: list[Problem]) -> str | None:
    for name, reader in (("updated", iso_moment), ("published", iso_moment)):
        piece = child(entry, name)
        if piece is not None:
            try:
                return reader(text_of(piece))[0]
            except NotAMoment as error:
                problems.append(problem_at(piece, f"{name} cannot be read: {error}"))
    piece = child(entry, "pubDate")
    try:
        return mail_moment(text_of(piece))
    except NotAMoment:
        problems.append(problem_at(entry, "The entry does not say when it was sent."))
        return None


def _georss(entry: etree._Element, problems: list[Problem]) -> tuple[Area, ...]:
    """Return the places of an entry in GeoRSS Simple ("lat lon lat lon …")."""
    shapes = []
    for name in ("point", "polygon"):
        for piece in entry.iter(f"{{{GEORSS}}}{name}"):
            try:
                shapes.append(_simple(name, text_of(piece).split()))
            except ValueError as error:
                problems.append(problem_at(piece, f"The {name} cannot be read: {error}."))
                continue
            if name == "point":
                remark = "Only a point is known, its extent is not."
                problems.append(problem_at(piece, remark))
    if not shapes:
        return ()
    return (Area(text_at(entry, "title"), to_geojson(joined(shapes))),)


def _simple(name: str, numbers: list[str]) -> shapely.Geometry:
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    points = [read_point(f"{lat},{lon}") for lat, lon in pairs]
    if len(numbers) % 2 or len(points) < (1 if name == "point" else 3):
        raise ValueError("it has too few numbers")
    return shapely.Point(points[0]) if name == "point" else unwrapped_ring(points)
