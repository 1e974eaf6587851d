"""A person's record on paper, by Typst: in their language and direction, with letters for every script in it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language, get_language_bidi, gettext

from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people.terms import DocumentKind, Occupation, Sex, Source
from sojourn.methods import cldr

TEMPLATE: Final = Path(__file__).with_name("record.typ")
FONTS: Final = Path(__file__).resolve().parents[4] / "data" / "fonts"
READS_SHOWN: Final = 40


def pdf_of(record: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return what `queries.record_of` gives as PDF, tagged for screen readers."""
    made: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=[FONTS],
        sys_inputs={"record": json.dumps(content_of(record, at=at), ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    return made


def content_of(record: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Return the words of the paper: a title and, for each fact, a label and values.

    A value is its text and whether that runs left to right in any language, as a number does.
    """
    return {
        "title": gettext("All that is kept about you"),
        "name": record["name"] or record["description"],
        "made": _moment(at.isoformat()),
        "language": (get_language() or "en").partition("-")[0],
        "is_rtl": get_language_bidi(),
        "facts": [
            {"label": label, "values": values or [_words("—")]} for label, values in _facts(record)
        ],
    }


def _facts(record: Mapping[str, Any]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    yield gettext("Name"), _texts([record["name"]])
    yield gettext("Other names"), _texts(record["other_names"])
    yield gettext("Nationality"), _texts(map(_country, _nationalities(record)))
    yield gettext("Year of birth"), _figures([record["year_of_birth"]])
    yield gettext("Sex"), _texts([Sex(record["sex"]).label])
    yield gettext("Occupation"), _texts([Occupation(record["occupation"]).label])
    yield gettext("Kept by"), _texts([record["kept_by"]])
    yield gettext("Telephone, e-mail"), _figures(one["address"] for one in record["reach"])
    yield gettext("Documents"), [_document(one) for one in record["documents"]]
    yield gettext("Places"), [_place(one) for one in record["places"]]
    yield (
        gettext("Places in words"),
        [_words(one["words"], _moment(one["told_at"])) for one in record["places_in_words"]],
    )
    yield gettext("Household"), _texts(record["household"])
    yield gettext("Crises"), [_crisis(one) for one in record["crises"]]
    yield (
        gettext("Who has read my record"),
        [
            _words(" · ".join(filter(None, (one["organisation"], one["for"]))), _moment(one["at"]))
            for one in record["read_by"][:READS_SHOWN]
        ],
    )


def _nationalities(record: Mapping[str, Any]) -> list[str]:
    return [record["nationality"], record["second_nationality"]]


def _country(code: str) -> str:
    return cldr.country_name(code, get_language() or "en") if code else ""


def _document(one: Mapping[str, str]) -> dict[str, Any]:
    kind = f"{DocumentKind(one['kind']).label} {_country(one['country'])}".strip()
    return _words(kind, one["number"])


def _place(one: Mapping[str, Any]) -> dict[str, Any]:
    said = Source(one["said_by"]).label
    words = [one["place"], _country(one["country"]), str(said), f"± {one['accuracy_km']:g} km"]
    return _words(" · ".join(filter(None, words)), _moment(one["observed_at"]))


def _crisis(one: Mapping[str, str]) -> dict[str, Any]:
    words = f"{one['crisis']} · {Standing(one['standing']).label}"
    return _words(words, _moment(one["since"]))


def _moment(written: str) -> str:
    return f"{written[:16].replace('T', ' ')} UTC"


def _words(text: str, figure: str = "") -> dict[str, Any]:
    return {"text": text, "figure": figure}


def _texts(texts: Iterable[Any]) -> list[dict[str, Any]]:
    return [_words(str(text)) for text in texts if text]


def _figures(figures: Iterable[Any]) -> list[dict[str, Any]]:
    return [_words("", str(figure)) for figure in figures if figure]
