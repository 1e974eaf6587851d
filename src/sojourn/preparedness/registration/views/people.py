"""Pages of one person, for those who look after them. Each look is noted, and the person can see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.access.terms import FieldGroup
from sojourn.foundation.accounts.pages import needs_fresh_factor
from sojourn.foundation.audit import queries as audit
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as deeds
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.terms import Channel, DocumentKind, Source
from sojourn.preparedness.registration import forms, operations, queries
from sojourn.preparedness.registration.terms import PlaceState
from sojourn.preparedness.registration.views.imports import KEEPERS

EVENTS_SHOWN = 30


@staff_page(*CASE_ROLES)
@require_GET
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show a person's record and note the look."""
    purpose = queries.purpose_of(request.viewer)
    found = get_object_or_404(_seen(request), pk=person_id)
    _note_look(request, found)
    fields = people.fields_seen(found, viewer=request.viewer, purpose=purpose)
    household = (
        _seen(request).filter(household=found.household_id).exclude(pk=found.pk)
        if found.household_id and FieldGroup.HOUSEHOLD in fields
        else []
    )
    deeds.note_listed(
        people=[one.pk for one in household],
        what="household.listed",
        by=request.user,
        at=now(),
        why=purpose.value,
    )
    context = {
        "person": found,
        "fields": fields,
        "at": caseload.moments_of([found.pk], at=now()).get(found.pk),
        "household": household,
        "contact_points": found.contact_points.order_by("rank", "added_at"),
        "documents": found.documents.order_by("kind"),
        "whereabouts": found.whereabouts.order_by("-observed_at", "-recorded_at")[:10],
        "places_told": found.places_told.order_by("-told_at", "-recorded_at")[:10],
        "cases": caseload.cases(viewer=request.viewer, purpose=purpose)
        .filter(person=found)
        .select_related("crisis"),
        "events": audit.events_about(found.pk)[:EVENTS_SHOWN],
        "sources": found.source_rows.select_related("record"),
        "may_keep": request.viewer.has(*KEEPERS),
        "care_form": _care_form(found) if request.viewer.has(Role.DUTY_OFFICER) else None,
        "contact_form": forms.NewContact(),
        "document_form": forms.NewDocument(),
        "place_form": forms.NewPlace(),
    }
    return render(request, "registration/person.html", context)


@staff_page(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Register a person, after showing who may be the same."""
    form = forms.NewPerson(request.POST or None)
    offered: list[people.Found] = []
    if request.method == "POST" and form.is_valid():
        offered = [] if request.POST.get("is_new") else _who_may_be(request, form)
        deeds.note_listed(
            people=[found.person.pk for found in offered],
            what="register.searched",
            by=request.user,
            at=now(),
            why=queries.purpose_of(request.viewer).value,
        )
        if not offered:
            return redirect("registration:person", _register(request, form))
    context = {
        "form": form,
        "offered": offered,
        "household": request.GET.get("household", ""),
    }
    status = 422 if form.errors else 200
    return render(request, "registration/person_form.html", context, status=status)


def _who_may_be(request: StaffRequest, form: forms.NewPerson) -> list[people.Found]:
    """People whom the new one may be: search before create."""
    found: dict[UUID, people.Found] = {}
    for text in (form.cleaned_data["phone"], form.cleaned_data["name"]):
        for one in people.search(
            viewer=request.viewer,
            purpose=queries.purpose_of(request.viewer),
            text=text,
        ):
            if one.likeness >= 0.8:
                found.setdefault(one.person.pk, one)
    return list(found.values())[:8]


def _register(request: StaffRequest, form: forms.NewPerson) -> UUID:
    viewer, at = request.viewer, now()
    organisation = viewer.organisation_for(*KEEPERS)
    posts = [held for held in viewer.memberships if held.role == Role.POST_OFFICER]
    relative = _seen(request).filter(household=_key(request.GET.get("household"))).first()
    new = deeds.register_person(
        facts=form.facts([]),
        responsible=organisation,  # type: ignore[arg-type]  # the page is open to keepers only
        office=None if viewer.has(Role.DUTY_OFFICER) else posts[0].office,
        household=relative.household if relative else None,
        is_exercise=bool(organisation and organisation.is_exercise),
        by=request.user,
        at=at,
    )
    _add_contacts(request, new, form.cleaned_data)
    messages.success(request, _("The person is in the register."))
    return new.pk


@staff_page(*KEEPERS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Correct what is known of a person."""
    found = get_object_or_404(_seen(request), pk=person_id)
    if request.method == "GET":
        _note_look(request, found)
    form = forms.PersonForm(
        request.POST or None,
        initial={
            "name": found.name,
            "description": found.description,
            "other_names": "\n".join(map(str, found.other_names)),
            "nationality": found.nationality,
            "second_nationality": found.second_nationality,
            "language": found.language,
            "sex": found.sex,
            "birth_year": found.birth_year,
            "occupation": found.occupation,
        },
    )
    if request.method == "POST" and form.is_valid():
        deeds.correct_person(
            person=found,
            facts=form.facts(list(map(str, found.languages))),
            by=request.user,
            at=now(),
        )
        messages.success(request, _("The record was corrected."))
        return redirect("registration:person", found.pk)
    context = {"form": form, "person": found, "offered": []}
    status = 422 if form.errors else 200
    return render(request, "registration/person_form.html", context, status=status)


@staff_page(*KEEPERS)
@require_POST
def add_contact(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Add a telephone or an e-mail address."""
    found = get_object_or_404(_seen(request), pk=person_id)
    form = forms.NewContact(request.POST)
    if form.is_valid():
        _add_contacts(request, found, form.cleaned_data)
    else:
        _say_errors(request, form)
    return redirect("registration:person", found.pk)


@staff_page(*KEEPERS)
@require_POST
def add_document(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Add a paper, its number sealed."""
    found = get_object_or_404(_seen(request), pk=person_id)
    form = forms.NewDocument(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        deeds.add_document(
            person=found,
            kind=DocumentKind(data["kind"]),
            number=data["number"],
            country=data["country"],
            by=request.user,
            at=now(),
        )
    else:
        _say_errors(request, form)
    return redirect("registration:person", found.pk)


@staff_page(*KEEPERS)
@require_POST
@needs_fresh_factor
def document_number(request: StaffRequest, person_id: UUID, document_id: UUID) -> HttpResponse:
    """Open a document number on purpose. It is noted who did, and the person sees it."""
    found = get_object_or_404(_seen(request), pk=person_id)
    document = get_object_or_404(found.documents, pk=document_id)
    number = deeds.read_document_number(
        document=document,
        why=queries.purpose_of(request.viewer).value,
        by=request.user,
        at=now(),
    )
    context = {"person": found, "document": document, "number": number}
    return render(request, "registration/document_number.html", context)


@staff_page(*KEEPERS)
@require_POST
def add_place(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Append a claim of where the person is."""
    found = get_object_or_404(_seen(request), pk=person_id)
    form = forms.NewPlace(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        seen_at = caseload.moments_of([found.pk], at=now()).get(found.pk, now())
        if data["latitude"] is None:
            _tell_place(request, found, data["place"], seen_at)
            return redirect("registration:person", found.pk)
        position = deeds.Position(
            latitude=data["latitude"],
            longitude=data["longitude"],
            accuracy_km=5.0 if data["accuracy_km"] is None else data["accuracy_km"],
            observed_at=seen_at,
            source=Source.OFFICER,
            place=data["place"],
        )
        deeds.report_whereabouts(person=found, position=position, by=request.user, at=now())
    else:
        _say_errors(request, form)
    return redirect("registration:person", found.pk)


def _tell_place(request: StaffRequest, person: Any, words: str, seen_at: datetime) -> None:
    """Keep a place in words, for a crisis of the person's if one is open, else where they were last."""
    cases = caseload.cases(viewer=request.viewer, purpose=queries.purpose_of(request.viewer))
    countries = {
        str(code)
        for case in cases.filter(person=person, crisis__closed_at=None).select_related("crisis")
        for code in case.crisis.countries
    }
    known = people.last_known_location(person)
    if known is not None and known.country:
        countries.add(known.country)
    told = operations.Told(
        words=words, source=Source.OFFICER, told_at=seen_at, countries=sorted(countries)
    )
    place = operations.tell_place(person=person, told=told, by=request.user, at=now())
    messages.info(request, str(PlaceState(place.state).label))


@staff_page(*KEEPERS)
@require_POST
def settle_place(request: StaffRequest, person_id: UUID, place_id: UUID) -> HttpResponse:
    """Say which of several places somebody meant, or that a guess is wrong."""
    found = get_object_or_404(_seen(request), pk=person_id)
    place = get_object_or_404(found.places_told, pk=place_id)
    choice = request.POST.get("choice", "")
    try:
        operations.settle_place(
            place=place,
            choice=int(choice) if choice.isdecimal() and len(choice) < 4 else None,
            by=request.user,
            at=now(),
        )
    except operations.CannotSettle as refusal:
        messages.error(request, str(refusal))
    return redirect("registration:person", found.pk)


@staff_page(Role.DUTY_OFFICER)
@require_POST
def look_after(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Say which post and which warden look after the person."""
    found = get_object_or_404(_seen(request), pk=person_id)
    form = _care_form(found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        operations.look_after(
            person=found, office=data["office"], warden=data["warden"], by=request.user, at=now()
        )
        messages.success(request, _("The record was corrected."))
    else:
        _say_errors(request, form)
    return redirect("registration:person", found.pk)


def _care_form(person: Any, data: Any = None) -> forms.LookAfter:
    return forms.LookAfter(
        data,
        offices=organisations.offices_of([person.responsible]),
        wardens=queries.wardens_of(person.responsible, at=now()),
        initial={"office": person.office_id, "warden": person.warden_id},
    )


def _note_look(request: StaffRequest, person: Any) -> None:
    why = queries.purpose_of(request.viewer).value
    deeds.note_read(person=person, what="person.read", by=request.user, at=now(), why=why)


def _seen(request: StaffRequest) -> Any:
    return people.people(viewer=request.viewer, purpose=queries.purpose_of(request.viewer))


def _add_contacts(request: StaffRequest, person: Any, data: dict[str, Any]) -> None:
    for channel, address in ((Channel.SMS, data["phone"]), (Channel.EMAIL, data["email"])):
        if address:
            deeds.add_contact_point(
                person=person, channel=channel, address=address, by=request.user, at=now()
            )


def _say_errors(request: StaffRequest, form: Any) -> None:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(errors)}")


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
