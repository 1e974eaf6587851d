"""Pages of the procedure: start a crisis from an alert."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.operations import CrisisFacts
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.foundation.organisations.terms import Role
from sojourn.preparedness.alerts import queries as alerts
from sojourn.preparedness.alerts import rules as alerts_rules
from sojourn.procedures.alert_to_outreach import forms, operations, queries, rules
from sojourn.response.exposure.operations import Question

UNUSABLE: Final = 422
TEMPLATE: Final = "alert_to_outreach/start.html"


@staff_page(Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def start(request: StaffRequest, alert_id: UUID) -> HttpResponse:
    """Offer what the alert suggests, and start the crisis."""
    alert = get_object_or_404(alerts.every_alert(), pk=alert_id)
    lead = request.viewer.organisation_for(Role.DUTY_OFFICER)
    footprint = alerts.present_footprint(alert.event)
    shapes = rules.shapes_of(footprint.content if footprint else alert.content)
    languages = (get_language() or "en", "en")
    form = forms.Start(
        request.POST or None,
        initial={
            "name": alerts_rules.headline_of(alert.content, languages)[:200],
            "kind": rules.kind_of(info["event"] for info in alert.content["infos"]),
            "countries": ", ".join(rules.countries_of(shapes)),
        },
        others=queries.may_take_part(lead),
        must_be_exercise=alerts_rules.is_exercise(alert.status),
    )
    context = {
        "alert": alert,
        "shown": alerts.shown(alert, at=now(), languages=languages),
        "footprint": footprint,
        "form": form,
        "lead": lead,
    }
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    if not form.is_valid() or lead is None:
        return render(request, TEMPLATE, context, status=UNUSABLE)
    try:
        started = operations.start_crisis(
            alert=alert,
            facts=_facts(form, rules.zone_of(shapes)),
            lead=lead,
            participants=form.cleaned_data.get("participants", ()),
            question=Question(near_km=form.cleaned_data["near_km"]),
            by=request.user,
            at=now(),
        )
    except operations.CannotStart as refusal:
        form.add_error(None, str(refusal))
        return render(request, TEMPLATE, context, status=UNUSABLE)
    if started.run is None:
        words = _("The crisis is open. Draw the footprint; the cases follow by themselves.")
        messages.warning(request, words)
    return redirect(_address("board:crisis", started.crisis.pk) or "alerts:alerts")


@staff_page(Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def recall(request: StaffRequest, event_id: UUID) -> HttpResponse:
    """Show which crises follow an event that was taken back, and draft the message that says so."""
    event = get_object_or_404(alerts.recalled_events(), pk=event_id)
    mine = caseload.crises(viewer=request.viewer).filter(closed_at=None)
    crises = mine.filter(pk__in=alerts.crises_of(event).values("pk"))
    organisation = request.viewer.organisation_for(Role.DUTY_OFFICER)
    if request.method != "POST" or organisation is None:
        context = {"event": event, "crises": crises, "history": alerts.history_of(event)}
        return render(request, "alert_to_outreach/recall.html", context)
    chosen = get_object_or_404(crises, pk=request.POST.get("crisis"))
    campaign = operations.draft_recall(
        crisis=chosen, organisation=organisation, by=request.user, at=now()
    )
    messages.success(request, _("The message is drafted. Nothing is sent until you start it."))
    url = _address("outreach:campaign", campaign.pk) or _address("board:crisis", chosen.pk)
    return redirect(url or "alerts:alerts")


def _facts(form: forms.Start, time_zone: str) -> CrisisFacts:
    given = form.cleaned_data
    return CrisisFacts(
        name=given["name"],
        kind=CrisisKind(given["kind"]),
        countries=given["countries"],
        time_zone=time_zone,
        alert_level=AlertLevel(given["alert_level"]),
        is_exercise=given["is_exercise"],
    )


def _address(name: str, key: UUID) -> str:
    """Return the address of a page of another room, nothing where it is not installed."""
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
