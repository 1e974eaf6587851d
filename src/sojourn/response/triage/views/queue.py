"""The queue: who is next, whose clock runs out, who holds what."""

from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.methods.priority import table_of
from sojourn.response.referral import queries as referral
from sojourn.response.triage import forms, operations, queries
from sojourn.response.triage.reasons import REASONS

CARERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.WARDEN)
OFFICERS: Final = queries.OFFICERS
PAGE_SIZE: Final = 50


@require_safe
@staff_page(*CARERS)
def crises(request: StaffRequest) -> HttpResponse:
    """Show the queues of the crises the viewer works on; straight into it when there is one."""
    open_crises = list(caseload.crises(viewer=request.viewer).filter(closed_at__isnull=True))
    if len(open_crises) == 1:
        return redirect("triage:crisis", open_crises[0].pk)
    cards = [
        (one, queries.counts(request.viewer, one, at=one.clock.at(now()))) for one in open_crises
    ]
    return render(request, "triage/crises.html", {"cards": cards})


@require_safe
@staff_page(*CARERS)
def crisis_queue(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Show the queue of a crisis, or only its renewed part; nothing (204) when it is as the reader has it."""
    context = _context(request, crisis_id)
    if request.htmx and request.GET.get("seen") == context["digest"]:
        return HttpResponse(status=204)
    _note_look(request, context)
    template = "triage/_queue.html" if request.htmx else "triage/queue.html"
    return render(request, template, context)


def _note_look(request: StaffRequest, context: dict[str, Any]) -> None:
    people.note_listed(
        people=[row.case.person_id for row in context["rows"]],
        what="queue.listed",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )


@require_POST
@staff_page(*OFFICERS)
def take_next(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Take the first case that nobody holds, and open it."""
    crisis = get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)
    taken = operations.take_next(
        queue=queries.queue(request.viewer, crisis), by=request.user, at=crisis.clock.at(now())
    )
    if taken is None:
        messages.success(request, _("Every case in the queue is held by somebody."))
        return redirect("triage:crisis", crisis.pk)
    return redirect("triage:case", taken.pk)


@require_POST
@staff_page(*OFFICERS)
def assign_many(request: StaffRequest, crisis_id: UUID) -> HttpResponse:
    """Give the ticked cases to an officer, those that nobody holds."""
    crisis = get_object_or_404(caseload.crises(viewer=request.viewer), pk=crisis_id)
    at = crisis.clock.at(now())
    form = forms.AssignMany(request.POST, officers=queries.officers(request.viewer, at=now()))
    if not form.is_valid():
        context = _context(request, crisis_id) | {
            "refusal": _("Tick the cases first, and choose who gets them.")
        }
        _note_look(request, context)
        template = "triage/_queue.html" if request.htmx else "triage/queue.html"
        return render(request, template, context, status=422)
    ticked = form.cleaned_data["cases"]
    given = operations.assign_many(
        cases=queries.queue(request.viewer, crisis),
        case_ids=ticked,
        to=form.cleaned_data["to"],
        by=request.user,
        at=at,
    )
    messages.success(
        request,
        ngettext("%(n)d case was given to %(who)s.", "%(n)d cases were given to %(who)s.", given)
        % {"n": given, "who": form.cleaned_data["to"]},
    )
    if given < len(ticked):
        messages.warning(request, _("The others are held by somebody already."))
    asked = request.GET.urlencode()
    address = reverse("triage:crisis", args=[crisis.pk])
    return redirect(f"{address}?{asked}" if asked else address)


@require_safe
@staff_page(*Role)
def rules(request: HttpRequest) -> HttpResponse:
    """Show the published rule table, word for word."""
    return render(
        request,
        "triage/rules.html",
        {"table": table_of(), "rules": [(rule, REASONS[rule.id]) for rule in table_of().rules]},
    )


def _sought(found: Any, text: str, viewer: Viewer, crisis: Any) -> Any:
    return queries.sought(found, text, viewer=viewer, crisis=crisis) if text else found


def _context(request: StaffRequest, crisis_id: UUID) -> dict[str, Any]:
    viewer = request.viewer
    crisis = get_object_or_404(caseload.crises(viewer=viewer), pk=crisis_id)
    at = crisis.clock.at(now())
    offices = organisations.offices_of(viewer.organisations)
    form = forms.NarrowForm(request.GET or None, offices=offices)
    found, narrow = queries.queue(viewer, crisis), form.narrow
    counts = queries.counts(viewer, crisis, at=at)
    if narrow == queries.Narrow():
        paginator = Paginator(found, PAGE_SIZE)
        paginator.count = counts.waiting  # counted already
    else:
        found = queries.narrowed(found, narrow, user=request.user, at=at)
        paginator = Paginator(_sought(found, narrow.text, viewer, crisis), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    kept = request.GET.copy()
    for name in ("page", "seen"):
        kept.pop(name, None)
    context: dict[str, Any] = {
        "crisis": crisis,
        "sought": narrow.text,
        "sought_query": urlencode({"q": narrow.text}),
        "is_narrowed": replace(narrow, text="") != queries.Narrow(),
        "at": at,
        "page": page,
        "rows": queries.rows(list(page.object_list), at=at),
        "counts": counts,
        "news": referral.with_news(referral.referrals_made(viewer, crisis=crisis), at=at).count(),
        "form": form,
        "query": kept.urlencode(),
        "labels": table_of().labels,
        "may_work": viewer.has(*OFFICERS),
        "officers": queries.officers(viewer, at=now()),
    }
    said = repr(
        [
            get_language(),
            context["counts"],
            context["news"],
            [
                (row.case.pk, row.case.priority, row.case.assigned_to_id, row.kinds, row.is_overdue)
                for row in context["rows"]
            ],
        ]
    )
    return context | {"digest": blake2b(said.encode(), digest_size=8).hexdigest()}
