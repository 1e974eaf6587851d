"""Pages of one's own sessions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.accounts import operations, queries
from sojourn.foundation.accounts.pages import open_before_everything_is_in_order
from sojourn.foundation.accounts.session_store import ticket_of


@staff_page(*EVERY_ROLE)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List where one is signed in."""
    at = now()
    context = {
        "sessions": queries.sessions_of(request.user, at=at),
        "this": ticket_of(request.session.session_key or ""),
        "now": at,
    }
    return render(request, "accounts/sessions.html", context)


@staff_page(*EVERY_ROLE)
@require_POST
def end(request: StaffRequest, ticket: UUID) -> HttpResponse:
    """End one of one's sessions."""
    found = get_object_or_404(queries.sessions_of(request.user, at=now()), ticket=ticket)
    operations.end_session(session=found, by=request.user, at=now())
    messages.success(request, _("The session was ended."))
    return redirect("accounts:sessions")


@staff_page(*EVERY_ROLE)
@require_POST
def end_others(request: StaffRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    operations.end_sessions(
        user=request.user, by=request.user, at=now(), but=request.session.session_key
    )
    messages.success(request, _("All other sessions were ended."))
    return redirect("accounts:sessions")


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_POST
def here(request: StaffRequest) -> HttpResponse:
    """Say that somebody is still at work on a page; the session goes on."""
    return HttpResponse(status=204)
