"""Campaigns: draft one, look at what it would do, start it, follow it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people_deeds
from sojourn.response.outreach import forms, tasks
from sojourn.response.outreach.operations import campaigns as operations
from sojourn.response.outreach.queries import campaigns as queries
from sojourn.response.outreach.queries import conversations as conversation_queries
from sojourn.response.outreach.queries import outbox, texts
from sojourn.response.outreach.terms import CampaignState, MessageState, WhyNot
from sojourn.response.outreach.views.conversations import tabs

A_PAGE = 50
DEEDS = {
    "pause": operations.pause_campaign,
    "go-on": operations.go_on_with_campaign,
    "drop": operations.drop_campaign,
    "again": operations.try_failed_again,
}


@require_safe
@staff_page(Role.DUTY_OFFICER)
def campaigns(request: StaffRequest) -> HttpResponse:
    """List campaigns, and the crises that a new one could be for."""
    page = Paginator(queries.campaigns(viewer=request.viewer), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [(campaign, outbox.counts_for(campaign.pk)) for campaign in page],
        "crises": conversation_queries.open_crises(viewer=request.viewer),
        **tabs(request.viewer),
    }
    return render(request, "outreach/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Role.DUTY_OFFICER)
def draft(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Draft a campaign; nothing is sent."""
    crisis = get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)
    form = forms.CampaignForm(request.POST or None)
    status = 200
    organisation = request.viewer.organisation_for(Role.DUTY_OFFICER)
    if request.method == "POST" and organisation is not None:
        if form.is_valid():
            try:
                campaign = operations.draft_campaign(
                    crisis=crisis,
                    organisation=organisation,
                    facts=form.facts(),
                    by=request.user,
                    at=now(),
                )
            except operations.CannotCampaign as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("outreach:campaign", campaign.pk)
        status = 422
    context = {"crisis": crisis, "form": form}
    return render(request, "outreach/draft.html", context, status=status)


@require_safe
@staff_page(Role.DUTY_OFFICER)
def campaign(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show what a draft would do, or how far a campaign has come."""
    found = get_object_or_404(queries.campaigns(viewer=request.viewer), pk=campaign_id)
    context: dict[str, Any] = {"campaign": found, "crisis": found.crisis}
    if found.state == CampaignState.DRAFT:
        preview = operations.preview(found)
        reviewed = {line.code for line in texts.coverage() if line.is_reviewed}
        context |= {
            "preview": preview,
            "unreviewed": sorted({line.language for line in preview.lines} - reviewed),
            "not_messaged": _labelled(preview.not_messaged),
        }
        return render(request, "outreach/campaign_draft.html", context)
    counts = outbox.counts_for(found.pk)
    missing = queries.not_messaged(campaign=found, viewer=request.viewer)
    ended = (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED, MessageState.STOPPED)
    page = Paginator(missing, A_PAGE).get_page(request.GET.get("page"))
    people_deeds.note_listed(
        people=[one.person_id for one in page],
        what="messages.listed",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    context |= {
        "counts": [(state.label, number) for state, number in counts.items() if number],
        "total": sum(counts.values()),
        "done": sum(counts[state] for state in ended),
        "failed": counts[MessageState.FAILED],
        "not_messaged": _labelled(queries.not_messaged_counts(found)),
        "page": page,
    }
    template = "outreach/_campaign.html" if request.htmx else "outreach/campaign.html"
    return render(request, template, context)


@require_POST
@staff_page(Role.DUTY_OFFICER)
def start(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Start a campaign."""
    found = get_object_or_404(queries.campaigns(viewer=request.viewer), pk=campaign_id)
    if found.state == CampaignState.DRAFT and queries.is_large(found):
        key = f"campaign:{found.pk}"
        tasks.start_campaign.using(unique_key=key).enqueue(str(found.pk), str(request.user.pk))
        messages.success(request, _("It is being written. Look again in a minute."))
        return redirect("outreach:campaign", found.pk)
    try:
        queued = operations.start_campaign(campaign=found, by=request.user, at=now())
    except operations.CannotCampaign as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext(
            "%(count)d message is on its way.", "%(count)d messages are on their way.", queued
        )
        messages.success(request, words % {"count": queued})
    return redirect("outreach:campaign", found.pk)


@require_POST
@staff_page(Role.DUTY_OFFICER)
def deed(request: StaffRequest, campaign_id: UUID, name: str) -> HttpResponse:
    """Pause a campaign, let it go on, drop its draft, or try again what failed."""
    found = get_object_or_404(queries.campaigns(viewer=request.viewer), pk=campaign_id)
    if name not in DEEDS:
        raise Http404
    if DEEDS[name](campaign=found, by=request.user, at=now()):
        messages.success(request, _("Done."))
    if name == "drop":
        return redirect("outreach:campaigns")
    return redirect("outreach:campaign", found.pk)


def _labelled(counts: Any) -> list[tuple[str, int]]:
    return [(str(WhyNot(why).label), number) for why, number in sorted(counts.items())]
