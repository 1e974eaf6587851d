"""Referrals: offer, ask, send; accept, refuse, serve; close. One page for both sides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import FieldGroup, Purpose
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.response.referral import forms, operations, queries, rules
from sojourn.response.referral.terms import State

PARTNER: Final = Role.PARTNER_CASEWORKER
PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody may take: its form, its operation, from where, and which side takes it."""

    form: type[django_forms.Form]
    do: Callable[[Any, Mapping[str, Any], Any, Any], object]
    label: Any
    states: frozenset[State]
    side: str  # sender, partner


STEPS: Final[Mapping[str, Step]] = {
    "consent": Step(
        forms.ConsentForm,
        lambda referral, data, by, at: operations.record_consent(
            referral=referral, how=data["how"], note=data["note"], by=by, at=at
        ),
        _("They agreed"),
        frozenset({State.OFFERED}),
        "sender",
    ),
    "vital": Step(
        forms.ReasonForm,
        lambda referral, data, by, at: operations.send_without_consent(
            referral=referral, reason=data["note"], by=by, at=at
        ),
        _("Send without consent, in their vital interest"),
        frozenset({State.OFFERED}),
        "sender",
    ),
    "send": Step(
        forms.WordsForm,
        lambda referral, _data, by, at: operations.send_referral(referral=referral, by=by, at=at),
        _("Send"),
        frozenset({State.CONSENTED}),
        "sender",
    ),
    "accept": Step(
        forms.WordsForm,
        lambda referral, data, by, at: operations.accept_referral(
            referral=referral, note=data["note"], by=by, at=at
        ),
        _("Accept"),
        frozenset({State.SENT}),
        "partner",
    ),
    "served": Step(
        forms.WordsForm,
        lambda referral, data, by, at: operations.serve_referral(
            referral=referral, note=data["note"], by=by, at=at
        ),
        _("Helped"),
        frozenset({State.ACCEPTED}),
        "partner",
    ),
    "refuse": Step(
        forms.WordsForm,
        lambda referral, data, by, at: operations.refuse_referral(
            referral=referral, note=data["note"], by=by, at=at
        ),
        _("Refuse, and say why"),
        frozenset({State.SENT, State.ACCEPTED}),
        "partner",
    ),
    "close": Step(
        forms.WordsForm,
        lambda referral, data, by, at: operations.close_referral(
            referral=referral, note=data["note"], by=by, at=at
        ),
        _("Close: they were helped"),
        frozenset({State.SERVED}),
        "sender",
    ),
    "withdraw": Step(
        forms.WordsForm,
        lambda referral, data, by, at: operations.withdraw_referral(
            referral=referral, note=data["note"], by=by, at=at
        ),
        _("Withdraw"),
        frozenset({State.OFFERED, State.CONSENTED, State.SENT, State.ACCEPTED}),
        "sender",
    ),
}


@require_safe
@staff_page(*queries.SENDERS)
def made(request: StaffRequest) -> HttpResponse:
    """Show the referrals of the viewer's cases; with `?news=1` those that wait for them."""
    found = queries.referrals_made(request.viewer)
    if request.GET.get("news"):
        found = queries.news(request.viewer, real=now())
    elif not request.GET.get("all"):
        found = found.filter(ended_at__isnull=True)
    return _listed(request, found, is_partner=False)


@require_safe
@staff_page(PARTNER)
def received(request: StaffRequest) -> HttpResponse:
    """Show what was sent to the viewer's organisation."""
    found = queries.referrals_received(request.viewer)
    if not request.GET.get("all"):
        found = found.filter(ended_at__isnull=True)
    return _listed(request, found, is_partner=True)


@require_safe
@staff_page(*queries.SENDERS, PARTNER)
def referral(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Show one referral to whoever sent or received it, and note the look at the person."""
    found = get_object_or_404(queries.referrals_seen(request.viewer), pk=referral_id)
    context = _context(request, found)
    _note_look(request, context["person"])
    return render(request, "referral/referral.html", context)


def _note_look(request: StaffRequest, person: Any) -> None:
    if person is not None:
        people.note_read(
            person=person,
            what="referral.read",
            by=request.user,
            at=now(),
            why=Purpose.ASSISTANCE.value,
        )


@require_POST
@staff_page(*queries.SENDERS, PARTNER)
def step(request: StaffRequest, referral_id: UUID, step: str) -> HttpResponse:
    """Take one step; a refusal shows the same page with what was typed."""
    found = get_object_or_404(queries.referrals_seen(request.viewer), pk=referral_id)
    asked = STEPS.get(step)
    if asked is None:
        raise Http404
    if asked.side not in _sides(request, found):
        raise PermissionDenied
    form = asked.form(request.POST, prefix=step)
    if form.is_valid():
        try:
            asked.do(found, form.cleaned_data, request.user, found.case.crisis.clock.at(now()))
        except operations.CannotRefer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect("referral:referral", found.pk)
    context = _context(request, found, bound={step: form})
    _note_look(request, context["person"])
    return render(request, "referral/referral.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*queries.SENDERS)
def offer(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Choose a service for a case and write what it must know. The person is asked next."""
    case = get_object_or_404(queries.case_to_refer(request.viewer), pk=case_id)
    if request.method == "GET":
        _note_look(request, case.person)
    narrow = forms.NarrowForm(request.GET or None)
    found = queries.directory(narrow.wanted(is_exercise=case.crisis.is_exercise, is_open=True))
    everything = queries.directory(
        queries.Wanted(is_exercise=case.crisis.is_exercise, is_open=True)
    )
    form = forms.OfferForm(
        request.POST or None,
        found=everything if request.method == "POST" else found,
        initial={"service": request.GET.get("service")},
    )
    if form.is_valid():
        try:
            made = operations.offer_referral(
                case=case,
                service=form.cleaned_data["service"],
                kinds=form.cleaned_data["kinds"],
                summary=form.cleaned_data["summary"],
                by=request.user,
                at=case.crisis.clock.at(now()),
            )
        except operations.CannotRefer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Offered. Ask the person next."))
            return redirect("referral:referral", made.pk)
    context = {
        "case": case,
        "person": case.person,
        "crisis": case.crisis,
        "narrow": narrow,
        "found": found,
        "form": form,
    }
    return render(request, "referral/offer.html", context, status=422 if form.errors else 200)


def _listed(request: StaffRequest, found: Any, *, is_partner: bool) -> HttpResponse:
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "-changed_at")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    real = now()
    rows = [
        (
            one,
            queries.name_of(one, viewer=request.viewer),
            one.due_at is not None and one.due_at <= one.case.crisis.clock.at(real),
        )
        for one in page
    ]
    people.note_listed(
        people=[one.case.person_id for one, name, _is_due in rows if name is not None],
        what="referrals.listed",
        by=request.user,
        at=real,
        why=Purpose.ASSISTANCE.value,
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": page,
        "rows": rows,
        "is_partner": is_partner,
        "query": kept.urlencode(),
        "shows": "all" if request.GET.get("all") else "news" if request.GET.get("news") else "open",
    }
    return render(request, "referral/list.html", context)


def _sides(request: StaffRequest, found: Any) -> set[str]:
    """The sides the viewer stands on. Whoever sent it speaks for a service that does not work in here."""
    sides = set()
    viewer = request.viewer
    is_mine = any(
        held.role in queries.SENDERS and held.organisation_id == found.from_organisation_id
        for held in viewer.memberships
    )
    if is_mine:
        sides.add("sender")
    runs_it = any(
        held.role == PARTNER and held.organisation_id == found.service.organisation_id
        for held in viewer.memberships
    )
    if runs_it or (is_mine and found.service.organisation_id is None):
        sides.add("partner")
    return sides


def _context(
    request: StaffRequest, found: Any, *, bound: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    real = now()
    at = found.case.crisis.clock.at(real)
    sides = _sides(request, found)
    person = queries.person_of(found, viewer=request.viewer)
    fields = queries.fields_seen(person, viewer=request.viewer)
    history = queries.steps_of(found)
    names = queries.names_of({one.by for one in history})
    is_sender = "sender" in sides
    bound = bound or {}
    return {
        "crisis": found.case.crisis,
        "at": at,
        "referral": found,
        "service": found.service,
        "person": person,
        "fields": fields,
        "summary": queries.summary_of(found) if is_sender or person else "",
        "kinds": queries.kinds_named(found.kinds),
        "address": queries.address_of(found.service, viewer=request.viewer),
        "is_sender": is_sender,
        "is_overdue": found.due_at is not None and found.due_at <= at,
        "is_shared": found.state in rules.SHARED,
        "history": [
            (one, names.get(one.by, ""), queries.note_of(one) if is_sender or person else "")
            for one in history
        ],
        "contact_points": person.contact_points.order_by("rank")
        if person and FieldGroup.CONTACT in fields
        else [],
        "steps": [
            (name, one.label, bound.get(name) or one.form(prefix=name), name in bound)
            for name, one in STEPS.items()
            if one.side in sides and found.state in one.states
        ],
    }
