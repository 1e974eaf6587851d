"""What a person told one organisation in confidence: written, opened with a reason, destroyed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people_deeds
from sojourn.foundation.people import queries as people
from sojourn.foundation.people import vault
from sojourn.procedures.sharing import forms

HELPERS = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.PARTNER_CASEWORKER)


@staff_page(*HELPERS)
@require_http_methods(["GET", "POST"])
def notes(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show that notes are there, not what they say; and keep a new one."""
    person = _person(request, person_id)
    form = forms.Confidential(request.POST if request.method == "POST" else None)
    organisation = request.viewer.organisation_for(*HELPERS)
    if request.method == "POST" and form.is_valid() and organisation is not None:
        vault.write_note(
            person=person,
            organisation=organisation,
            text=form.cleaned_data["text"],
            by=request.user,
            at=now(),
        )
        messages.success(request, _("The note is sealed. Nobody reads it by chance."))
        return redirect("sharing:confidential", person.pk)
    return _page(request, person, form=form)


def _person(request: StaffRequest, key: UUID) -> Any:
    seen = people.people(viewer=request.viewer, purpose=Purpose.ASSISTANCE)
    return get_object_or_404(seen, pk=key)


def _page(request: StaffRequest, person: Any, **more: Any) -> HttpResponse:
    people_deeds.note_read(
        person=person,
        what="vault.listed",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )
    context = {
        "person": person,
        "notes": vault.notes_on(person, viewer=request.viewer).select_related("organisation"),
        "form": forms.Confidential(),
        "why": forms.WhyOpen(),
    } | more
    wrong = any(getattr(context[name], "errors", None) for name in ("form", "why"))
    return render(request, "sharing/confidential.html", context, status=422 if wrong else 200)


@staff_page(*HELPERS)
@require_POST
def open_note(request: StaffRequest, person_id: UUID, note_id: UUID) -> HttpResponse:
    """Show what one note says, once, for a reason that is kept."""
    person = _person(request, person_id)
    note = get_object_or_404(vault.notes_on(person, viewer=request.viewer), pk=note_id)
    why = forms.WhyOpen(request.POST)
    if why.is_valid():
        try:
            text = vault.open_note(
                note=note, reason=why.cleaned_data["reason"], by=request.user, at=now()
            )
        except vault.CannotOpenNote as refusal:
            why.add_error("reason", str(refusal))
        else:
            return render(
                request, "sharing/confidential_note.html", {"person": person, "text": text}
            )
    return _page(request, person, why=why)


@staff_page(*HELPERS)
@require_POST
def destroy(request: StaffRequest, person_id: UUID, note_id: UUID) -> HttpResponse:
    """Destroy a note for good."""
    person = _person(request, person_id)
    note = get_object_or_404(vault.notes_on(person, viewer=request.viewer), pk=note_id)
    vault.destroy_note(note=note, by=request.user, at=now())
    messages.success(request, _("The note was destroyed."))
    return redirect("sharing:confidential", person.pk)
