"""Pages of the procedure: what waits for me to approve, and closing a crisis."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts import queries as accounts_queries
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.four_eyes import forms, operations, queries


@staff_page(*EVERY_ROLE)
@require_GET
def approvals(request: StaffRequest) -> HttpResponse:
    """List what waits for the viewer's yes, what they asked for, and what was decided."""
    at, viewer = now(), request.viewer
    context = {
        "waiting": queries.lines(accounts_queries.for_me_to_approve(viewer=viewer, at=at)),
        "asked": queries.lines(list(accounts_queries.asked_by_me(viewer=viewer, at=at))),
        "decided": queries.decided(viewer),
        "locked": accounts_queries.locked_accounts(viewer=viewer),
    }
    return render(request, "four_eyes/approvals.html", context)


@staff_page(*EVERY_ROLE)
@require_POST
def agree(request: StaffRequest, approval_id: UUID) -> HttpResponse:
    """Say yes, and do it."""
    found = queries.approval(request.viewer, approval_id)
    if found is None:
        raise Http404
    try:
        agreed = operations.agree(approval=found, by=request.user, at=now())
    except accounts.CannotApprove as refusal:
        messages.error(request, str(refusal))
        return redirect("four_eyes:approvals")
    if agreed.user is not None:
        context = {"person": agreed.user, "password": agreed.password}
        return render(request, "four_eyes/let_in.html", context)
    messages.success(
        request, _("It is done.") if agreed.is_done else _("Agreed. Who asked can go on now.")
    )
    return redirect("four_eyes:approvals")


@staff_page(*EVERY_ROLE)
@require_POST
def refuse(request: StaffRequest, approval_id: UUID) -> HttpResponse:
    """Say no, or take one's own request back."""
    found = queries.approval(request.viewer, approval_id)
    if found is None:
        raise Http404
    try:
        accounts.refuse(approval=found, by=request.user, at=now())
        messages.success(request, _("It will not be done."))
    except accounts.CannotApprove as refusal:
        messages.error(request, str(refusal))
    return redirect("four_eyes:approvals")


@staff_page(Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Ask a second officer to close a crisis; where there is none, close it with a reason."""
    at = now()
    crisis = get_object_or_404(queries.crises_led(request.viewer), pk=crisis_id)
    form = forms.Close(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        why, reason = Why(form.cleaned_data["why"]), form.cleaned_data["reason"]
        try:
            if "alone" in request.POST:
                operations.close_alone(
                    crisis=crisis, why=why, reason=reason, by=request.user, at=at
                )
                messages.success(request, _("The crisis is closed. Help stays open."))
            else:
                accounts.ask(
                    deed=Deed.CRISIS_CLOSE,
                    about=crisis,
                    organisation=crisis.lead,
                    why=why,
                    by=request.user,
                    at=at,
                )
                messages.success(request, _("It was asked for. Now a second officer has to agree."))
            return redirect("four_eyes:approvals")
        except accounts.CannotGoAlone as refusal:
            form.add_error("reason", str(refusal))
        except accounts.CannotAsk as refusal:
            form.add_error(None, str(refusal))
    waiting = accounts_queries.waiting_for_yes(deed=Deed.CRISIS_CLOSE, about=crisis, at=at)
    context = {
        "crisis": crisis,
        "form": form,
        "ground": queries.ground_to_close(crisis, by=request.user, at=at),
        "waiting": waiting,
        "others": accounts_queries.others_who_may(
            deed=Deed.CRISIS_CLOSE, organisation=crisis.lead, by=request.user, at=at
        ),
    }
    return render(request, "four_eyes/close.html", context, status=422 if form.errors else 200)
