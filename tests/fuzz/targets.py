"""What is fuzzed: every reader of strangers' bytes, each with what it promises.

A target takes any bytes, and answers `read` or `refused`. Anything else that rises is a finding: a
crash, a broken promise (AssertionError), or no answer in time.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial

from sojourn.exchange import (
    containers,
    content_kinds,
    hidden_rows,
    hostile,
    hsds,
    migrant_stock,
    people_points,
    roster_cells,
    rosters,
    spreadsheet_child,
    tables,
)
from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import VALID, as_json
from sojourn.exchange.phone import NotAPhoneNumber, looks_like_phone, read_phone
from sojourn.exchange.reading import Unreadable
from sojourn.response.outreach.inbox import envelope, mails
from sojourn.response.outreach.replies.quotes import above_quote
from sojourn.response.outreach.replies.reading import read_reply
from tests.fuzz import seeds, signing

READ, REFUSED = "read", "refused"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEPAL = rosters.RosterOptions(today=date(2026, 3, 1), phone_country="NP")


@dataclass(frozen=True)
class Target:
    """A reader, what fuzzing starts from, and whether it is a native decoder that runs apart from us."""

    read: Callable[[bytes], str]
    seeds: Callable[[], Sequence[bytes]]
    is_apart: bool = field(default=False)


def refusing(reader: Callable[[bytes], object]) -> Callable[[bytes], str]:
    """A reader whose only refusals are Unreadable, with a sentence."""

    def answer(data: bytes) -> str:
        try:
            reader(data)
        except Unreadable as refusal:
            return REFUSED if refusal.problem else "refused without a word"
        return READ

    return answer


def _alerts(data: bytes) -> None:
    for alert in read_alerts("fuzz", data).rows:
        json.dumps(as_json(alert), allow_nan=False)


def _signed_alerts(data: bytes) -> None:
    """Only what the key signed is ever called valid."""
    certificate, _message = signing.signed()
    for alert in read_alerts("fuzz", data, (certificate,)).rows:
        if alert.signature == VALID:
            same = as_json(alert) == _as_signed()
            assert same, "a changed message passes for a signed one"


@cache
def _as_signed() -> dict[str, object]:
    certificate, message = signing.signed()
    return as_json(read_alerts("fuzz", message, (certificate,)).rows[0])


def _roster(data: bytes) -> None:
    roster = rosters.read_roster(data, filename="list.csv", options=NEPAL)
    assert len(roster.headings) <= tables.MOST_COLUMNS
    for row in roster.rows:
        assert row.latitude is None or (abs(row.latitude) <= 90 and abs(row.longitude or 0) <= 180)
        assert "\x00" not in row.name + "".join(row.cells)
        if row.observed_at is not None:
            row.observed_at.astimezone(UTC)


def _services(data: bytes) -> None:
    """What is written again is read again, the same."""
    rows = hsds.read_services(data).rows
    if rows:
        again = hsds.read_services(hsds.write_services(rows)).rows
        assert len(again) == len(rows)


def _points(data: bytes) -> None:
    people = people_points.read_people_points(
        data.decode("utf-8", "replace").splitlines(keepends=True), at=NOW
    )
    assert len(people.ids) == len(people.latitude) == len(people.age_days)


def _phone(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    looks_like_phone(text)
    try:
        phone = read_phone(text[2:], country=text[:2] if text[:2].isalpha() else None)
    except NotAPhoneNumber:
        return REFUSED
    assert phone.e164[0] == "+"
    assert phone.e164[1:].isdecimal()
    return READ


_READERS_OF_CELLS: Sequence[Callable[[str], object]] = (
    partial(roster_cells.read_birth_year, today=NEPAL.today),
    partial(roster_cells.read_age, today=NEPAL.today),
    roster_cells.read_moment,
    partial(roster_cells.read_degrees, limit=90),
    roster_cells.read_coordinates,
    roster_cells.read_country,
    roster_cells.read_language,
    roster_cells.read_sex,
    roster_cells.read_occupation,
)


def _cells(data: bytes) -> str:
    text, read = data.decode("utf-8", "replace")[:4_000], 0
    for reader in _READERS_OF_CELLS:
        try:
            reader(text)
            read += 1
        except roster_cells.NotRead:
            pass
    return READ if read else REFUSED


def _inbox(form: str, data: bytes) -> str:
    headers = {"x-signature": "sha256=" + envelope.signature_of("s", data)}
    body = data
    if form == "kannel":
        body = b"token=s&" + data
    request = envelope.Request(method="POST", query=b"", headers=headers, body=body)
    try:
        message = envelope.arrived(request, form=form, secret="s")
    except envelope.Refused as refusal:
        return REFUSED if refusal.status == 400 else f"refused with {refusal.status}"
    _check_storable(message)
    return READ


def _check_storable(message: envelope.Arrived) -> None:
    """What no database takes must not get this far."""
    for text in (message.text, message.raw, message.address, message.provider_message_id):
        assert "\x00" not in text
        text.encode()
    assert len(message.address) <= envelope.LONGEST_ADDRESS
    if message.said_at is not None:
        message.said_at.astimezone(UTC)


def _mail(data: bytes) -> str:
    message = mails.arrived(data)
    if message is None:
        return REFUSED
    _check_storable(message)
    return READ


def _reply(data: bytes) -> str:
    text = data.decode("utf-8", "replace")[:2_000]
    read_reply(above_quote(text), language="ne")
    return READ


def _archive(data: bytes) -> None:
    for one in containers.files_in(data, most_bytes=1_000_000):
        assert "/" not in one.name


def _kinds(data: bytes) -> str:
    kind = content_kinds.kind_of(data)
    hidden_rows.hidden_in(data, sheet="Staff")
    return REFUSED if kind in {content_kinds.Kind.EMPTY, content_kinds.Kind.BINARY} else READ


def _spreadsheet(data: bytes) -> str:
    lines = list(spreadsheet_child.answer(data, most_rows=1_000))
    json.dumps(lines)
    return REFUSED if isinstance(lines[-1], dict) and "refusal" in lines[-1] else READ


TARGETS: dict[str, Target] = {
    "cap": Target(refusing(_alerts), lambda: [seeds.CAP, *seeds.real("cap/*")]),
    "cap_signature": Target(refusing(_signed_alerts), lambda: [signing.signed()[1]]),
    "gdacs": Target(refusing(_alerts), lambda: [seeds.GDACS, *seeds.real("gdacs/*")]),
    "usgs": Target(refusing(_alerts), lambda: [seeds.USGS, *seeds.real("earthquakes/usgs*")]),
    "shakemap_grid": Target(
        refusing(_alerts), lambda: [seeds.GRID, *seeds.real("earthquakes/*grid.xml")]
    ),
    "shakemap_table": Target(refusing(_alerts), lambda: [seeds.GRID_TABLE]),
    "shakemap_contours": Target(
        refusing(_alerts), lambda: [seeds.CONTOURS, *seeds.real("earthquakes/*info.json")]
    ),
    "cyclones": Target(
        refusing(_alerts), lambda: [seeds.TRACK, *seeds.real("cyclones/ib*andrew*")]
    ),
    "geojson": Target(refusing(_alerts), lambda: [seeds.GEOJSON]),
    "xml": Target(
        refusing(hostile.load_xml), lambda: [seeds.CAP, seeds.GDACS, *seeds.real("pfif/*")]
    ),
    "tables": Target(
        refusing(tables.read_table),
        lambda: [seeds.ROSTER, seeds.ROSTER.decode().encode("utf-16"), *seeds.real("dtm/*")],
    ),
    "rosters": Target(
        refusing(_roster), lambda: [seeds.ROSTER, seeds.ROSTER.decode().encode("cp1256", "ignore")]
    ),
    "hsds": Target(refusing(_services), lambda: [seeds.SERVICES]),
    "people_points": Target(refusing(_points), lambda: [seeds.POINTS]),
    "migrant_stock": Target(refusing(migrant_stock.read_migrant_stock), lambda: [seeds.STOCK]),
    "phone": Target(_phone, lambda: seeds.PHONES),
    "cells": Target(_cells, lambda: seeds.CELLS),
    "inbox_signed": Target(partial(_inbox, "signed"), lambda: [seeds.SIGNED]),
    "inbox_kannel": Target(partial(_inbox, "kannel"), lambda: [seeds.KANNEL]),
    "inbox_external": Target(partial(_inbox, "external"), lambda: [seeds.EXTERNAL]),
    "mail": Target(_mail, lambda: [seeds.MAIL]),
    "replies": Target(_reply, lambda: seeds.REPLIES),
    "archives": Target(
        refusing(_archive), lambda: [seeds.archive(("a/b.csv", b"x"), ("c.txt", b"y"))]
    ),
    "kinds": Target(
        _kinds, lambda: [seeds.workbook(), seeds.open_document(), seeds.JPEG, seeds.CAP]
    ),
    "spreadsheets": Target(
        _spreadsheet, lambda: [seeds.workbook(), seeds.open_document()], is_apart=True
    ),
}
