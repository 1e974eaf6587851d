"""The door: signing in and out, one's own password, name and language."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, public_page, staff_page
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts import queries as accounts_queries
from sojourn.foundation.accounts.door import Door
from sojourn.foundation.accounts.middleware import ENDED
from sojourn.foundation.accounts.pages import open_before_everything_is_in_order
from sojourn.foundation.accounts.rules import device_of
from sojourn.foundation.accounts.session_store import (
    CONFIRMED_AT,
    DEVICE,
    FACTOR,
    IS_SHARED,
    OPENED_AT,
)
from sojourn.foundation.accounts.terms import Ended
from sojourn.foundation.organisations import operations
from sojourn.foundation.organisations.models import User
from sojourn.site.account_forms import Account, NewPassword, SecondStep, SignIn

YEAR_S: Final = 365 * 24 * 3600
AT_THE_DOOR: Final = "at_the_door"  # who gave a password and has to show a second factor
DOOR_STANDS_OPEN: Final = timedelta(minutes=5)


@public_page
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, then for the second factor of who has one; then go where the visitor was going."""
    onward = _onward(request)
    if isinstance(request.user, User):
        return redirect(onward)
    is_shared = "shared" in request.GET
    form = SignIn(request, request.POST or None, is_shared=is_shared)
    if request.method == "POST" and form.is_valid():
        return _past_the_password(request, form.get_user(), form.cleaned_data["is_shared"], onward)
    ended = request.session.pop(ENDED, "") if request.session.session_key else ""
    context = {
        "form": form,
        "next": onward,
        "ended": Ended(ended).label if ended in Ended.values else "",
        "is_shared": is_shared,
    }
    return render(request, "site/login.html", context, status=422 if form.errors else 200)


@public_page
@never_cache
@require_http_methods(["GET", "POST"])
def login_factor(request: HttpRequest) -> HttpResponse:
    """Ask who gave a password for the second factor."""
    user, is_shared, onward = _at_the_door(request)
    if user is None:
        return redirect("login")
    form = SecondStep(request.POST or None, request=request, user=user)
    if form.is_bound and form.is_valid():
        factor = form.shown.value if form.shown else ""
        return _enter(request, user, is_shared=is_shared, factor=factor, onward=onward)
    context = {"form": form, **form.passkey_context()}
    return render(request, "site/login_factor.html", context, status=422 if form.errors else 200)


@public_page
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and ask the browser to forget the pages of it; on a shared computer everything of ours.

    With `leave` in the form a harmless page follows, at once.
    """
    is_shared = bool(request.session.get(IS_SHARED))
    close_session(request)
    is_leaving = "leave" in request.POST
    answer = redirect(settings.EXIT_URL if is_leaving else resolve_url("login"))
    everything = '"cache", "cookies", "storage"'
    answer["Clear-Site-Data"] = everything if is_shared else '"cache", "storage"'
    answer["Cache-Control"] = "no-store"
    return answer


@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """Show one's own name, language and roles; change the first two."""
    user = request.user
    form = Account(
        request.POST or None,
        initial={
            "display_name": user.display_name,
            "email": user.email,
            "language": user.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        operations.correct_user(user=user, by=user, at=now(), **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Your account was changed."))
        return _in_language(request, redirect("account"), user.language)
    context = {"form": form, "has_factor": accounts_queries.has_factor(user)}
    return render(request, "site/account.html", context, status=422 if form.errors else 200)


@open_before_everything_is_in_order
@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; other sessions of the same user end."""
    form = NewPassword(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.set_password(
            user=request.user,
            password=form.cleaned_data["new_password1"],
            by=request.user,
            at=now(),
        )
        update_session_auth_hash(request, request.user)
        accounts.end_sessions(
            user=request.user, by=request.user, at=now(), but=request.session.session_key
        )
        messages.success(request, _("Your password was changed. Other sessions have ended."))
        return redirect("account")
    context = {"form": form, "must": request.user.must_change_password}
    return render(request, "site/password.html", context, status=422 if form.errors else 200)


def _past_the_password(
    request: HttpRequest, user: User, is_shared: bool, onward: str
) -> HttpResponse:
    """Go on to the second factor, or in."""
    at = now()
    accounts.bring_in(user=user, at=at)
    if not accounts_queries.has_factor(user):
        return _enter(request, user, is_shared=is_shared, factor="", onward=onward)
    request.session[AT_THE_DOOR] = [str(user.pk), is_shared, onward, at.isoformat()]
    request.session.set_expiry(int(DOOR_STANDS_OPEN.total_seconds()))
    return redirect("login_factor")


def _at_the_door(request: HttpRequest) -> tuple[User | None, bool, str]:
    """Who gave a password in the last minutes, on what kind of computer, going where."""
    waiting = request.session.get(AT_THE_DOOR)
    if not waiting or isinstance(request.user, User):
        return None, False, ""
    key, is_shared, onward, at = waiting
    if now() >= datetime.fromisoformat(at) + DOOR_STANDS_OPEN:
        return None, False, ""
    return Door().get_user(UUID(key)), is_shared, onward


def _enter(
    request: HttpRequest, user: User, *, is_shared: bool, factor: str, onward: str
) -> HttpResponse:
    """Open the session."""
    at = now()
    request.session.flush()
    open_session(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.update(
        {
            OPENED_AT: at.isoformat(),
            CONFIRMED_AT: at.isoformat(),
            FACTOR: factor,
            IS_SHARED: is_shared,
            DEVICE: device_of(request.headers.get("User-Agent", "")),
        }
    )
    if is_shared:
        request.session.set_expiry(0)  # until the browser is closed
    accounts.note_sign_in(user=user, factor=factor, is_shared=is_shared, at=at)
    return _in_language(request, redirect(onward), user.language)


def _onward(request: HttpRequest) -> str:
    """Where the visitor was going, if that is here; else home."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _in_language(request: HttpRequest, answer: HttpResponse, language: str) -> HttpResponse:
    """Let the browser remember the language of the user; a shared computer until it is closed."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=None if request.session.get(IS_SHARED) else YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return answer
