"""Pages of the administrator: users, their roles until when, offices, agreements. No case is shown here."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access import forms
from sojourn.foundation.access import operations as access
from sojourn.foundation.access import queries as access_queries
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations import operations, queries
from sojourn.foundation.organisations.terms import Role


@staff_page(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """List the users of the viewer's organisations, and add one."""
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    form = forms.AddColleague(
        request.POST or None,
        organisations=queries.organisations_in(mine),
        offices=queries.offices_of(mine),
        at=at,
    )
    if request.method == "POST" and form.is_valid():
        answer = _add(request, form)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "people": [
            (user, queries.memberships_of(user=user, organisations=mine))
            for user in queries.users_managed_by(user=request.user, at=at)
        ],
        "now": at,
    }
    status = 422 if form.errors else 200
    return render(request, "access/people.html", context, status=status)


def _add(request: StaffRequest, form: forms.AddColleague) -> HttpResponse | None:
    data, password = form.cleaned_data, secrets.token_urlsafe(12)
    try:
        user = operations.add_colleague(
            username=data["username"],
            password=password,
            display_name=data["display_name"],
            email=data["email"],
            language=data["language"],
            organisation=data["organisation"],
            role=Role(data["role"]),
            office=data["office"],
            expires_at=form.expires_at,
            by=request.user,
            at=now(),
        )
    except operations.CannotChangeMembership as refusal:
        form.add_error(None, str(refusal))
        return None
    return render(request, "access/password.html", {"person": user, "password": password})


@staff_page(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Show one user and their roles here; change how they are called, reached and spoken to."""
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    found = get_object_or_404(queries.users_managed_by(user=request.user, at=at), pk=user_id)
    facts = {
        "display_name": found.display_name,
        "email": found.email,
        "language": found.language,
    }
    form = forms.CorrectUser(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        operations.correct_user(user=found, by=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("The user was changed."))
        return redirect("organisations:person", found.pk)
    context = {
        "person": found,
        "form": form,
        "role_form": forms.GiveRole(
            organisations=queries.organisations_in(mine), offices=queries.offices_of(mine), at=at
        ),
        "memberships": queries.memberships_of(user=found, organisations=mine),
        "is_self": found.pk == request.user.pk,
        "is_ours": queries.is_wholly_managed(user=found, by=request.user, at=at),
        "now": at,
    }
    status = 422 if form.errors else 200
    return render(request, "access/person.html", context, status=status)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def give_role(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Give a user a role, from now."""
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    found = get_object_or_404(queries.users_managed_by(user=request.user, at=at), pk=user_id)
    form = forms.GiveRole(
        request.POST,
        organisations=queries.organisations_in(mine),
        offices=queries.offices_of(mine),
        at=at,
    )
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("organisations:person", found.pk)
    data = form.cleaned_data
    try:
        operations.give_role(
            user=found,
            organisation=data["organisation"],
            role=Role(data["role"]),
            office=data["office"],
            expires_at=form.expires_at,
            by=request.user,
            at=at,
        )
        messages.success(request, _("The role was given."))
    except operations.CannotChangeMembership as refusal:
        messages.error(request, str(refusal))
    return redirect("organisations:person", found.pk)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def end_role(request: StaffRequest, user_id: UUID, membership_id: UUID) -> HttpResponse:
    """End a role now."""
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    found = get_object_or_404(queries.users_managed_by(user=request.user, at=at), pk=user_id)
    held = get_object_or_404(
        queries.memberships_of(user=found, organisations=mine), pk=membership_id
    )
    try:
        operations.end_role(membership=held, by=request.user, at=at)
        messages.success(request, _("The role has ended."))
    except operations.CannotChangeMembership as refusal:
        messages.error(request, str(refusal))
    return redirect("organisations:person", found.pk)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def password(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Make a new password for a user who lost theirs, and show it once."""
    at = now()
    found = get_object_or_404(queries.users_managed_by(user=request.user, at=at), pk=user_id)
    fresh = secrets.token_urlsafe(12)
    try:
        operations.renew_password(user=found, password=fresh, by=request.user, at=at)
    except operations.CannotChangeMembership as refusal:
        messages.error(request, str(refusal))
        return redirect("organisations:person", found.pk)
    return render(request, "access/password.html", {"person": found, "password": fresh})


@staff_page(Role.ADMINISTRATOR)
@require_POST
def active(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Keep a user out at once, or let them in again."""
    at = now()
    found = get_object_or_404(queries.users_managed_by(user=request.user, at=at), pk=user_id)
    try:
        operations.set_active(
            user=found, is_active=request.POST.get("active") == "1", by=request.user, at=at
        )
        messages.success(request, _("The user was changed."))
    except operations.CannotChangeMembership as refusal:
        messages.error(request, str(refusal))
    return redirect("organisations:person", found.pk)


@staff_page(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def offices(request: StaffRequest) -> HttpResponse:
    """List the offices of the viewer's organisations, and open one."""
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    form = forms.OpenOffice(request.POST or None, organisations=queries.organisations_in(mine))
    if request.method == "POST" and form.is_valid():
        operations.open_office(by=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("The office is open."))
        return redirect("organisations:offices")
    context = {"form": form, "offices": queries.offices_with_staff(mine, at)}
    status = 422 if form.errors else 200
    return render(request, "access/offices.html", context, status=status)


@staff_page(Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.DATA_PROTECTION_OFFICER)
@require_GET
def agreements(request: StaffRequest) -> HttpResponse:
    """List what the viewer's organisations may share and with whom."""
    return _agreements(request, None)


def _agreements(request: StaffRequest, form: forms.DraftAgreement | None) -> HttpResponse:
    at = now()
    mine = queries.administered_by(user=request.user, at=at)
    context = {
        "form": form or _draft_form(request, None),
        "agreements": access_queries.agreements_of(request.viewer.organisation_ids),
        "in_force": set(access_queries.agreements_in_force(at=at).values_list("pk", flat=True)),
        "may_draft": bool(mine),
    }
    status = 422 if form is not None else 200
    return render(request, "access/agreements.html", context, status=status)


def _draft_form(request: StaffRequest, data: QueryDict | None) -> forms.DraftAgreement:
    mine = queries.administered_by(user=request.user, at=now())
    return forms.DraftAgreement(
        data,
        givers=queries.organisations_in(mine),
        receivers=queries.organisations_to_agree_with(mine),
    )


@staff_page(Role.ADMINISTRATOR)
@require_POST
def draft_agreement(request: StaffRequest) -> HttpResponse:
    """Write down what two organisations mean to agree."""
    form = _draft_form(request, request.POST)
    if form.is_valid():
        try:
            drafted = access.draft_agreement(facts=form.facts, by=request.user, at=now())
        except access.CannotAgree as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The agreement was drafted. Now both sign it."))
            return redirect("organisations:agreement", drafted.pk)
    return _agreements(request, form)


@staff_page(Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.DATA_PROTECTION_OFFICER)
@require_GET
def agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Show one agreement, who signed it, and what may be done with it."""
    return _agreement(request, agreement_id, forms.SignAgreement())


def _agreement(
    request: StaffRequest, agreement_id: UUID, form: forms.SignAgreement
) -> HttpResponse:
    at = now()
    found = _one_of_ours(request, agreement_id)
    context = {
        "agreement": found,
        "is_in_force": access_queries.agreements_in_force(at=at).filter(pk=found.pk).exists(),
        "may_sign": access_queries.parties_to_sign(found, user=request.user, at=at),
        "may_end": found.ended_at is None and request.viewer.has(*ENDERS),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "access/agreement.html", context, status=status)


def _one_of_ours(request: StaffRequest, agreement_id: UUID) -> Any:
    ours = access_queries.agreements_of(request.viewer.organisation_ids)
    return get_object_or_404(ours, pk=agreement_id)


@staff_page(Role.ADMINISTRATOR)
@require_POST
def sign_agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Sign for one of the two, as far as the viewer may."""
    at = now()
    found = _one_of_ours(request, agreement_id)
    form = forms.SignAgreement(request.POST)
    parties = access_queries.parties_to_sign(found, user=request.user, at=at)
    party = next((one for one in parties if str(one.pk) == request.POST.get("party")), None)
    if party is None:
        return redirect("organisations:agreement", found.pk)
    if form.is_valid():
        try:
            access.sign_agreement(
                agreement=found,
                party=party,
                signatory=form.cleaned_data["signatory"],
                by=request.user,
                at=at,
            )
        except access.CannotAgree as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed."))
            return redirect("organisations:agreement", found.pk)
    return _agreement(request, agreement_id, form)


ENDERS = (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)


@staff_page(*ENDERS)
@require_POST
def end_agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """End an agreement at once; either party may."""
    found = _one_of_ours(request, agreement_id)
    access.end_agreement(agreement=found, by=request.user, at=now())
    messages.success(request, _("The agreement has ended. What rested on it is seen no more."))
    return redirect("organisations:agreement", found.pk)
