"""The outbox: how far messages have come, which failed and why, and what only a person can decide."""

from collections.abc import Callable
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.people import operations as people_deeds
from sojourn.response.outreach.operations import outbox as operations
from sojourn.response.outreach.queries import outbox as queries
from sojourn.response.outreach.views.conversations import A_PAGE, OFFICERS, tabs

LISTS: Final = {
    "failed": queries.failures,
    "undecided": queries.undecided,
    "held": queries.held,
    "waiting": queries.waiting,
}
DEEDS: Final[dict[str, Callable[..., bool]]] = {
    "again": operations.send_again,
    "sent": operations.take_as_sent,
    "hold": operations.hold,
    "go": operations.let_go,
}


@require_safe
@staff_page(*OFFICERS)
def outbox(request: StaffRequest) -> HttpResponse:
    """Show the counts, and one list of messages with what can be done about them."""
    viewer = request.viewer
    shown = request.GET.get("show", "failed")
    if shown not in LISTS:
        raise Http404
    page = Paginator(LISTS[shown](viewer=viewer), A_PAGE).get_page(request.GET.get("page"))
    people_deeds.note_listed(
        people=[message.person_id for message in page],
        what="messages.listed",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    context = {
        "counts": [
            (state.label, number) for state, number in queries.counts(viewer=viewer).items()
        ],
        "undecided": queries.undecided(viewer=viewer).count(),
        "without_way_out": queries.without_way_out(viewer=viewer),
        "page": page,
        "shown": shown,
        "query": f"show={shown}",
        **tabs(viewer),
    }
    return render(request, "outreach/outbox.html", context)


@require_POST
@staff_page(*OFFICERS)
def decide(request: StaffRequest, message_id: int, name: str) -> HttpResponse:
    """Send a message again, take it as sent, hold it back or let it go."""
    deed = DEEDS.get(name)
    if deed is None:
        raise Http404
    message = get_object_or_404(queries.messages(viewer=request.viewer), pk=message_id)
    deed(message=message, by=request.user, at=now())
    return redirect("outreach:outbox")
