"""Pages of colleagues' accounts, for who keeps the organisation's users or its data protection."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.accounts import operations, queries
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.organisations.terms import Role

if TYPE_CHECKING:
    from sojourn.foundation.organisations.models import User

KEEPERS = (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)


@staff_page(*KEEPERS)
@require_GET
def colleague(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Show how a colleague gets in, and what can be done about it."""
    at = now()
    found = _found(request, user_id)
    context = {
        "person": found,
        "factors": queries.factors_of(found),
        "sessions": queries.sessions_of(found, at=at).count(),
        "is_locked": queries.are_disclosures_locked(found),
        "is_self": found.pk == request.user.pk,
        "is_administrator": request.viewer.has(Role.ADMINISTRATOR),
        "let_in_asked": queries.waiting_for_yes(deed=Deed.FACTORS_RESET, about=found, at=at),
        "unlock_asked": queries.waiting_for_yes(deed=Deed.DISCLOSURES_UNLOCK, about=found, at=at),
    }
    return render(request, "accounts/colleague.html", context)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def end_sessions(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """End every session of a colleague."""
    found = _found(request, user_id)
    try:
        operations.end_sessions_of_colleague(user=found, by=request.user, at=now())
        messages.success(request, _("Every session of this user was ended."))
    except operations.CannotEndSessions as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:colleague", found.pk)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def let_in(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Ask a second colleague to let in one who lost every factor."""
    at, found = now(), _found(request, user_id)
    administered = queries.administered_ids(request.user, at=at)
    works_for = queries.organisations_of(found, at=at)
    others = [one for one in works_for if one.pk not in administered]
    try:
        if not works_for:
            raise Http404
        operations.ask_to_let_in(
            user=found, organisation=(others or works_for)[0], by=request.user, at=at
        )
        messages.success(request, _("It was asked for. Now a second colleague has to agree."))
    except operations.CannotAsk as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:colleague", found.pk)


@staff_page(*KEEPERS)
@require_POST
def unlock(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Ask a second colleague to let an account hand things out again."""
    at, found = now(), _found(request, user_id)
    for organisation in queries.shared_organisations(viewer=request.viewer, user=found, at=at)[:1]:
        try:
            operations.ask(
                deed=Deed.DISCLOSURES_UNLOCK,
                about=found,
                organisation=organisation,
                why=Why.SAFE,
                by=request.user,
                at=at,
            )
            messages.success(request, _("It was asked for. Now a second colleague has to agree."))
        except operations.CannotAsk as refusal:
            messages.error(request, str(refusal))
    return redirect("accounts:colleague", found.pk)


def _found(request: StaffRequest, user_id: UUID) -> "User":
    found = queries.colleague(viewer=request.viewer, key=user_id)
    if found is None:
        raise Http404
    return found
