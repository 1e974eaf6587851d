"""The estimate of exposed people who are on no list: part of each run."""

from collections import Counter
from collections.abc import Sequence

import shapely
from django.db.models import Count
from django.utils.translation import gettext as _

from sojourn.exchange import gazetteer
from sojourn.foundation.caseload.operations import CaseFinding
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations.models import Organisation
from sojourn.methods import footprint as areas
from sojourn.methods.exposure import unlisted
from sojourn.methods.footprint import Footprint
from sojourn.response.exposure.models import (
    ExposureRun,
    LocationIndex,
    MigrantStock,
    Placement,
    UnlistedEstimate,
)


def estimates_of_unlisted(
    *,
    run: ExposureRun,
    organisation: Organisation,
    footprint: Footprint,
    findings: Sequence[CaseFinding],
) -> list[UnlistedEstimate]:
    """Return an estimate, unsaved, for each migrant stock entered by the organisation for a country of the crisis."""
    stocks = list(
        MigrantStock.objects.filter(organisation=organisation, country__in=run.crisis.countries)
    )
    if not stocks:
        return []
    registered = _registered(organisation, run)
    exposed = _exposed(findings)
    shares = {
        country: _share_of_country(country, footprint)
        for country in {one.country for one in stocks}
    }
    return [
        _estimate(
            run,
            stock,
            unlisted.Known(
                stock=stock.people,
                registered=max(registered[where], exposed[where]),
                exposed=exposed[where],
                share_of_area=shares[stock.country],
            ),
        )
        for stock in stocks
        for where in [(stock.country, stock.nationality)]
    ]


def _registered(organisation: Organisation, run: ExposureRun) -> Counter[tuple[str, str]]:
    """People with a last known location, by its country and their nationality."""
    index = LocationIndex.objects.get(organisation=organisation, is_exercise=run.crisis.is_exercise)
    rows = (
        Placement.objects.filter(index=index, whereabouts__country__in=run.crisis.countries)
        .values_list("whereabouts__country", "person__nationality")
        .annotate(Count("pk"))
    )
    return Counter({(country, nationality): people for country, nationality, people in rows})


def _exposed(findings: Sequence[CaseFinding]) -> Counter[tuple[str, str]]:
    inside = [one for one in findings if one.answer in {Answer.INSIDE, Answer.POSSIBLE}]
    countries: dict[object, str] = {}
    for start in range(0, len(inside), 2_000):
        people = [one.person.pk for one in inside[start : start + 2_000]]
        countries |= dict(
            Placement.objects.filter(person__in=people).values_list(
                "person_id", "whereabouts__country"
            )
        )
    return Counter((countries.get(one.person.pk, ""), one.person.nationality) for one in inside)


def _share_of_country(country: str, footprint: Footprint) -> float:
    place = gazetteer.country(country)
    return areas.share_of(shapely.geometry.shape(place.geometry), footprint) if place else 0.0


def _estimate(run: ExposureRun, stock: MigrantStock, known: unlisted.Known) -> UnlistedEstimate:
    found = unlisted.unlisted(known)
    low, best, high = (f"{100 * share:.3g}" for share in found.share)
    if found.method == unlisted.Method.REGISTER_SHARE:
        reason = _(
            "Of %(registered)d on our list in the country, %(exposed)d are exposed: %(best)s %% (95 %% interval "
            "%(low)s to %(high)s). People on no list may live elsewhere than those on it."
        )
    else:
        reason = _(
            "The footprint covers %(best)s %% of the country's area. People live unevenly: a third to three times that "
            "share is assumed. Fewer than 30 people are on our list there, too few to go by."
        )
    words = {
        "registered": known.registered,
        "exposed": known.exposed,
        "low": low,
        "best": best,
        "high": high,
    }
    return UnlistedEstimate(
        run=run,
        organisation_id=stock.organisation_id,
        country=stock.country,
        nationality=stock.nationality,
        low=found.low,
        best=found.best,
        high=found.high,
        listed=known.exposed,
        method=found.method.value,
        source=f"{stock.source}, {stock.year}: {stock.people}"[:240],
        reason=(reason % words)[:500],
    )
