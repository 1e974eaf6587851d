"""The directory of services: search, keep, take out and bring in as a list."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.exchange import hsds
from sojourn.exchange.reading import Unreadable
from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.sentences import in_words
from sojourn.response.referral import forms, operations, queries
from sojourn.response.referral.rows import row_of

KEEPERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.PARTNER_CASEWORKER)
PROBLEMS_SHOWN: Final = 50


@require_safe
@staff_page(*CASE_ROLES)
def directory(request: StaffRequest) -> HttpResponse:
    """Show the services that fit."""
    form = forms.NarrowForm(request.GET or None)
    found = queries.directory(form.wanted())
    context = {
        "form": form,
        "entries": _entries(found),
        "may_keep": request.viewer.has(*KEEPERS),
        "query": request.GET.urlencode(),
        "bring_form": forms.BringForm(),
    }
    return render(request, "referral/directory.html", context)


@require_safe
@staff_page(*CASE_ROLES)
def service(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """Show one service."""
    found = get_object_or_404(queries.services(), pk=service_id)
    context = {
        "service": found,
        "address": queries.address_of(found, viewer=request.viewer),
        "is_assured": queries.is_assured(found, on=localdate()),
        "may_keep": queries.services_kept(request.viewer).filter(pk=found.pk).exists(),
        "kinds": _kinds(found),
    }
    return render(request, "referral/service.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def add(request: StaffRequest) -> HttpResponse:
    """Add a service to the directory."""
    form = forms.ServiceForm(
        request.POST or None, partners=queries.partners(), initial={"assured_on": localdate()}
    )
    if form.is_valid():
        keeper = _keeper(request)
        added = operations.add_service(
            facts=form.facts,
            kept_by=keeper,
            organisation=form.cleaned_data["organisation"],
            is_exercise=keeper.is_exercise,
            by=request.user,
            at=now(),
        )
        messages.success(request, _("The service is in the directory."))
        return redirect("referral:service", added.pk)
    return render(
        request, "referral/service_form.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def edit(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """Change an entry that the viewer's organisation keeps or runs."""
    found = get_object_or_404(queries.services_kept(request.viewer), pk=service_id)
    address = queries.address_of(found, viewer=request.viewer)
    form = forms.ServiceForm(
        request.POST or None,
        partners=queries.partners(),
        initial=forms.initial_of(found, address=address),
    )
    if form.is_valid():
        facts = form.facts
        if not facts.address and not address:
            facts = _with_address(facts, found.address)
        operations.change_service(
            service=found,
            facts=facts,
            organisation=form.cleaned_data["organisation"],
            by=request.user,
            at=now(),
        )
        messages.success(request, _("The entry was changed."))
        return redirect("referral:service", found.pk)
    context = {"form": form, "service": found}
    return render(
        request, "referral/service_form.html", context, status=422 if form.errors else 200
    )


@require_POST
@staff_page(*KEEPERS)
def assure(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """Note that the entry was checked today."""
    found = get_object_or_404(queries.services_kept(request.viewer), pk=service_id)
    operations.assure_service(service=found, on=localdate(), by=request.user, at=now())
    messages.success(request, _("Checked today."))
    return redirect("referral:service", found.pk)


@require_safe
@staff_page(*CASE_ROLES)
def export(request: StaffRequest) -> HttpResponse:
    """Give the directory out as CSV with the words of HSDS. Secret places are left out."""
    found = queries.directory(forms.NarrowForm(request.GET or None).wanted())
    content = hsds.write_services(row_of(service) for service in found)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="services.csv"'
    return answer


@require_POST
@staff_page(*KEEPERS)
def bring(request: StaffRequest) -> HttpResponse:
    """Take a list into the directory and show every problem in it."""
    form = forms.BringForm(request.POST, request.FILES)
    context: dict[str, Any] = {"bring_form": form}
    if not form.is_valid():
        return render(request, "referral/brought.html", context, status=422)
    file = form.cleaned_data["file"]
    try:
        reading = hsds.read_services(file.read(), filename=file.name)
    except Unreadable as refusal:
        form.add_error("file", in_words(refusal.sentence))
        return render(request, "referral/brought.html", context, status=422)
    keeper = _keeper(request)
    context["brought"] = operations.bring_services(
        rows=reading.rows,
        kept_by=keeper,
        is_exercise=keeper.is_exercise,
        by=request.user,
        at=now(),
    )
    context["problems"] = reading.problems[:PROBLEMS_SHOWN]
    context["more"] = max(0, len(reading.problems) - PROBLEMS_SHOWN)
    return render(request, "referral/brought.html", context)


def _keeper(request: StaffRequest) -> Any:
    keeper = request.viewer.organisation_for(*KEEPERS)
    if keeper is None:
        raise PermissionDenied
    return keeper


def _with_address(facts: operations.ServiceFacts, address: str) -> operations.ServiceFacts:
    """Keep a secret address that the reader could not see and therefore did not send."""
    return replace(facts, address=address)


def _entries(found: list[Any]) -> list[tuple[Any, str, bool]]:
    today = localdate()
    return [(one, ", ".join(_kinds(one)), queries.is_assured(one, on=today)) for one in found]


def _kinds(service: Any) -> list[str]:
    return queries.kinds_named(service.kinds)
