"""How a person's page opens: by a link that is hers, in her language, left without a trace."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.timezone import now

from sojourn.foundation.access.pages import person_page
from sojourn.foundation.people.models import Person
from sojourn.procedures.self_service import queries

LANGUAGE_COOKIE: Final = "p_language"
LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)

PersonView = Callable[..., HttpResponseBase]


def theirs(view: PersonView) -> PersonView:
    """Find whose page it is and speak their language; a link that opens nothing is a 404."""

    @person_page
    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = queries.person_by_token(token, at=now())
        if person is None:
            raise Http404
        asked = request.GET.get("lang", "")
        language = _language(request, asked, person.language)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = view(request, person, token, *args, **kwargs)
        if asked == language:
            answer.set_cookie(
                LANGUAGE_COOKIE,
                language,
                path="/p/",
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        answer["Content-Language"] = language
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return opened


def _language(request: HttpRequest, asked: str, preferred: str) -> str:
    """What was just asked for, was asked for before, the person prefers, or the browser does."""
    for code in (asked, request.COOKIES.get(LANGUAGE_COOKIE, ""), preferred.partition("-")[0]):
        if code in LANGUAGES:
            return code
    return translation.get_language_from_request(request)


def shown_to(person: Person, token: str) -> dict[str, object]:
    """Return what `self_service/_base.html` needs."""
    return {
        "person": person,
        "token": token,
        "exercise": person.is_exercise,
        "languages": settings.LANGUAGES,
        "wish": queries.erasure_of(person),
    }
