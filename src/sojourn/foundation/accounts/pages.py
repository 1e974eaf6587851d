"""Marks on views: show again who you are before this; this opens before everything is in order."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now

from sojourn.foundation.access.pages import StaffRequest
from sojourn.foundation.accounts import proof, queries

View = Callable[..., HttpResponseBase]


def needs_fresh_factor(view: View) -> View:
    """Ask again for the second factor, or the password where there is none, unless it was shown in the last minutes.

    The page that asks sends on what was sent, so nothing is lost. Stands below `staff_page`.
    """

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if queries.is_confirmed(request.session, at=now()):
            return view(request, *args, **kwargs)
        form = proof.confirm_form(request)
        if form.is_bound and form.is_valid():
            form.note_confirmed()
            is_sent = request.POST.get(proof.SENT_ON) == "1"
            return view(request, *args, **kwargs) if is_sent else redirect(request.get_full_path())
        return ask_again(request, form)

    guarded.needs_fresh_factor = True  # type: ignore[attr-defined]  # a mark, read by the tests
    return guarded


def hands_out(view: View) -> View:
    """Mark what gives people's records out: a fresh factor, and an account that is not locked for it."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if queries.are_disclosures_locked(request.user):
            return render(request, "accounts/locked.html", status=422)
        return asking(request, *args, **kwargs)

    asking = needs_fresh_factor(view)
    guarded.hands_out = True  # type: ignore[attr-defined]  # a mark, read by the tests
    return guarded


def ask_again(request: StaffRequest, form: proof.Confirm) -> HttpResponse:
    """Return the page that asks who is there and sends on what was sent."""
    sent_on = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in proof.NOT_SENT_ON
        for value in values
    ]
    context = {
        "form": form,
        "sent_on": sent_on,
        "was_sent": request.POST.get(proof.SENT_ON, "1" if request.method == "POST" else "0"),
        **form.passkey_context(),
    }
    return render(request, "accounts/confirm.html", context, status=422 if form.errors else 200)


def open_before_everything_is_in_order(view: View) -> View:
    """Mark a page that a user reaches without what is lacking: it is where they get it."""
    view.opens_before = True  # type: ignore[attr-defined]  # a mark, read by the middleware
    return view


def is_open_before(view: View) -> bool:
    """Return whether a page is marked so."""
    return bool(getattr(view, "opens_before", False))
