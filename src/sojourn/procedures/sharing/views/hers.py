"""What the person herself says: yes, no, and not to them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.consent_texts import consent_text
from sojourn.procedures.self_service.pages import shown_to, theirs
from sojourn.procedures.sharing import forms, operations, queries


@theirs
@require_GET
def sharing(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Show who may see the record and for what, and let her say yes or no."""
    return _page(request, person, token)


def _page(
    request: HttpRequest, person: Any, token: str, form: forms.WithholdFrom | None = None
) -> HttpResponse:
    at, preferred = now(), translation.get_language() or "en"
    context = shown_to(person, token) | {
        "consents": queries.standing_consents(person, at=at),
        "withheld": queries.withholdings(person),
        "questions": [
            (
                one,
                consent_text(
                    organisation=one.organisation.name, purpose=one.purpose, preferred=preferred
                ),
            )
            for one in queries.questions_for(person, at=at)
        ],
        "form": form or _form(None, person),
    }
    status = 422 if form and form.errors else 200
    return render(request, "sharing/hers.html", context, status=status)


def _form(data: Any, person: Any) -> forms.WithholdFrom:
    organisations, offices = queries.parties_for(person, at=now())
    return forms.WithholdFrom(data, organisations=organisations, offices=offices)


@theirs
@require_POST
def say_yes(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take her yes to one of the questions that were shown."""
    at, key = now(), request.POST.get("question", "")
    for question in queries.questions_for(person, at=at):
        if f"{question.organisation.pk}:{question.purpose.value}" == key:
            access.say_yes(
                person_id=person.pk,
                organisation=question.organisation,
                purpose=question.purpose,
                preferred=translation.get_language() or "en",
                by=person,
                at=at,
            )
            messages.success(request, _("Thank you. You can take it back here at any time."))
    return redirect("sharing:hers", token)


@theirs
@require_POST
def take_back(request: HttpRequest, person: Any, token: str, consent_id: UUID) -> HttpResponse:
    """Take her yes back, at once."""
    consent = queries.consent_of(person, consent_id)
    if consent is None:
        raise Http404
    operations.take_back(consent=consent, by=person, at=now())
    messages.success(request, _("They see nothing more from now on."))
    return redirect("sharing:hers", token)


@theirs
@require_POST
def withhold(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Withhold the record from a partner or an office."""
    form = _form(request.POST, person)
    if form.is_valid():
        try:
            operations.keep_from(
                person=person,
                party=form.chosen,
                reason=form.cleaned_data["reason"],
                by=person,
                at=now(),
            )
        except access.CannotWithhold as refusal:
            form.add_error("party", str(refusal))
        else:
            messages.success(request, _("They see nothing more from now on."))
            return redirect("sharing:hers", token)
    return _page(request, person, token, form)


@theirs
@require_POST
def lift(request: HttpRequest, person: Any, token: str, withholding_id: UUID) -> HttpResponse:
    """Let them see the record again."""
    withheld = queries.withholding_of(person, withholding_id)
    if withheld is None:
        raise Http404
    access.lift_withholding(withholding=withheld, by=person, at=now())
    messages.success(request, _("They may see your record again."))
    return redirect("sharing:hers", token)
