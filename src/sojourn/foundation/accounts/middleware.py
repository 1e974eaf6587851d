"""Ends sessions that lasted long enough, and keeps those who lack something at the page where they get it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.timezone import now

from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.accounts import queries, rules
from sojourn.foundation.accounts.models import OpenSession
from sojourn.foundation.accounts.pages import is_open_before
from sojourn.foundation.accounts.session_store import FACTOR
from sojourn.foundation.organisations.models import User

SEEN_EVERY: Final = timedelta(seconds=30)
ENDED: Final = "ended"  # in the session of a visitor: why the last one ended
ENDED_S: Final = 300
# A part of a page that renews itself says so (`page.js`): a screen is not a person.
RENEWS: Final = "X-Renews"

Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends a session after its time, and tells a part of a page to go to the door rather than show it inside."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session or note that it is used, then answer."""
        if isinstance(request.user, User):
            self._go_on(request)
        answer = self.get_response(request)
        is_part = "HX-Request" in request.headers
        if is_part and answer.status_code == 302 and _is_door(answer["Location"]):
            return to_whole_page(_door_back_to(request))
        return answer

    def _go_on(self, request: HttpRequest) -> None:
        row: OpenSession | None = request.session.row  # type: ignore[attr-defined]  # our engine's
        if row is None or row.opened_at is None:
            return
        at = now()
        ended = rules.ended_because(
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            is_shared=row.is_shared,
            limits=queries.limits(),
            at=at,
        )
        if ended is not None:
            close_session(request)
            request.session[ENDED] = ended.value
            request.session.set_expiry(ENDED_S)
        elif RENEWS not in request.headers and at - row.seen_at > SEEN_EVERY:
            OpenSession.objects.filter(pk=row.pk).update(seen_at=at)


class WhatIsLackingMiddleware:
    """Opens to a user who must change the password, or must have a second factor, only the pages for it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the work is done when the view is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        """Return the way to the page where the user gets what is lacking, or None to go on."""
        is_staff_page = isinstance(audience_of(view), frozenset)
        if not (is_staff_page and isinstance(request.user, User)) or is_open_before(view):
            return None
        lacking = _page_for_what_is_lacking(request, request.user)
        if lacking is None:
            return None
        if "HX-Request" in request.headers:
            return to_whole_page(resolve_url(lacking))
        return redirect(lacking)


def _page_for_what_is_lacking(request: HttpRequest, user: User) -> str | None:
    if user.must_change_password:
        return "password"
    if settings.SECOND_FACTOR == "required" and not request.session.get(FACTOR):
        return "accounts:confirm" if queries.has_factor(user) else "accounts:factors"
    return None


def to_whole_page(url: str) -> HttpResponse:
    """Answer a part of a page: let the browser go to a page instead."""
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _is_door(url: str) -> bool:
    return urlsplit(url).path == resolve_url(settings.LOGIN_URL)


def _door_back_to(request: HttpRequest) -> str:
    """The door, and after it the page on which the part stood."""
    query = QueryDict(mutable=True)
    query["next"] = urlsplit(request.headers.get("HX-Current-URL", "/")).path
    return f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"
