"""The report as page, PDF and table. The moment is in the address, so that a link means the same for ever."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations.terms import Role
from sojourn.reporting.board.queries import sight_of
from sojourn.reporting.situation import document, operations, rules
from sojourn.reporting.situation.compose import Question, report_on
from sojourn.reporting.situation.forms import Ask

if TYPE_CHECKING:
    from sojourn.foundation.caseload.models import Crisis

AUDIENCE: Final = (*sorted(CASE_ROLES), Role.HOST_AUTHORITY)


@require_safe
@staff_page(*AUDIENCE)
def report(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show the report, and the ways to take it along."""
    crisis = _crisis(request, crisis_id)
    form = _form(request, crisis)
    if not form.is_valid():
        return _page(request, {"crisis": crisis, "form": form}, status=422)
    made = report_on(_question(request, crisis, form))
    ask = urlencode({"as_of": made.as_of.isoformat(timespec="seconds"), "edition": made.edition})
    form.initial = {"as_of": made.as_of.astimezone(ZoneInfo(crisis.time_zone))}
    return _page(request, {"crisis": crisis, "form": form, "report": made, "ask": ask})


@require_safe
@staff_page(*AUDIENCE)
def pdf(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Answer with the report on paper."""
    return _file(request, crisis_id, "pdf")


@require_safe
@staff_page(*AUDIENCE)
def table(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Answer with the report as an HXL table."""
    return _file(request, crisis_id, "csv")


def _file(request: StaffRequest, crisis_id: UUID, kind: str) -> HttpResponse:
    crisis = _crisis(request, crisis_id)
    form = _form(request, crisis)
    if not form.is_valid():
        return _page(request, {"crisis": crisis, "form": form}, status=422)
    made = report_on(_question(request, crisis, form))
    content = document.pdf_of(made) if kind == "pdf" else rules.table_of(made)
    operations.note_taken(
        crisis=crisis,
        edition=made.edition,
        form=kind,
        as_of=made.as_of,
        by=request.user,
        at=now(),
    )
    types = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
    mark = "exercise-" if made.is_exercise else ""
    name = f"{mark}situation-{made.as_of:%Y%m%dT%H%M%SZ}-{made.edition}.{kind}"
    answer = HttpResponse(content, content_type=types[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _crisis(request: StaffRequest, crisis_id: UUID) -> "Crisis":
    return get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)


def _form(request: StaffRequest, crisis: "Crisis") -> Ask:
    with timezone.override(ZoneInfo(crisis.time_zone)):
        form = Ask(
            request.GET,
            zone=crisis.time_zone,
            now=crisis.clock.at(now()),
            may_be_internal=sight_of(request.viewer).is_exact,
        )
        form.is_valid()
    return form


def _question(request: StaffRequest, crisis: "Crisis", form: Ask) -> Question:
    sight = sight_of(request.viewer)
    as_of = form.cleaned_data["as_of"].astimezone(ZoneInfo("UTC"))
    if not sight.is_exact:  # two moments close to each other would tell of one person
        as_of = as_of.replace(minute=0, second=0)
    return Question(crisis=crisis, as_of=as_of, sight=sight, edition=form.cleaned_data["edition"])


def _page(request: StaffRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "situation/report.html", context, status=status)
