"""Every page declares its audience, once, beside its view. A view without one is refused by a test."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role

View = Callable[..., HttpResponseBase]

EVERY_ROLE: Final = frozenset(Role)
CASE_ROLES: Final = frozenset(
    {Role.DUTY_OFFICER, Role.POST_OFFICER, Role.WARDEN, Role.PARTNER_CASEWORKER}
)
PUBLIC: Final = "public"
PERSON: Final = "person"
MACHINE: Final = "machine"


class StaffRequest(HttpRequest):
    """A request of a signed-in user; the middleware has put the viewer on it."""

    user: User
    viewer: Viewer
    htmx: Any


def staff_page(*roles: Role) -> Callable[[View], View]:
    """Open a page to users who hold one of the roles now; to nobody else (403)."""

    def declare(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.viewer.has(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _declared(guarded, frozenset(roles))

    return declare


def public_page(view: View) -> View:
    """Open a page to everybody; it shows nothing about any person."""
    return _declared(login_not_required(view), PUBLIC)


def person_page(view: View) -> View:
    """Open a page to whoever holds a personal link; the view itself checks the link."""
    return _declared(login_not_required(never_cache(view)), PERSON)


def machine_endpoint(view: View) -> View:
    """Open an address to machines, which sign what they send; the view itself checks the signature."""
    return _declared(login_not_required(csrf_exempt(view)), MACHINE)


def audience_of(view: View) -> frozenset[Role] | str | None:
    """Return the roles, or the word, that a view was declared for; None when it was not."""
    audience: frozenset[Role] | str | None = getattr(view, "audience", None)
    return audience


def _declared(view: View, audience: frozenset[Role] | str) -> View:
    view.audience = audience  # type: ignore[attr-defined]  # a mark on the function, read by the test
    return view
