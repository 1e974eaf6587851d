"""Pages of the board. Each part renews itself alone, and says nothing when nothing changed."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.reporting.board import map_data, queries
from sojourn.reporting.board.parts import PARTS, Hour, Looking, Part, Queue

AUDIENCE: Final = (*sorted(CASE_ROLES), Role.HOST_AUTHORITY)
PAGE_SIZE: Final = 12
STOP_POLLING: Final = 286
REFRESH_S: Final = 60  # for readers without JavaScript who asked for it


@require_safe
@staff_page(*AUDIENCE)
def crises(request: StaffRequest) -> HttpResponse:
    """Show the crises the viewer works on, newest first."""
    found = caseload.crises(viewer=request.viewer)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    sight = queries.sight_of(request.viewer)
    cards = [
        (crisis, queries.figures(crisis=crisis, sight=sight, at=crisis.clock.at(now())))
        for crisis in page
    ]
    return render(request, "board/crises.html", {"page": page, "cards": cards})


@require_safe
@staff_page(*AUDIENCE)
def crisis(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show the board of one crisis."""
    return _board(request, crisis_id, "board/crisis.html")


@require_safe
@staff_page(*AUDIENCE)
def wall(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show the board on a wall: numbers that can be read across a room, and no ways on."""
    return _board(request, crisis_id, "board/wall.html")


@require_safe
@staff_page(*AUDIENCE)
def part(request: StaffRequest, crisis_id: UUID, name: str) -> HttpResponse:
    """Answer with one part; with nothing (204) when it is as the reader has it; 286 when all is over."""
    looking = _looking(request, crisis_id)
    shown = PARTS.get(name)
    if shown is None or not shown.is_shown_to(looking):
        raise Http404
    context = _context(shown, looking)
    if request.GET.get("seen") == context["digest"]:
        return HttpResponse(status=STOP_POLLING if looking.crisis.closed_at else 204)
    _note_looks(request, [context])
    return render(request, f"board/_{name}.html", {"crisis": looking.crisis, name: context})


@require_safe
@staff_page(*AUDIENCE)
def places(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Answer with what the map draws."""
    return JsonResponse(map_data.map_of(_looking(request, crisis_id)))


def _board(request: StaffRequest, crisis_id: UUID, template: str) -> HttpResponse:
    looking = _looking(request, crisis_id)
    shown = [part for part in PARTS.values() if part.is_shown_to(looking)]
    context: dict[str, Any] = {
        "crisis": looking.crisis,
        "at": looking.at,
        "is_exact": looking.sight.is_exact,
        "refresh": request.GET.get("refresh") == "yes",
        "unplaced": map_data.unplaced(looking),
    }
    read = {part.name: _context(part, looking) for part in shown}
    _note_looks(request, read.values())
    context |= read
    answer = render(request, template, context)
    if context["refresh"]:
        answer["Refresh"] = str(REFRESH_S)
    return answer


def _note_looks(request: StaffRequest, shown: Iterable[Mapping[str, Any]]) -> None:
    """Note whom the parts name: those at the head of the queue, and those newly in need."""
    people.note_listed(
        people=[
            person
            for one in shown
            if isinstance(one["value"], Queue | Hour)
            for person in one["value"].people
        ],
        what="board.listed",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )


def _looking(request: StaffRequest, crisis_id: UUID) -> Looking:
    found = get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)
    return Looking(
        viewer=request.viewer,
        crisis=found,
        at=found.clock.at(now()),
        sight=queries.sight_of(request.viewer),
    )


def _context(shown: Part, looking: Looking) -> Mapping[str, Any]:
    """The value of a part, how often it asks again, and the digest by which it knows a change."""
    value = shown.read(looking)
    said = f"{get_language()}{value!r}".encode()
    return {
        "value": value,
        "every": shown.every_s,
        "digest": blake2b(said, digest_size=8).hexdigest(),
    }
