"""The person's own pages. Whoever holds the link or code is taken to be the person."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access import throttle
from sojourn.foundation.access.pages import StaffRequest, public_page, staff_page
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.terms import Source
from sojourn.procedures.self_service import document, forms, operations, queries, saying
from sojourn.procedures.self_service.looks import looks_at
from sojourn.procedures.self_service.pages import shown_to, theirs
from sojourn.response.outreach.operations import links

CODES: Final = throttle.Limit("codes", 10, timedelta(minutes=1))
TOLD_KM: Final = 0.05


def _show(request: HttpRequest, name: str, person: Any, token: str, **more: object) -> HttpResponse:
    form = more.get("form")
    status = 422 if getattr(form, "errors", None) else 200
    context = shown_to(person, token) | more
    return render(request, f"self_service/{name}.html", context, status=status)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is nothing: an empty form is answered, not shown anew."""
    return request.POST if request.method == "POST" else None


@public_page
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Ask for the code and open the page it belongs to. Guessing is slow; codes that are right count for nothing."""
    form = forms.Code(_posted(request))
    if request.method == "POST" and form.is_valid():
        at, source = now(), throttle.source_of(request)
        if wait_s := throttle.take(CODES, source, at=at):
            form.add_error(None, throttle.words_of(wait_s))
        elif token := operations.open_by_code(typed=form.cleaned_data["code"], at=at):
            throttle.give_back(CODES, source)
            return redirect("self_service:page", token)
        else:
            form.add_error("code", _("This code opens nothing. Look at it again."))
    status = 422 if form.errors else 200
    return render(request, "self_service/door.html", {"form": form}, status=status)


@public_page
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Go to a harmless page at once and ask the browser to forget ours. It keeps its history."""
    answer = HttpResponseRedirect(settings.EXIT_URL)
    answer["Clear-Site-Data"] = '"cache", "storage"'
    answer["Referrer-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store"
    return answer


@theirs
@require_GET
def page(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """The first page: say that one is safe or needs help, and the ways to everything else."""
    return _show(
        request,
        "page",
        person,
        token,
        cases=queries.cases_of(person),
        say=forms.Say(),
    )


@theirs
@require_POST
def say(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take "I am safe" or "I need help", as if it had come by SMS."""
    form = forms.Say(request.POST)
    form.is_valid()
    is_safe = request.POST.get("answer") == "safe"
    saying.say(
        person=person,
        said=saying.Said(
            is_safe=is_safe,
            needs=tuple(form.cleaned_data.get("needs") or ()),
            text=str(form.cleaned_data.get("text") or ""),
        ),
        at=now(),
    )
    if is_safe:
        messages.success(request, _("Thank you. We know that you are safe."))
    else:
        messages.success(request, _("We have your call for help. A person will read it."))
    return redirect("self_service:page", token)


@theirs
@require_http_methods(["GET", "POST"])
def where(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take where the person is. The exact point is sealed for rescue; others see the area only."""
    form = forms.Where(_posted(request))
    if request.method == "POST" and form.is_valid():
        place, at = form.cleaned_data["place"], now()
        if form.cleaned_data["coordinates"]:
            latitude, longitude = form.cleaned_data["coordinates"]
            people.report_whereabouts(
                person=person,
                position=people.Position(
                    latitude=latitude,
                    longitude=longitude,
                    accuracy_km=TOLD_KM,
                    observed_at=saying.moment_for(person, at),
                    source=Source.SELF,
                    place=place,
                    is_exact_kept=True,
                ),
                by=person,
                at=at,
            )
        is_placed = bool(form.cleaned_data["coordinates"]) or saying.tell_place(
            person=person, words=place, at=at
        )
        if place:
            saying.write(person=person, text=_("I am here: %(place)s") % {"place": place}, at=at)
        messages.success(
            request,
            _("We know where you are.")
            if is_placed
            else _("Thank you. A person will read where you are."),
        )
        return redirect("self_service:page", token)
    known = people_queries.last_known_location(person)
    at = saying.moment_for(person, now())
    return _show(request, "where", person, token, form=form, known=known, at=at)


@theirs
@require_http_methods(["GET", "POST"])
def company(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take who is with the person: members who are safe, and people we did not know of."""
    members = list(queries.household_of(person))
    form = forms.Company(
        _posted(request),
        members=[(str(one.pk), one.name or one.description) for one in members],
    )
    if request.method == "POST" and form.is_valid():
        at = now()
        chosen = set(form.cleaned_data["members"])
        for member in members:
            if str(member.pk) in chosen:
                saying.say_for(person=person, member=member, at=at)
        if name := form.cleaned_data["name"].strip():
            operations.add_companion(person=person, name=name, at=at)
        messages.success(request, _("Thank you. We noted who is with you."))
        return redirect("self_service:company", token)
    return _show(request, "company", person, token, form=form)


@theirs
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Show what was written to the person and by them, and take an answer."""
    form = forms.Reply(_posted(request))
    if request.method == "POST" and form.is_valid():
        saying.write(person=person, text=form.cleaned_data["text"], at=now())
        messages.success(request, _("Your message was received."))
        return redirect("self_service:conversation", token)
    return _show(
        request, "conversation", person, token, form=form, entries=saying.conversation(person)
    )


@theirs
@require_GET
def readers(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Show which organisation looked at the record, when and what for."""
    return _show(request, "readers", person, token, looks=looks_at(person))


@theirs
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take corrections of the person's own record."""
    form = forms.Correct(
        _posted(request),
        initial={
            "name": person.name,
            "nationality": person.nationality,
            "language": person.language.split("-")[0] or translation.get_language(),
            "birth_year": person.birth_year,
        },
    )
    if request.method == "POST" and form.is_valid():
        saying.correct(person=person, data=form.cleaned_data, at=now())
        messages.success(request, _("Your record was corrected."))
        return redirect("self_service:correct", token)
    addresses = person.contact_points.filter(invalid_at__isnull=True).order_by("rank", "added_at")
    return _show(request, "correct", person, token, form=form, addresses=addresses)


@theirs
@require_POST
def drop_address(request: HttpRequest, person: Any, token: str, address_id: UUID) -> HttpResponse:
    """Take away an address that is not the person's any more."""
    if operations.drop_address(person=person, address_id=address_id, at=now()):
        messages.success(request, _("We will not write there any more."))
    return redirect("self_service:correct", token)


@theirs
@require_GET
def take(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Show all that is kept, to be read, printed or taken away."""
    return _show(request, "take", person, token, record=queries.record_of(person))


@theirs
@require_GET
def take_json(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Hand out all that is kept, for a machine."""
    answer = JsonResponse(
        queries.record_of(person), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return answer


@theirs
@require_GET
def take_pdf(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Hand out all that is kept on paper, in the language of the page."""
    content = document.pdf_of(queries.record_of(person), at=now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="my-record.pdf"'
    return answer


@theirs
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, person: Any, token: str) -> HttpResponse:
    """Take the wish to be deleted, or its opposite within three days."""
    if request.method == "POST":
        if request.POST.get("answer") == "keep":
            operations.stop_erasure(person=person, at=now())
            messages.success(request, _("Your record is kept."))
        else:
            operations.ask_for_erasure(person=person, at=now())
        return redirect("self_service:delete", token)
    return _show(request, "delete", person, token)


@staff_page(Role.DUTY_OFFICER, Role.POST_OFFICER)
@require_http_methods(["GET", "POST"])
def hand_out(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Make a link to be sent or a code to be read aloud, shown once; or take all links back."""
    seen = people_queries.people(viewer=request.viewer, purpose=Purpose.LOCATING)
    person = get_object_or_404(seen, pk=person_id)
    code = link = ""
    people.note_read(
        person=person,
        what="person.read",
        by=request.user,
        at=now(),
        why=Purpose.LOCATING.value,
    )
    asked = request.POST.get("make", "")
    if asked == "code":
        code = operations.make_code(person=person, by=request.user, at=now())
    elif asked == "link":
        link = links.personal_link(person=person, crisis=None, by=request.user, at=now())
    elif asked == "none":
        links.revoke_links(person=person, by=request.user, at=now())
        messages.success(request, _("All links of this person were taken back."))
    return render(
        request,
        "self_service/hand_out.html",
        {
            "person": person,
            "link": link,
            "code": queries.shown_code(code) if code else "",
            "door": f"{settings.SITE_URL}/p/",
        },
    )
