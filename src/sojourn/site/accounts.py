"""The door: signing in and out, one's own password, name and language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, public_page, staff_page
from sojourn.foundation.organisations import operations
from sojourn.foundation.organisations.models import User
from sojourn.site.account_forms import Account, SignIn

YEAR_S = 365 * 24 * 3600


@public_page
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; then go where the visitor was going."""
    onward = _onward(request)
    if isinstance(request.user, User):
        return redirect(onward)
    form = SignIn(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        open_session(request, user)
        return _in_language(request, redirect(onward), user.language)
    status = 422 if form.errors else 200
    return render(request, "site/login.html", {"form": form, "next": onward}, status=status)


@public_page
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and ask the browser to forget the pages of it."""
    close_session(request)
    answer = redirect("login")
    answer["Clear-Site-Data"] = '"cache", "storage"'
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
    status = 422 if form.errors else 200
    return render(request, "site/account.html", {"form": form}, status=status)


@staff_page(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; other sessions of the same user end."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.set_password(
            user=request.user,
            password=form.cleaned_data["new_password1"],
            by=request.user,
            at=now(),
        )
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password was changed. Other sessions have ended."))
        return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "site/password.html", {"form": form}, status=status)


def _onward(request: HttpRequest) -> str:
    """Where the visitor was going, if that is here; else home."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _in_language(request: HttpRequest, answer: HttpResponse, language: str) -> HttpResponse:
    """Let the browser remember the language of the user."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return answer
