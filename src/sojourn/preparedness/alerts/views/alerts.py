"""Pages on alerts: the list, one alert, its map, its area. They show hazards, never people."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.exchange.alerts.read import located
from sojourn.exchange.hostile import take_bounded
from sojourn.exchange.reading import Problem, RowProblem, Unreadable
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations.terms import Role
from sojourn.preparedness.alerts import forms, operations, queries, rules
from sojourn.preparedness.alerts.queries import AlertShown

ON_A_PAGE: Final = 25
UNUSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class FileShown:
    """What became of one file that was given."""

    name: str
    alerts: tuple[AlertShown, ...] = ()
    new: int = 0
    refusal: str = ""
    problems: tuple[str, ...] = ()


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_GET
def alerts(request: StaffRequest) -> HttpResponse:
    """List the alerts in force, or all of them."""
    return _list(request, forms.Files())


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_POST
def read_files(request: StaffRequest) -> HttpResponse:
    """Take in files; a bad one never takes the good ones with it."""
    form = forms.Files(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=UNUSABLE)
    shown = [_taken_in(request, file) for file in form.given]
    if len(shown) == 1 and len(shown[0].alerts) == 1 and not shown[0].problems:
        return redirect("alerts:alert", shown[0].alerts[0].pk)
    all_refused = all(file.refusal for file in shown)
    return _list(request, forms.Files(), files=shown, status=UNUSABLE if all_refused else 200)


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_GET
def alert(request: StaffRequest, alert_id: UUID) -> HttpResponse:
    """Show one message whole, where it is, and the history of its event."""
    return _page(request, alert_id)


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_GET
def map_data(request: StaffRequest, alert_id: UUID) -> JsonResponse:
    """Return the footprint as GeoJSON for the map."""
    found = get_object_or_404(queries.every_alert(), pk=alert_id)
    return JsonResponse(queries.map_of(found))


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_GET
def original(request: StaffRequest, alert_id: UUID) -> HttpResponse:
    """Give back the bytes as they came, to be saved, never to be shown by a browser."""
    found = get_object_or_404(queries.every_alert(), pk=alert_id, original__isnull=False)
    name, data = queries.bytes_of(found)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    safe = "".join(mark if mark.isalnum() or mark in "._-" else "_" for mark in name)
    answer["Content-Disposition"] = (
        f'attachment; filename="{safe.encode("ascii", "replace").decode()}"'
    )
    return answer


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_POST
def area(request: StaffRequest, alert_id: UUID) -> HttpResponse:
    """Choose which areas are the footprint, or draw one."""
    found = get_object_or_404(queries.every_alert(), pk=alert_id)
    form = forms.Area(request.POST, areas=queries.areas_of(found))
    if not form.is_valid():
        return _page(request, alert_id, form, status=UNUSABLE)
    drawing = form.cleaned_data["drawing"]
    try:
        if drawing.strip() and form.description:
            operations.place_area(
                alert=found,
                description=form.description,
                drawing=drawing,
                by=request.user,
                at=now(),
            )
        else:
            operations.choose_footprint(
                alert=found, numbers=form.numbers, drawing=drawing, by=request.user, at=now()
            )
    except operations.CannotPlace as refusal:
        form.add_error("drawing", str(refusal))
        return _page(request, alert_id, form, status=UNUSABLE)
    messages.success(request, _("The footprint is drawn anew."))
    return redirect("alerts:alert", alert_id)


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_POST
def as_the_source_says(request: StaffRequest, alert_id: UUID) -> HttpResponse:
    """Take the footprint from the message again, whatever was chosen before."""
    found = get_object_or_404(queries.every_alert(), pk=alert_id)
    try:
        operations.return_to_source(alert=found, by=request.user, at=now())
        messages.success(request, _("The footprint is drawn anew."))
    except operations.CannotPlace as refusal:
        messages.warning(request, str(refusal))
    return redirect("alerts:alert", alert_id)


def _list(
    request: StaffRequest,
    form: forms.Files,
    *,
    files: list[FileShown] | None = None,
    status: int = 200,
) -> HttpResponse:
    with_past = request.GET.get("past") == "1"
    at = now()
    page = Paginator(queries.alerts(with_past=with_past, at=at), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "alerts": [queries.shown(one, at=at, languages=_languages()) for one in page],
        "with_past": with_past,
        "form": form,
        "files": files or [],
        "feeds_failing": queries.feeds().filter(failures__gt=0, is_paused=False).count(),
    }
    return render(request, "alerts/alerts.html", context, status=status)


def _page(
    request: StaffRequest, alert_id: UUID, form: forms.Area | None = None, *, status: int = 200
) -> HttpResponse:
    found = get_object_or_404(queries.every_alert(), pk=alert_id)
    at, languages = now(), _languages()
    areas = queries.areas_of(found)
    footprint = queries.present_footprint(found.event)
    context = {
        "alert": found,
        "shown": queries.shown(found, at=at, languages=languages),
        "infos": queries.infos_of(found, languages=languages),
        "other": queries.other_of(found),
        "areas": areas,
        "waiting": [one for one in areas if not one.is_known],
        "footprint": footprint,
        "bands": rules.drawn_parts(footprint.content) if footprint else [],
        "footprints": queries.footprints_of(found.event),
        "history": [
            queries.shown(one, at=at, languages=languages)
            for one in queries.history_of(found.event)
        ],
        "crises": caseload.crises(viewer=request.viewer).filter(
            pk__in=queries.crises_of(found.event).values("pk")
        ),
        "form": form or forms.Area(areas=areas, has_grades=bool(found.content["bands"])),
    }
    return render(request, "alerts/alert.html", context, status=status)


def _taken_in(request: StaffRequest, file: "UploadedFile[Any]") -> FileShown:
    name = str(file.name or _("file"))
    at = now()
    try:
        data = take_bounded(file.file)  # type: ignore[arg-type]  # an open file of bytes
        taken = operations.ingest_file(name=name, data=data, by=request.user, at=at)
    except Unreadable as refusal:
        return FileShown(name, refusal=_in_words(Problem("", refusal.problem, refusal.line)))
    problems = [_in_words(problem) for problem in taken.problems]
    return FileShown(
        name=name,
        alerts=tuple(queries.shown(one, at=at, languages=_languages()) for one in taken.alerts),
        new=taken.new,
        problems=tuple(problems),
    )


def _in_words(problem: Problem | RowProblem) -> str:
    line, words = located(problem)
    return _("line %(line)d: %(words)s") % {"line": line, "words": words} if line else words


def _languages() -> tuple[str, ...]:
    """Return the reader's language first, then English."""
    return (get_language() or "en", "en")
