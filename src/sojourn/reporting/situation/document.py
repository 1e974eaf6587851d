"""The report as a PDF, by Typst: the same report in the same language gives the same bytes."""

import json
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst
from django.utils.translation import get_language, get_language_bidi, gettext

from sojourn.reporting.situation.rules import Report, Row

TEMPLATE: Final = Path(__file__).with_name("report.typ")


def pdf_of(report: Report) -> bytes:
    """Return the report as PDF, tagged for screen readers."""
    made: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"report": json.dumps(_content(report), ensure_ascii=False, sort_keys=True)},
        timestamp=int(report.as_of.timestamp()),
    )
    return made


def moment_words(report: Report) -> str:
    """Return the moment of the report in the time of the place, and in UTC."""
    local = report.as_of.astimezone(ZoneInfo(report.zone))
    utc = report.as_of.astimezone(ZoneInfo("UTC"))
    return f"{local:%Y-%m-%d %H:%M} {report.zone} ({utc:%Y-%m-%d %H:%M} UTC)"


def written(number: int | None) -> str:
    """Return a number as it is printed."""
    return gettext("few") if number is None else f"{number:,}"


def _content(report: Report) -> dict[str, Any]:
    title = gettext("Situation report: %(crisis)s") % {"crisis": report.crisis}
    moment = gettext("As of %(moment)s") % {"moment": moment_words(report)}
    return {
        "title": title,
        "subtitle": " · ".join((moment, report.kind, ", ".join(report.countries))),
        "footer": f"{report.crisis} · {moment_words(report)}",
        "language": (get_language() or "en").partition("-")[0],
        "is_rtl": get_language_bidi(),
        "is_exercise": report.is_exercise,
        "headline": [
            {"code": row.code, "label": row.label, "value": written(row.numbers[0])}
            for row in report.headline
        ],
        "sections": [
            {
                "title": section.title,
                "columns": list(section.columns),
                "rows": [_line(row) for row in section.rows],
                "note": section.note,
            }
            for section in report.sections
        ],
        "unknown": list(report.unknown),
        "edition": report.edition_words,
        "words": {
            "exercise": gettext("EXERCISE: nobody in this report is real"),
            "exercise_short": gettext("EXERCISE"),
            "unknown": gettext("What is not known"),
        },
    }


def _line(row: Row) -> dict[str, Any]:
    return {"label": row.label, "numbers": [written(number) for number in row.numbers]}
