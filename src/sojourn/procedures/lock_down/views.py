"""Pages of the procedure: lock an office down, what to do then, and asking to open it again."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts import queries
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.lock_down import operations
from sojourn.procedures.lock_down.paper import PAPER_LANGUAGES, steps_in

if TYPE_CHECKING:
    from sojourn.foundation.organisations.models import Office

LOCKERS = (Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.POST_OFFICER)


@staff_page(*LOCKERS)
@require_GET
def offices(request: StaffRequest) -> HttpResponse:
    """List the offices that the viewer may lock down, each with its button."""
    context = {"offices": queries.offices_to_lock(viewer=request.viewer)}
    return render(request, "lock_down/offices.html", context)


@staff_page(*LOCKERS)
@require_GET
def paper(request: StaffRequest) -> HttpResponse:
    """Show what to do when an office is overrun, to be printed beforehand."""
    return _paper(request)


@staff_page(*LOCKERS)
@require_POST
def lock(request: StaffRequest, office_id: UUID) -> HttpResponse:
    """Lock an office down, and show at once what to do: the session may be over."""
    office = _office(request, office_id)
    closed = operations.lock_down(office=office, by=request.user, at=now())
    return _paper(request, office=office, closed=closed)


@staff_page(*LOCKERS)
@require_POST
def reopen(request: StaffRequest, office_id: UUID) -> HttpResponse:
    """Ask to open a locked office again."""
    office = _office(request, office_id)
    try:
        accounts.ask(
            deed=Deed.OFFICE_REOPEN,
            about=office,
            organisation=office.organisation,
            why=Why.SAFE,
            by=request.user,
            at=now(),
        )
        messages.success(
            request, _("It was asked for. Now somebody else, from another office, has to agree.")
        )
    except accounts.CannotAsk as refusal:
        messages.error(request, str(refusal))
    return redirect("lock_down:offices")


def _office(request: StaffRequest, key: UUID) -> "Office":
    for office in queries.offices_to_lock(viewer=request.viewer):
        if office.pk == key:
            return office
    raise Http404


def _paper(request: StaffRequest, **more: object) -> HttpResponse:
    sheets = []
    for language in PAPER_LANGUAGES:
        with translation.override(language):
            sheets.append(
                {"language": language, "is_rtl": translation.get_language_bidi(), **steps_in()}
            )
    context = {
        "sheets": sheets,
        "others": queries.offices_with_phone(viewer=request.viewer),
        **more,
    }
    return render(request, "lock_down/paper.html", context)
