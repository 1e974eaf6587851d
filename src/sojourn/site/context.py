"""What every page knows: its look, its ways on, and whether it belongs to an exercise."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.accounts.session_store import IS_SHARED
from sojourn.foundation.organisations.models import User

THEME_COOKIE: Final = "theme"
THEMES: Final = ("auto", "light", "dark")

# Words and names of addresses, in the order of the bar. A place that the viewer may not open, or
# that is not installed, is left out: the audience is read from the view itself.
WAYS: Final = (
    (_("Home"), "home"),
    (_("Crises"), "board:crises"),
    (_("Triage"), "triage:queue"),
    (_("Referrals"), "referral:received"),
    (_("Services"), "referral:directory"),
    (_("Conversations"), "outreach:conversations"),
    (pgettext_lazy("list of people", "Register"), "registration:people"),
    (_("Alerts"), "alerts:alerts"),
    (_("Exercises"), "exercise:exercises"),
    (_("Organisation"), "organisations:people"),
    (_("Data protection"), "sharing:notices"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One link of the bar."""

    label: str
    url: str
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return `theme`, `exercise`, `ways` and `idle_s` for the base template."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    crisis = getattr(request, "crisis", None)
    organisations = getattr(getattr(request, "viewer", None), "organisations", ())
    all_play = bool(organisations) and all(one.is_exercise for one in organisations)
    return {
        "theme": theme if theme in THEMES else "auto",
        "exercise": all_play or bool(getattr(crisis, "is_exercise", False)),
        "ways": SimpleLazyObject(lambda: ways_for(request)),
        "idle_s": idle_s_of(request),
    }


def idle_s_of(request: HttpRequest) -> int:
    """Return after how many seconds without anything done the session ends; 0 for visitors."""
    if not isinstance(getattr(request, "user", None), User):
        return 0
    is_shared = request.session.get(IS_SHARED)
    minutes = settings.SESSION_SHARED_IDLE_MIN if is_shared else settings.SESSION_IDLE_MIN
    return minutes * 60


def ways_for(request: HttpRequest) -> list[Way]:
    """Return the links of the bar that this viewer may follow."""
    viewer = getattr(request, "viewer", None)
    match = request.resolver_match
    return [
        Way(str(label), url, _is_current(name, match))
        for label, name in WAYS
        if (url := address(name)) and may_open(viewer, url)
    ]


def address(name: str, *keys: object) -> str:
    """Return the address of a page by name; nothing where its app is not installed."""
    try:
        return reverse(name, args=keys)
    except NoReverseMatch:
        return ""


def may_open(viewer: Viewer | None, url: str) -> bool:
    """Return whether a role of the viewer is in the audience of the page at an address."""
    audience = audience_of(resolve(url).func)
    if viewer is None or not isinstance(audience, frozenset):
        return False
    return viewer.has(*audience)


def _is_current(name: str, match: ResolverMatch | None) -> bool:
    if match is None:
        return False
    room = name.partition(":")[0]
    return room == (match.namespace or match.url_name)
