"""Keeps what is done under a second password from reaching anything that is shared."""

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from sojourn.foundation.organisations.models import User

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# What is written here stays in the decoy's own organisations and account. Everything else is taken back: alerts,
# the directory of services, exercises and agreements belong to all.
KEPT_ROOMS: Final = frozenset({"registration", "accounts"})
KEPT_PAGES: Final = frozenset(
    {"login", "login_factor", "logout", "account", "password", "site:language", "site:appearance"}
)


class StandInMiddleware:
    """Answers a decoy as anybody else, then takes back what was written outside of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; nothing written, and nothing to be done afterwards, is left of it."""
        is_decoy = isinstance(request.user, User) and request.user.is_decoy
        if not is_decoy or request.method in SAFE or _is_its_own(request.path_info):
            return self.get_response(request)
        with transaction.atomic():
            answer = self.get_response(request)
            transaction.set_rollback(True)
        return answer


def _is_its_own(path: str) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return True
    return match.namespace in KEPT_ROOMS or match.view_name in KEPT_PAGES
