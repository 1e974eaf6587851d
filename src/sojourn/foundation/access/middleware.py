"""Puts the viewer on each request of a signed-in user, with the roles in force at that moment."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.organisations.models import User


class ViewerMiddleware:
    """`request.viewer` for signed-in users; nothing for others, so that a forgotten check fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the roles afresh, then answer."""
        if isinstance(request.user, User):
            request.viewer = viewer_of(request.user, at=now())  # type: ignore[attr-defined]  # see StaffRequest
        return self.get_response(request)
