"""Notes each time a signed-in user is refused a record or a page: who, where, when; never what is in it.

A record that the policy hides and one that there is not look the same (404), so both are noted: whoever tries one key
after another is seen. The noting is bounded, so that a loop of requests cannot fill the audit trail.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from sojourn.foundation.access import throttle
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import User

NOTED: Final = throttle.Limit("refusals", 60, timedelta(minutes=10))
REFUSED: Final = "access.refused"


class RefusalMiddleware:
    """Looks at each answer to a signed-in user; stands inside the middleware that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note a refusal."""
        answer = self.get_response(request)
        if isinstance(request.user, User) and _is_refusal(request, answer.status_code):
            _note(request, request.user, answer.status_code)
        return answer


def _is_refusal(request: HttpRequest, status: int) -> bool:
    """Whether the policy said no: not a mistyped address, and not a form that was left open too long."""
    if request.resolver_match is None:
        return False
    if status == HTTPStatus.NOT_FOUND:
        return _key_in(request) is not None
    was_checked = getattr(request, "csrf_processing_done", False)
    return status == HTTPStatus.FORBIDDEN and was_checked


def _note(request: HttpRequest, user: User, status: int) -> None:
    at, match = now(), request.resolver_match
    if match is None or throttle.take(NOTED, user.audit_key, at=at):
        return
    audit.record(
        what=REFUSED,
        about=None,
        by=user,
        at=at,
        route=match.view_name,
        status=status,
        key=_key_in(request),
    )


def _key_in(request: HttpRequest) -> UUID | None:
    """The key of the record that was asked for, or None."""
    match = request.resolver_match
    keys = [value for value in match.kwargs.values() if isinstance(value, UUID)] if match else []
    return keys[-1] if keys else None
