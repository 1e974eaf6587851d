"""Conversations: a list, one thread, answering, and replies that belong to nobody yet."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people_deeds
from sojourn.foundation.people import queries as people
from sojourn.response.outreach import forms, threads
from sojourn.response.outreach.operations import conversations as operations
from sojourn.response.outreach.queries import campaigns as campaign_queries
from sojourn.response.outreach.queries import conversations as queries

CARERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.WARDEN)
OFFICERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER)
A_PAGE: Final = 50
MOST_NOTED: Final = 100  # people in one list


@require_safe
@staff_page(*CARERS)
def conversations(request: StaffRequest) -> HttpResponse:
    """List the conversations that wait to be read, or all."""
    viewer = request.viewer
    is_all = request.GET.get("show") == "all"
    chosen = queries.conversations(viewer=viewer) if is_all else queries.waiting(viewer=viewer)
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    _note_listed(request, page)
    context = {
        "page": page,
        "rows": queries.listed(list(page)),
        "is_all": is_all,
        "query": "show=all" if is_all else "",
        **tabs(viewer),
    }
    return render(request, "outreach/conversations.html", context)


@require_safe
@staff_page(*CARERS)
def crisis(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show what was asked and what came back in one crisis."""
    viewer = request.viewer
    found = get_object_or_404(caseload.crises(viewer=viewer), pk=crisis_id)
    chosen = queries.conversations(viewer=viewer).filter(crisis=found)
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    _note_listed(request, page)
    context = {
        "crisis": found,
        "page": page,
        "rows": queries.listed(list(page)),
        "campaigns": campaign_queries.campaigns_of(crisis=found, viewer=viewer)[:A_PAGE],
        "is_duty": viewer.has(Role.DUTY_OFFICER),
    }
    return render(request, "outreach/crisis.html", context)


@require_safe
@staff_page(*CARERS)
def conversation(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """Show one thread and note the look, which the person can see."""
    found = get_object_or_404(queries.conversations(viewer=request.viewer), pk=conversation_id)
    if "part" not in request.GET:
        _note_look(request, found)
    return _shown(request, found, forms.AnswerForm())


def _note_look(request: StaffRequest, found: Any) -> None:
    people_deeds.note_read(
        person=found.person,
        what="conversation.read",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )


def _note_listed(request: StaffRequest, page: Any) -> None:
    people_deeds.note_listed(
        people=[one.person_id for one in page],
        what="conversations.listed",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )


@require_POST
@staff_page(*CARERS)
def answer(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """Send an officer's words."""
    found = get_object_or_404(queries.conversations(viewer=request.viewer), pk=conversation_id)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        _note_look(request, found)
        return _shown(request, found, form, status=422)
    try:
        operations.answer(
            conversation=found,
            text=form.cleaned_data["text"],
            key=form.cleaned_data["key"],
            by=request.user,
            at=now(),
        )
    except operations.CannotAnswer as refusal:
        _note_look(request, found)
        form.add_error(None, str(refusal))
        return _shown(request, found, form, status=422)
    messages.success(request, _("Your answer is on its way."))
    return redirect("outreach:conversation", found.pk)


@require_POST
@staff_page(*CARERS)
def read(request: StaffRequest, conversation_id: UUID) -> HttpResponse:
    """Note that all was read, and go on with the next that waits."""
    found = get_object_or_404(queries.conversations(viewer=request.viewer), pk=conversation_id)
    operations.mark_read(conversation=found, by=request.user, at=now())
    following = queries.waiting(viewer=request.viewer).first()
    if following is not None:
        return redirect("outreach:conversation", following.pk)
    return redirect("outreach:conversations")


@require_safe
@staff_page(*OFFICERS)
def strangers(request: StaffRequest) -> HttpResponse:
    """List replies that belong to nobody yet, with who could have written them."""
    return _strangers_shown(request)


@require_POST
@staff_page(*OFFICERS)
def attach(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """Say whose a reply is."""
    reply = get_object_or_404(queries.strangers(viewer=request.viewer), pk=reply_id)
    form = forms.AttachForm(request.POST)
    if not form.is_valid():
        return _strangers_shown(request, status=422)
    seen = people.people(viewer=request.viewer, purpose=Purpose.LOCATING)
    person = get_object_or_404(seen, pk=form.person_id)
    try:
        operations.attach(reply=reply, person=person, by=request.user, at=now())
    except operations.CannotAttach as refusal:
        messages.error(request, str(refusal))
        return _strangers_shown(request, status=422)
    messages.success(request, _("The reply is read again as theirs."))
    return redirect("outreach:strangers")


@require_POST
@staff_page(*OFFICERS)
def set_aside(request: StaffRequest, reply_id: UUID) -> HttpResponse:
    """Note that nobody can be found for a reply."""
    reply = get_object_or_404(queries.strangers(viewer=request.viewer), pk=reply_id)
    operations.set_aside(reply=reply, by=request.user, at=now())
    return redirect("outreach:strangers")


def tabs(viewer: Viewer) -> dict[str, Any]:
    """Return what the tabs of outreach count, and which of them the viewer may open."""
    is_officer = viewer.has(*OFFICERS)
    return {
        "waiting_count": queries.waiting(viewer=viewer).count(),
        "stranger_count": queries.strangers(viewer=viewer).count() if is_officer else None,
        "is_officer": is_officer,
        "is_duty": viewer.has(Role.DUTY_OFFICER),
    }


def _shown(
    request: StaffRequest, found: Any, form: forms.AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "conversation": found,
        "crisis": found.crisis,
        "person": found.person,
        "case": queries.case_of(found),
        "turns": threads.turns_of(found),
        "form": form,
    }
    return render(request, "outreach/conversation.html", context, status=status)


def _strangers_shown(request: StaffRequest, *, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    page = Paginator(queries.strangers(viewer=viewer), A_PAGE).get_page(request.GET.get("page"))
    form = forms.FindForm(request.GET)
    sought = request.GET.get("q", "").strip()
    found = people.search(viewer=viewer, purpose=Purpose.LOCATING, text=sought) if sought else []
    shown = queries.strangers_shown(list(page), viewer=viewer)
    candidates = [point.person_id for one in shown for point in one.candidates]
    people_deeds.note_listed(
        people=[*(one.person.pk for one in found), *candidates][:MOST_NOTED],
        what="register.searched",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    context = {
        "page": page,
        "strangers": shown,
        "form": form,
        "found": found,
        "sought_for": request.GET.get("reply", ""),
        "crises": queries.open_crises(viewer=viewer),
        **tabs(viewer),
    }
    return render(request, "outreach/strangers.html", context, status=status)
