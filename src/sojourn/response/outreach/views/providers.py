"""Providers: who brings replies to an organisation, set up by its administrator."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.response.outreach.operations import inbox as operations
from sojourn.response.outreach.provider_forms import ProviderForm
from sojourn.response.outreach.queries import providers as queries


@require_safe
@staff_page(Role.ADMINISTRATOR)
def providers(request: StaffRequest) -> HttpResponse:
    """List who brings replies."""
    return _list(request, ProviderForm())


@require_POST
@staff_page(Role.ADMINISTRATOR)
def add(request: StaffRequest) -> HttpResponse:
    """Set one up and show its secret, this once."""
    form = ProviderForm(request.POST)
    organisation = request.viewer.organisation_for(Role.ADMINISTRATOR)
    if organisation is None or not form.is_valid():
        return _list(request, form, status=422)
    given = form.cleaned_data["password"] if form.facts.url else ""
    secret = given or secrets.token_urlsafe(32)
    provider = operations.add_provider(
        organisation=organisation,
        facts=form.facts,
        secret=secret,
        is_exercise=organisation.is_exercise,
        by=request.user,
        at=now(),
    )
    shown = {} if given else {"added": provider, "secret": secret}
    return _list(request, ProviderForm(), shown=shown)


@require_POST
@staff_page(Role.ADMINISTRATOR)
def switch(request: StaffRequest, provider_id: UUID) -> HttpResponse:
    """Switch one on or off."""
    found = get_object_or_404(queries.providers(viewer=request.viewer), pk=provider_id)
    operations.switch_provider(
        provider=found, is_enabled=not found.is_enabled, by=request.user, at=now()
    )
    return redirect("outreach:providers")


def _list(
    request: StaffRequest,
    form: ProviderForm,
    *,
    shown: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "providers": queries.providers(viewer=request.viewer),
        "door": queries.address_of_door(),
        "form": form,
        **(shown or {}),
    }
    return render(request, "outreach/providers.html", context, status=status)
