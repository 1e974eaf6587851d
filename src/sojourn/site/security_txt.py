"""Where to report a weakness of this site: `/.well-known/security.txt` (RFC 9116)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from sojourn.foundation.access.pages import public_page

PATH: Final = ".well-known/security.txt"
GOOD_FOR: Final = timedelta(days=180)


@public_page
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with the contacts of the operator (`SOJOURN_SECURITY_CONTACT`); 404 while there are none."""
    if not settings.SECURITY_CONTACTS:
        raise Http404
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS]
    lines += [
        f"Expires: {expires_after(now()):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL.rstrip('/')}/{PATH}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def expires_after(at: datetime) -> datetime:
    """Return a midnight (UTC) about half a year on: less than a year, as RFC 9116, 2.5.5 asks."""
    return (at + GOOD_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
