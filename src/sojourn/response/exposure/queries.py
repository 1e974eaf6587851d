"""Questions about exposure, and the store of packed locations."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Count, F, QuerySet, Sum

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Answer
from sojourn.methods.exposure.blocks import Directory, Int64s, Positions, joined, runs, unpacked
from sojourn.response.exposure.models import (
    ExposureRun,
    LocationIndex,
    MigrantStock,
    UnlistedEstimate,
)

BLOCKS_AT_ONCE: Final = 32
_DIRECTORY: Final = (
    "SELECT key_lo, n FROM exposure_locationblock WHERE index_id = %s ORDER BY key_lo"
)
_FETCH: Final = (
    "SELECT n, data FROM exposure_locationblock"
    " WHERE index_id = %s AND key_lo BETWEEN %s AND %s ORDER BY key_lo"
)


class BlockTable:
    """The blocks of one index, read from the database: a `methods.exposure.blocks.Store`."""

    def __init__(self, index: LocationIndex) -> None:
        self._index = index
        self._key_lo: Int64s = np.zeros(0, np.int64)

    def directory(self) -> Directory:
        """All blocks, from the covering index alone."""
        with closing(self._answer(_DIRECTORY, self._index.pk)) as cursor:
            table = np.asarray(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
        self._key_lo = table[:, 0].copy()
        return Directory(self._key_lo, table[:, 1])

    def fetch(self, key_lo: Int64s) -> Iterator[Positions]:
        """Neighbouring blocks in one statement, joined by the dozen."""
        for run in runs(np.searchsorted(self._key_lo, key_lo)):
            first, last = int(self._key_lo[run[0]]), int(self._key_lo[run[-1]])
            with closing(self._answer(_FETCH, self._index.pk, first, last)) as cursor:
                while rows := cursor.fetchmany(BLOCKS_AT_ONCE):
                    yield joined([unpacked(n, data) for n, data in rows])

    def _answer(self, question: str, *asked: int) -> Any:
        """A cursor of the driver itself: blobs come as bytes, without a text form in between."""
        connection = connections[self._index._state.db or DEFAULT_DB_ALIAS]
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            return connection.connection.execute(question.replace("%s", "?"), asked)
        return psycopg.Cursor(connection.connection).execute(question, asked, binary=True)


def latest_run(crisis: Crisis) -> ExposureRun | None:
    """The newest run of a crisis that the caller may see."""
    return crisis.exposure_runs.order_by("-at", "-id").first()


def runs_of(crisis: Crisis) -> QuerySet[ExposureRun]:
    """All runs of a crisis that the caller may see, newest first."""
    return crisis.exposure_runs.order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class BandRow:
    """One line of the table of bands."""

    level: str
    label: str
    number: int
    inside: int
    possible: int
    expected: int


def band_rows(*, run: ExposureRun, cases: QuerySet[Case]) -> list[BandRow]:
    """People by band as the cases stand, worst first."""
    exposed = cases.filter(answer__in=[Answer.INSIDE, Answer.POSSIBLE]).order_by()
    people: dict[tuple[str, str], int] = {}
    expected: Counter[str] = Counter()
    rows = exposed.values_list("band", "answer").annotate(Count("pk"), Sum("probability"))
    for band, answer, count, likely in rows:
        people[(band, answer)] = count
        expected[band] += round(likely or 0)
    levels = [f"{band['level']:g}" for band in run.bands]
    return [
        BandRow(
            level=level,
            label=band["label"],
            number=_tone(number, len(run.bands)),
            inside=people.get((level, Answer.INSIDE), 0),
            possible=people.get((level, Answer.POSSIBLE), 0),
            expected=expected[level],
        )
        for number, (level, band) in enumerate(zip(levels, run.bands, strict=True), start=1)
    ][::-1]


def answer_totals(cases: QuerySet[Case]) -> Mapping[str, int]:
    """People by answer as the cases stand."""
    counts = cases.order_by().values_list("answer").annotate(Count("pk"))
    return {answer.value: 0 for answer in Answer} | dict(counts)


def unlisted(*, run: ExposureRun, viewer: Viewer) -> QuerySet[UnlistedEstimate]:
    """The estimates of people on no list, largest first, of the viewer's organisations."""
    return run.unlisted.filter(organisation_id__in=viewer.organisation_ids).order_by(
        "-best", "nationality"
    )


def stocks(*, viewer: Viewer, crisis: Crisis) -> QuerySet[MigrantStock]:
    """The migrant stocks that the viewer's organisations entered for the countries of a crisis."""
    return MigrantStock.objects.filter(
        organisation_id__in=viewer.organisation_ids, country__in=crisis.countries
    ).order_by("country", "nationality")


def exposed_cases(*, viewer: Viewer, crisis: Crisis) -> QuerySet[Case]:
    """The cases of a crisis that the viewer may see."""
    return caseload.cases(viewer=viewer, purpose=Purpose.LOCATING).filter(crisis=crisis)


def as_listed(cases: QuerySet[Case], *, answer: str = "") -> QuerySet[Case]:
    """Cases with their people, most likely inside first; of one answer when given."""
    chosen = cases.filter(answer=answer) if answer else cases.exclude(answer=Answer.REPORTED)
    return chosen.select_related("person").order_by(F("probability").desc(nulls_last=True), "id")


def footprint_json(run: ExposureRun) -> dict[str, Any]:
    """The bands of a run as GeoJSON features, mildest first, as the map shows them."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "level": _tone(number, len(run.bands)),
                    "label": f"{band['label']} ({band['level']:g})",
                },
                "geometry": band["geometry"],
            }
            for number, band in enumerate(run.bands, start=1)
            if band["geometry"]
        ],
    }


def _tone(number: int, of: int) -> int:
    """One of five colours for a band, the worst always the strongest."""
    return max(1, 5 - (of - number))
