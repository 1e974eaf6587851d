"""Pages of exposure: who is inside, why, and who is on no list."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sojourn.exchange.alerts.read import read_alerts
from sojourn.exchange.alerts.shape import as_json
from sojourn.exchange.hostile import take_bounded
from sojourn.exchange.migrant_stock import read_migrant_stock
from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sheets_out import csv_line
from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.accounts.pages import hands_out
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.terms import Answer
from sojourn.foundation.organisations.terms import OrganisationKind, Role
from sojourn.foundation.people import operations as people
from sojourn.response.exposure import forms, operations, queries, rules
from sojourn.response.exposure.operations import Question, StockFigure

if TYPE_CHECKING:
    from sojourn.foundation.caseload.models import Crisis

ON_A_PAGE: Final = 50
UNUSABLE: Final = 422
SHOWN: Final = (Answer.INSIDE, Answer.POSSIBLE, Answer.NEAR, Answer.TOO_OLD, Answer.OUTSIDE)
CSV_HEADING: Final = (
    "case",
    "name",
    "nationality",
    "answer",
    "band",
    "probability",
    "standing",
    "area",
    "reason",
)
LISTERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER)


@staff_page(*sorted(CASE_ROLES))
@require_safe
def crisis(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show who is exposed in a crisis, as far as the viewer may see them."""
    return _page(request, _crisis(request, crisis_id))


@staff_page(Role.DUTY_OFFICER)
@require_POST
def compare(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Compare a footprint, the last one or one from a file, with everyone's location."""
    found = _crisis(request, crisis_id)
    run = queries.latest_run(found)
    form = forms.Compare(request.POST, request.FILES, has_run=run is not None)
    if not form.is_valid():
        return _page(request, found, compare=form, status=UNUSABLE)
    given = form.cleaned_data
    try:
        if given["footprint"]:
            reading, source = _footprint_in(given["footprint"]), given["footprint"].name
        else:
            reading = rules.footprint_of({"bands": run.bands if run else []})
            source = run.source if run else ""
        operations.run_exposure(
            crisis=found,
            footprint=reading.footprint,
            source=source,
            question=Question(near_km=given["near_km"], too_old_days=given["too_old_days"]),
            problems=reading.problems,
            by=request.user,
            at=found.clock.at(now()),
        )
    except (operations.CannotRun, Unreadable) as refusal:
        form.add_error("footprint", str(refusal))
        return _page(request, found, compare=form, status=UNUSABLE)
    messages.success(request, _("Everyone's last known location was compared with the footprint."))
    return redirect("exposure:crisis", crisis_id)


@staff_page(Role.DUTY_OFFICER)
@require_POST
def stock(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Enter how many people live in a country of the crisis."""
    found = _crisis(request, crisis_id)
    form = forms.Stock(request.POST, request.FILES, countries=found.countries)
    organisation = request.viewer.organisation_for(Role.DUTY_OFFICER)
    if not form.is_valid() or organisation is None:
        return _page(request, found, stock=form, status=UNUSABLE)
    of = organisation.country if organisation.kind == OrganisationKind.STATE_OF_ORIGIN else ""
    try:
        figures = _figures(form.cleaned_data, found, nationality=of)
    except Unreadable as refusal:
        form.add_error("table", str(refusal))
        return _page(request, found, stock=form, status=UNUSABLE)
    entered = operations.enter_stocks(
        organisation=organisation, figures=figures, by=request.user, at=now()
    )
    told = ngettext("%(n)d figure entered.", "%(n)d figures entered.", entered) % {"n": entered}
    messages.success(request, f"{told} {_('The next comparison uses them.')}")
    return redirect("exposure:crisis", crisis_id)


@staff_page(*LISTERS)
@hands_out
@require_safe
def people_csv(request: StaffRequest, crisis_id: UUID) -> StreamingHttpResponse:
    """Give the list as a file; cells that a spreadsheet would run as a formula are made harmless."""
    found = _crisis(request, crisis_id)
    cases = queries.exposed_cases(viewer=request.viewer, crisis=found)
    operations.note_export(
        crisis=found,
        people=cases.order_by().values_list("person_id", flat=True),
        by=request.user,
        at=now(),
    )
    answer = StreamingHttpResponse(_csv_lines(cases), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="exposed.csv"'
    return answer


def _csv_lines(cases: Any) -> Iterator[str]:
    yield "\ufeff" + csv_line(CSV_HEADING)
    for case in queries.as_listed(cases).iterator(chunk_size=2_000):
        chance = "" if case.probability is None else f"{case.probability:.3f}"
        who = (str(case.pk), case.person.name or case.person.description, case.nationality)
        said = (case.answer, case.band, chance, case.standing, case.area, case.reason)
        yield csv_line((*who, *said))


def _crisis(request: StaffRequest, crisis_id: UUID) -> "Crisis":
    return get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)


def _page(
    request: StaffRequest, found: "Crisis", *, status: int = 200, **given: Any
) -> HttpResponse:
    viewer = request.viewer
    run = queries.latest_run(found)
    answer = request.GET.get("answer", "")
    cases = queries.exposed_cases(viewer=viewer, crisis=found)
    totals = queries.answer_totals(cases)
    listed = queries.as_listed(cases, answer=answer if answer in Answer.values else "")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    people.note_listed(
        people=[case.person_id for case in page],
        what="exposed.listed",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    context = {
        "crisis": found,
        "at": found.clock.at(now()),
        "run": run,
        "bands": queries.band_rows(run=run, cases=cases) if run else [],
        "totals": totals,
        "answers": [(one.value, one.label, totals[one]) for one in SHOWN],
        "chosen": answer,
        "page": page,
        "may_run": viewer.has(Role.DUTY_OFFICER),
        "may_export": viewer.has(*LISTERS),
        "unlisted": queries.unlisted(run=run, viewer=viewer) if run else [],
        "stocks": queries.stocks(viewer=viewer, crisis=found),
        "map": {"footprint": queries.footprint_json(run)} if run else None,
        "compare": given.get("compare") or _compare(run),
        "stock": given.get("stock") or forms.Stock(countries=found.countries),
        "runs": queries.runs_of(found)[:10],
    }
    return render(request, "exposure/crisis.html", context, status=status)


def _compare(run: Any) -> forms.Compare:
    kept = {"near_km": run.near_km, "too_old_days": run.too_old_days} if run else None
    return forms.Compare(has_run=run is not None, initial=kept)


def _footprint_in(file: "UploadedFile[Any]") -> rules.FootprintReading:
    """The footprint of the last alert in a file. Raises Unreadable."""
    alerts = read_alerts(file.name or "", _bytes_of(file)).rows
    readings = [rules.footprint_of(as_json(alert), alert.grid) for alert in alerts]
    for reading in reversed(readings):
        if reading.footprint.bands:
            return reading
    raise Unreadable(_("Nothing in this file says where."))


def _figures(given: dict[str, Any], found: "Crisis", *, nationality: str) -> list[StockFigure]:
    """One figure, or those of a table that concern the crisis and, for a State, its own people."""
    if not given["table"]:
        one = (given["country"], given["nationality"], given["people"], given["year"])
        return [StockFigure(*one, given["source"])]
    rows = read_migrant_stock(_bytes_of(given["table"]), filename=given["table"].name).rows
    return [
        StockFigure(
            row.destination, row.origin, row.people, row.year or given["year"], given["source"]
        )
        for row in rows
        if row.destination in found.countries and nationality in ("", row.origin)
    ]


def _bytes_of(file: "UploadedFile[Any]") -> bytes:
    """The bytes of a file, bounded. Raises Unreadable."""
    return take_bounded(cast("BinaryIO", file.file))
