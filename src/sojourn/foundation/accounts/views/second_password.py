"""The page of one's second password. It never tells whether one is set: somebody may be looking on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.accounts import forms, operations
from sojourn.foundation.accounts.pages import needs_fresh_factor


@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
@needs_fresh_factor
def second_password(request: StaffRequest) -> HttpResponse:
    """Explain the second password, and set one."""
    is_sent = "again" in request.POST
    form = forms.SecondPassword(request.POST if is_sent else None, user=request.user)
    if is_sent and form.is_valid():
        try:
            operations.set_second_password(
                user=request.user, password=form.cleaned_data["password"], at=now()
            )
        except operations.CannotSetSecondPassword as refusal:
            form.add_error("password", str(refusal))
        else:
            messages.success(request, _("It is set. Only you know; this page will not show it."))
            return redirect("account")
    return render(
        request, "accounts/second_password.html", {"form": form}, status=422 if form.errors else 200
    )


@staff_page(*EVERY_ROLE)
@require_POST
@needs_fresh_factor
def remove(request: StaffRequest) -> HttpResponse:
    """Let a second password, if there is one, open nothing any more."""
    operations.remove_second_password(user=request.user, at=now())
    messages.success(request, _("No second password opens anything now."))
    return redirect("account")
