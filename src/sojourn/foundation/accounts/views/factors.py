"""Pages of one's own second factors."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.accounts import factors, forms, operations, proof, queries
from sojourn.foundation.accounts.pages import (
    ask_again,
    needs_fresh_factor,
    open_before_everything_is_in_order,
)
from sojourn.foundation.accounts.session_store import CONFIRMED_AT, FACTOR
from sojourn.foundation.accounts.terms import FactorKind


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List one's second factors, and offer more."""
    held = factors.held_by(request.user)
    context = {
        "factors": queries.factors_of(request.user),
        "held": held,
        "is_required": settings.SECOND_FACTOR == "required",
        "is_few": held.any and held.recovery_left < 3,
    }
    return render(request, "accounts/factors.html", context)


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
@needs_fresh_factor
def add_code(request: StaffRequest) -> HttpResponse:
    """Show a secret for an app, and take the first code as proof that the app has it."""
    is_sent = "code" in request.POST
    secret = factors.secret_for(request, is_new=not is_sent)
    form = forms.NewCode(request.POST if is_sent else None, secret=secret)
    if is_sent and form.is_valid():
        try:
            codes = operations.add_code(
                user=request.user, secret=secret, counter=form.counter, at=now()
            )
        except operations.CannotAddFactor as refusal:
            messages.error(request, str(refusal))
            return redirect("accounts:factors")
        request.session.pop(factors.PENDING, None)
        return _added(request, FactorKind.CODE, codes)
    context = {
        "form": form,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": factors.picture_of(request.user, secret),
    }
    return render(request, "accounts/add_code.html", context, status=422 if form.errors else 200)


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
@needs_fresh_factor
def add_passkey(request: StaffRequest) -> HttpResponse:
    """Let the browser make a passkey, and keep it."""
    data = request.POST if "credential" in request.POST else None
    form = forms.NewPasskey(data, request=request)
    if form.is_bound and form.is_valid():
        codes = operations.add_passkey(user=request.user, at=now(), **form.cleaned_data)
        return _added(request, FactorKind.PASSKEY, codes)
    context = {
        "form": form,
        "passkey": factors.passkey_options(request, request.user, is_new=True),
    }
    return render(request, "accounts/add_passkey.html", context, status=422 if form.errors else 200)


@staff_page(*EVERY_ROLE)
@require_POST
@needs_fresh_factor
def remove(request: StaffRequest, factor_id: int) -> HttpResponse:
    """Remove one of one's factors."""
    try:
        if not operations.remove_factor(user=request.user, pk=factor_id, at=now()):
            raise Http404
    except operations.CannotRemoveFactor as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:factors")
    if not factors.held_by(request.user).any:
        request.session.pop(FACTOR, None)
    messages.success(request, _("It was removed."))
    return redirect("accounts:factors")


@staff_page(*EVERY_ROLE)
@require_POST
@needs_fresh_factor
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """Make new recovery codes and show them once."""
    codes = operations.renew_recovery_codes(user=request.user, at=now())
    if not codes:
        return redirect("accounts:factors")
    return _show_codes(request, codes)


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the second factor in a session that was opened without it."""
    form = proof.confirm_form(request)
    if form.is_bound and form.is_valid():
        form.note_confirmed()
        return redirect(settings.LOGIN_REDIRECT_URL)
    return ask_again(request, form)


def _added(request: StaffRequest, kind: FactorKind, codes: Sequence[str]) -> HttpResponse:
    request.session[FACTOR] = kind.value
    request.session[CONFIRMED_AT] = now().isoformat()
    if codes:
        return _show_codes(request, codes)
    messages.success(request, _("It was added. From now on it is asked for when you sign in."))
    return redirect("accounts:factors")


def _show_codes(request: StaffRequest, codes: Sequence[str]) -> HttpResponse:
    spaced = [f"{code[:4]} {code[4:]}" for code in codes]
    return render(request, "accounts/recovery_codes.html", {"codes": spaced})
