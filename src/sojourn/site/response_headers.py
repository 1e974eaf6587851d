"""Headers on every answer that Django has no setting for: what a page may use, who may embed and who may keep it."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Nothing here asks a device for anything; a page that comes to need one is named here.
_UNUSED: Final = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
FIRST_REFUSAL: Final = 400
PERMISSIONS: Final = ", ".join(f"{name}=()" for name in _UNUSED)


class ResponseHeadersMiddleware:
    """Adds `Permissions-Policy` and `Cross-Origin-Resource-Policy`, and says that nothing is for other sites.

    A refusal is kept by nobody: that a record is not there, or not yours, is said anew each time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what is lacking."""
        answer = self.get_response(request)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        if answer.status_code >= FIRST_REFUSAL:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
