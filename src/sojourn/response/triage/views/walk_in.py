"""Somebody comes to us: search, then take in, on one screen."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.people import operations as people_deeds
from sojourn.foundation.people import queries as people
from sojourn.response.triage import forms, operations, queries

LIKELY: Final = 0.8
MOST_SHOWN: Final = 8


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*queries.OFFICERS)
def walk_in(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Search and take in. What was typed is kept while the officer looks whether it is somebody we know."""
    crisis = get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)
    country = str(crisis.countries[0]) if crisis.countries else ""
    text = request.GET.get("q", "")
    context: dict[str, Any] = {"crisis": crisis, "q": text, "searched": bool(text)}
    if request.method != "POST":
        offered = _offered(request, crisis, [text])
        context |= {
            "form": forms.WalkInForm(country=country, initial=_typed(text)),
            "offered": offered,
        }
        return render(request, "triage/walk_in.html", context)
    form = forms.WalkInForm(request.POST, country=country)
    if form.is_valid():
        known = _known(request, crisis)
        data = form.cleaned_data
        sought = [data["document_number"], data["phone"], data["name"]]
        offered = (
            []
            if known or request.POST.get("is_new")
            else _offered(request, crisis, sought, least=LIKELY)
        )
        if not offered:
            return _take_in(request, crisis, form, known, context)
        context["offered"], context["asked"] = offered, True
    return render(request, "triage/walk_in.html", context | {"form": form}, status=422)


def _take_in(
    request: StaffRequest, crisis: Any, form: forms.WalkInForm, known: Any, context: dict[str, Any]
) -> HttpResponse:
    viewer = request.viewer
    own = [one for one in viewer.memberships if one.role in queries.OFFICERS]
    held = next((one for one in own if one.organisation.is_exercise == crisis.is_exercise), own[0])
    try:
        case = operations.take_walk_in(
            crisis=crisis,
            walk_in=form.walk_in,
            organisation=held.organisation,
            office=held.office,
            person=known,
            key=form.cleaned_data["key"],
            by=request.user,
            at=crisis.clock.at(now()),
        )
    except operations.CannotTriage as refusal:
        form.add_error(None, str(refusal))
        return render(request, "triage/walk_in.html", context | {"form": form}, status=422)
    messages.success(request, _("Taken in. The case is in the queue."))
    return redirect("triage:case", case.pk)


def _offered(
    request: StaffRequest, crisis: Any, texts: list[str], *, least: float = 0.0
) -> list[people.Found]:
    """People whom it may be, of the same kind of crisis; likeliest first."""
    found: dict[UUID, people.Found] = {}
    for text in texts:
        for one in people.search(viewer=request.viewer, purpose=Purpose.ASSISTANCE, text=text):
            if one.likeness >= least and one.person.is_exercise == crisis.is_exercise:
                found.setdefault(one.person.pk, one)
    offered = list(found.values())[:MOST_SHOWN]
    people_deeds.note_listed(
        people=[one.person.pk for one in offered],
        what="register.searched",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )
    return offered


def _known(request: StaffRequest, crisis: Any) -> Any:
    """The person whom the officer recognised, of those who may be seen."""
    try:
        key = UUID(request.POST.get("person", ""))
    except ValueError:
        return None
    seen = people.people(viewer=request.viewer, purpose=Purpose.ASSISTANCE)
    return get_object_or_404(seen.filter(is_exercise=crisis.is_exercise), pk=key)


def _typed(text: str) -> dict[str, str]:
    """What was searched for goes into the form: digits as a telephone number, all else as a name."""
    if not text:
        return {}
    is_number = sum(sign.isdigit() for sign in text) >= 5 and not any(map(str.isalpha, text))
    return {"phone" if is_number else "name": text}
