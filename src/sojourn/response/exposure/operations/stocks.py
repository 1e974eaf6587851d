"""Deeds on migrant stocks: enter how many people of a nationality live in a country."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.response.exposure.models import MigrantStock


@dataclass(frozen=True, slots=True)
class StockFigure:
    """People of a nationality in a country (both ISO 3166-1 alpha-3), the year, and who says so."""

    country: str
    nationality: str
    people: int
    year: int
    source: str


@transaction.atomic
def enter_stocks(
    *, organisation: Organisation, figures: Iterable[StockFigure], by: Actor, at: datetime
) -> int:
    """Enter figures, each in place of an older one for the same people, and return how many. Safe to repeat."""
    rows = {
        (one.country, one.nationality): MigrantStock(
            organisation=organisation,
            country=one.country,
            nationality=one.nationality,
            people=one.people,
            year=one.year,
            source=one.source[:200],
            entered_at=at,
        )
        for one in figures
    }
    MigrantStock.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["organisation", "country", "nationality"],
        update_fields=["people", "year", "source", "entered_at"],
    )
    if rows:
        audit.record(what="stocks.entered", about=organisation, by=by, at=at, count=len(rows))
    return len(rows)
