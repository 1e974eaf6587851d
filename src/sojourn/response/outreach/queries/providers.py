"""Questions about who brings replies."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.organisations.terms import Role
from sojourn.response.outreach.models.inbox import Provider


def providers(*, viewer: Viewer) -> QuerySet[Provider]:
    """Return who brings replies to the organisations that the viewer administers."""
    administered = [
        held.organisation_id for held in viewer.memberships if held.role == Role.ADMINISTRATOR
    ]
    return Provider.objects.filter(organisation__in=administered).order_by("name", "id")


def address_of_door() -> str:
    """Return where replies are brought: the inbox beside the site, or the site's own address behind a proxy."""
    site = urlsplit(settings.SITE_URL)
    if site.port is None:
        return f"{settings.SITE_URL}/in/"
    return f"{site.scheme}://{site.hostname}:{settings.INBOX_PORT}/in/"
