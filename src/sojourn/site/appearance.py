"""Two choices anyone makes for their own browser: language and light. Both work without a script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from sojourn.foundation.access.pages import public_page
from sojourn.site.context import THEME_COOKIE, THEMES

YEAR_S = 365 * 24 * 3600


@public_page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen, and go back."""
    answer: HttpResponse = set_language(request)
    return answer


@public_page
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or as the device says, and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=YEAR_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer
