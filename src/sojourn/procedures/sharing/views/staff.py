"""What staff record for a person: her yes, her no, and who must not see the record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.consent_texts import consent_text
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.access.terms import ConsentWay, Purpose
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.refusals import Refusal
from sojourn.procedures.sharing import forms, operations, queries

KEEPERS = (Role.DUTY_OFFICER, Role.POST_OFFICER)


@staff_page(*KEEPERS)
@require_GET
def sharing(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show who may see the record, and the text of a yes that is about to be asked for."""
    person = _person(request, person_id)
    people.note_read(
        person=person,
        what="consents.read",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    return _page(request, person)


def _person(request: StaffRequest, key: UUID) -> Any:
    seen = people_queries.people(viewer=request.viewer, purpose=Purpose.LOCATING)
    held = seen.filter(responsible__in=request.viewer.organisation_ids)
    return get_object_or_404(held.select_related("responsible"), pk=key)


def _page(
    request: StaffRequest,
    person: Any,
    *,
    yes: forms.Yes | None = None,
    withhold_form: forms.WithholdFrom | None = None,
) -> HttpResponse:
    at = now()
    questions = queries.questions_for(person, at=at)
    asked = _asked(request, questions)
    shown = asked and consent_text(
        organisation=asked.organisation.name, purpose=asked.purpose, preferred=_preferred(person)
    )
    context = {
        "person": person,
        "consents": queries.standing_consents(person, at=at),
        "past": queries.past_consents(person),
        "withheld": queries.withholdings(person),
        "questions": questions,
        "asked": asked,
        "shown": shown,
        "yes": yes or forms.Yes(),
        "withhold_form": withhold_form or _withhold_form(request, person),
    }
    is_wrong = any(form and form.errors for form in (yes, withhold_form))
    return render(request, "sharing/sharing.html", context, status=422 if is_wrong else 200)


def _preferred(person: Any) -> str:
    return person.language or translation.get_language() or "en"


def _asked(request: StaffRequest, questions: Sequence[queries.Question]) -> queries.Question | None:
    key = request.POST.get("question") or request.GET.get("ask", "")
    for question in questions:
        if f"{question.organisation.pk}:{question.purpose.value}" == key:
            return question
    return None


def _withhold_form(request: StaffRequest, person: Any) -> forms.WithholdFrom:
    organisations, offices = queries.parties_for(person, at=now())
    return forms.WithholdFrom(
        request.POST if request.path.endswith("/withhold/") else None,
        organisations=organisations,
        offices=offices,
        users=queries.colleagues_of(person, at=now()),
    )


@staff_page(*KEEPERS)
@require_POST
def say_yes(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Record the yes to the text that was shown."""
    person = _person(request, person_id)
    asked = _asked(request, queries.questions_for(person, at=now()))
    form = forms.Yes(request.POST)
    if asked is None:
        return redirect("sharing:sharing", person.pk)
    if form.is_valid():
        try:
            access.say_yes(
                person_id=person.pk,
                organisation=asked.organisation,
                purpose=asked.purpose,
                preferred=_preferred(person),
                way=ConsentWay(form.cleaned_data["way"]),
                given_by=form.cleaned_data["given_by"],
                by=request.user,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("given_by", str(refusal))
        else:
            messages.success(request, _("The consent was recorded."))
            return redirect("sharing:sharing", person.pk)
    return _page(request, person, yes=form)


@staff_page(*KEEPERS)
@require_POST
def take_back(request: StaffRequest, person_id: UUID, consent_id: UUID) -> HttpResponse:
    """Take a yes back for the person, who said so."""
    person = _person(request, person_id)
    consent = queries.consent_of(person, consent_id)
    if consent is None:
        raise Http404
    operations.take_back(consent=consent, by=request.user, at=now())
    messages.success(request, _("The consent was taken back. What rested on it has ended."))
    return redirect("sharing:sharing", person.pk)


@staff_page(*KEEPERS)
@require_POST
def withhold(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Withhold the record from someone."""
    person = _person(request, person_id)
    form = _withhold_form(request, person)
    if form.is_valid():
        try:
            operations.keep_from(
                person=person,
                party=form.chosen,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=now(),
            )
        except access.CannotWithhold as refusal:
            form.add_error("party", str(refusal))
        else:
            messages.success(request, _("They do not see the record any more."))
            return _back_to(request, person)
    return _page(request, person, withhold_form=form)


def _back_to(request: StaffRequest, person: Any) -> HttpResponse:
    """To the page, or to the register when the record is now withheld from the viewer too."""
    seen = people_queries.people(viewer=request.viewer, purpose=Purpose.LOCATING)
    if seen.filter(pk=person.pk).exists():
        return redirect("sharing:sharing", person.pk)
    return redirect("registration:people")


@staff_page(*KEEPERS)
@require_POST
def lift(request: StaffRequest, person_id: UUID, withholding_id: UUID) -> HttpResponse:
    """Let them see the record again, because the person said so."""
    person = _person(request, person_id)
    withheld = queries.withholding_of(person, withholding_id)
    if withheld is None:
        raise Http404
    access.lift_withholding(withholding=withheld, by=request.user, at=now())
    messages.success(request, _("The record is not withheld from them any more."))
    return redirect("sharing:sharing", person.pk)
