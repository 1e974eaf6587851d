"""Finds out what a file is and reads it, whatever its name says. Opens nothing but that file."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from sojourn.exchange import cyclones, gdacs, geojson, shakemap, shakemap_contours, usgs
from sojourn.exchange.alerts.shape import Alert
from sojourn.exchange.cap_envelopes import read_envelope
from sojourn.exchange.elements import local
from sojourn.exchange.hostile import load_xml, read_bounded
from sojourn.exchange.reading import Problem, Reading, RowProblem, Unreadable


def read_file(path: Path, pinned: Sequence[str] = ()) -> Reading[Alert]:
    """Return the alerts of a file. Raises Unreadable or OSError."""
    return read_alerts(path.name, read_bounded(path), pinned)


def read_alerts(name: str, data: bytes, pinned: Sequence[str] = ()) -> Reading[Alert]:
    """Return the alerts in some bytes of any supported format. Raises Unreadable, located."""
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not head:
        raise Unreadable("The file is empty.")
    if head == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:1] == b"\x00":
        return _xml(load_xml(data), pinned)
    if head in b"{[":
        return _json(name, _loaded(data))
    return _table(name, data)


def _xml(root: etree._Element, pinned: Sequence[str]) -> Reading[Alert]:
    if local(root) == "shakemap_grid":
        return shakemap.read_grid_xml(root)
    if local(root) == "rss" and gdacs.is_gdacs(root):
        return gdacs.read_rss(root)
    return read_envelope(root, pinned)


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("The text is not UTF-8.", line) from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"Not well-formed JSON: {error.msg}.", error.lineno) from error
    except RecursionError as error:
        raise Unreadable("The JSON is nested too deep; refused.") from error
    except ValueError as error:
        raise Unreadable(f"Not usable JSON: {error}.") from error


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def _json(name: str, content: Any) -> Reading[Alert]:
    readers: tuple[tuple[Callable[[Any], bool], Callable[[str, Any], Reading[Alert]]], ...] = (
        (usgs.is_usgs, usgs.read_events),
        (shakemap_contours.is_contours, shakemap_contours.read_contours),
        (shakemap_contours.is_info, shakemap_contours.read_info),
        (geojson.is_geojson, geojson.read_geojson),
    )
    for fits, reader in readers:
        if fits(content):
            return reader(name, content)
    raise Unreadable("This JSON is no alert of a known kind (GeoJSON, USGS event, ShakeMap).", 1)


def _table(name: str, data: bytes) -> Reading[Alert]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("The file is neither XML, JSON nor a table in UTF-8.", line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # a lone CR ends a line, too
    heading = text.split("\n", 1)[0]
    try:
        if cyclones.is_tracks(heading):
            return cyclones.read_tracks(name, text)
        if shakemap.is_grid_table(heading):
            return shakemap.read_grid_csv(name, text)
    except csv.Error as error:
        raise Unreadable(f"The table cannot be read: {error}.") from error
    raise Unreadable("This is no alert of a known kind (CAP, GDACS, USGS, ShakeMap, IBTrACS).", 1)


def located(problem: Problem | RowProblem) -> tuple[int | None, str]:
    """Return the line, where known, and the words of a problem, as the command prints them."""
    if isinstance(problem, RowProblem):
        words = f"{problem.column}: {problem.problem}" if problem.column else problem.problem
        return problem.line, words
    if problem.line is None and problem.where:
        return None, f"{problem.where}: {problem.problem}"
    return problem.line, problem.problem
