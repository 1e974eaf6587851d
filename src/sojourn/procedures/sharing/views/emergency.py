"""Emergency access: one record out of reach, for an hour, to save a life."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from sojourn.foundation.access.operations import CannotBreakGlass
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.sharing import forms, operations


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER, Role.PARTNER_CASEWORKER)
@require_http_methods(["GET", "POST"])
def emergency(request: StaffRequest) -> HttpResponse:
    """Ask for a number and a reason, and open the records; those who watch are told at once."""
    form = forms.Emergency(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = operations.open_to_save_a_life(
                viewer=request.viewer,
                identifier=form.cleaned_data["identifier"],
                reason=form.cleaned_data["reason"],
                at=now(),
            )
        except CannotBreakGlass as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "sharing/opened.html", {"opened": opened})
    status = 422 if form.errors else 200
    return render(request, "sharing/emergency.html", {"form": form}, status=status)
