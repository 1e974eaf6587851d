"""A request that is too large is turned away by its own word, before a byte of it is read."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MOST_BYTES: Final = 120_000_000  # several lists at once, or an archive of them
TOO_LARGE: Final = 413


class RequestSizeMiddleware:
    """Answers 413 to a body above `MOST_BYTES`; without a stated length the server reads no body at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the stated length, then answer."""
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if stated.isdecimal() and int(stated) > MOST_BYTES:
            return render(request, "413.html", status=TOO_LARGE)
        return self.get_response(request)
