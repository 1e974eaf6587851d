"""The first page after the door: what one can do here, and the crises that are under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.accounts import queries as accounts
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.terms import Measure
from sojourn.site.context import address, may_open

SHOWN: Final = 12

# Icon, title, what it is for, address, words on the button.
OFFERS: Final = (
    (
        "play",
        _("Play an exercise"),
        _("A made-up crisis with made-up people on the real screens. The quickest way to learn."),
        "exercise:exercises",
        _("Choose a scenario"),
    ),
    (
        "plus",
        _("Import my people"),
        _("A list of workers, students or residents as XLSX, ODS or CSV. Nothing is saved unseen."),
        "registration:imports",
        _("Choose a file"),
    ),
    (
        "people",
        _("Open the register"),
        _(
            "Everyone your organisation knows abroad. Search by name in any script, phone, document."
        ),
        "registration:people",
        _("To the register"),
    ),
    (
        "user",
        _("Manage users"),
        _("Who works here, in which role and until when. Cases are not shown to administrators."),
        "organisations:people",
        _("To the users"),
    ),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing the viewer may begin."""

    icon: str
    title: str
    words: str
    url: str
    button: str


@dataclass(frozen=True, slots=True)
class CrisisNow:
    """A crisis with the three numbers of the viewer's own people, and the way to its board."""

    crisis: Crisis
    unaccounted: int
    in_need: int
    safe: int
    url: str


@staff_page(*EVERY_ROLE)
def home(request: StaffRequest) -> HttpResponse:
    """Show the offers that the viewer may take, and the crises that are not closed."""
    return render(
        request,
        "site/home.html",
        {
            "offers": offers_for(request.viewer),
            "crises": crises_of(request.viewer),
            "has_factor": accounts.has_factor(request.user),
        },
    )


def offers_for(viewer: Viewer) -> Sequence[Offer]:
    """Return the offers whose page the viewer may open."""
    return [
        Offer(icon, str(title), str(words), url, str(button))
        for icon, title, words, name, button in OFFERS
        if (url := address(name)) and may_open(viewer, url)
    ]


def crises_of(viewer: Viewer) -> Sequence[CrisisNow]:
    """Return the crises under way with their numbers, the newest first."""
    found = []
    for crisis in caseload.crises(viewer=viewer).filter(closed_at__isnull=True)[:SHOWN]:
        tallies = caseload.tallies(crisis=crisis, organisations=viewer.organisation_ids)
        numbers = tallies.get("", {})
        found.append(
            CrisisNow(
                crisis=crisis,
                unaccounted=numbers.get(Measure.UNACCOUNTED, 0),
                in_need=numbers.get(Measure.IN_NEED, 0),
                safe=numbers.get(Measure.SAFE, 0),
                url=address("board:crisis", crisis.pk),
            )
        )
    return found
