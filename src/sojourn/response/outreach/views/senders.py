"""Senders: the ways out of an organisation, set up by its administrator."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.response.outreach.operations import senders as operations
from sojourn.response.outreach.queries import outbox as queries
from sojourn.response.outreach.sender_forms import SenderForm

UNUSABLE = 422


@require_safe
@staff_page(Role.ADMINISTRATOR)
def senders(request: StaffRequest) -> HttpResponse:
    """List the ways out and how they fare."""
    return _list(request, SenderForm())


@require_POST
@staff_page(Role.ADMINISTRATOR)
def add(request: StaffRequest) -> HttpResponse:
    """Set up a way out."""
    form = SenderForm(request.POST)
    organisation = request.viewer.organisation_for(Role.ADMINISTRATOR)
    if organisation is None or not form.is_valid():
        return _list(request, form, status=UNUSABLE)
    try:
        operations.add_sender(
            organisation=organisation,
            facts=form.facts,
            password=form.cleaned_data["password"],
            is_exercise=organisation.is_exercise,
            by=request.user,
            at=now(),
        )
    except operations.CannotUseSender as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form, status=UNUSABLE)
    return redirect("outreach:senders")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Role.ADMINISTRATOR)
def sender(request: StaffRequest, sender_id: UUID) -> HttpResponse:
    """Show one way out and change it."""
    found = get_object_or_404(queries.senders(viewer=request.viewer), pk=sender_id)
    if request.method != "POST":
        return _one(request, found, SenderForm(initial=SenderForm.initial_of(found)))
    form = SenderForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form, status=UNUSABLE)
    try:
        operations.change_sender(
            sender=found,
            facts=form.facts,
            password=form.cleaned_data["password"],
            by=request.user,
            at=now(),
        )
    except operations.CannotUseSender as refusal:
        form.add_error(None, str(refusal))
        return _one(request, found, form, status=UNUSABLE)
    return redirect("outreach:senders")


@require_POST
@staff_page(Role.ADMINISTRATOR)
def switch(request: StaffRequest, sender_id: UUID) -> HttpResponse:
    """Switch a way out on or off."""
    found = get_object_or_404(queries.senders(viewer=request.viewer), pk=sender_id)
    operations.switch_sender(
        sender=found, is_enabled=not found.is_enabled, by=request.user, at=now()
    )
    return redirect("outreach:senders")


def _list(request: StaffRequest, form: SenderForm, *, status: int = 200) -> HttpResponse:
    context = {
        "senders": queries.senders(viewer=request.viewer),
        "form": form,
        "now": now(),
    }
    return render(request, "outreach/senders.html", context, status=status)


def _one(request: StaffRequest, found: Any, form: SenderForm, *, status: int = 200) -> HttpResponse:
    context = {"sender": found, "form": form}
    return render(request, "outreach/sender.html", context, status=status)
