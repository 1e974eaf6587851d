"""Pages of the administrator: users, their roles until when, and offices. No case is shown here."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access import forms
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
