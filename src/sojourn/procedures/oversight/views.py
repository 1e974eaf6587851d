"""The page Record of the data-protection officer: is the trail whole, who read what. No case is shown here."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.oversight import forms, operations, tasks, trail


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def record(request: StaffRequest) -> HttpResponse:
    """Show how the chain stands, and look for events."""
    form = forms.Search(request.GET or None, users=trail.staff(request.viewer))
    found = None
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["person"]
        if person is not None and not trail.holds(request.viewer, person):
            form.add_error("person", _("Your organisation holds no record under this key."))
        else:
            operations.note_search(
                person_id=person, user=form.cleaned_data["user"], by=request.user, at=now()
            )
            found = trail.events(
                request.viewer,
                person_id=person,
                user=form.cleaned_data["user"],
                since=form.begins_at,
                until=form.ends_at,
            )
    context = {"chain": trail.chain(), "form": form, "found": found} | _verification()
    status = 422 if form.errors else 200
    return render(request, "oversight/record.html", context, status=status)


def _verification() -> dict[str, object]:
    newest = trail.newest_verification()
    problems = trail.problems_of(newest) if newest else []
    per_cent = 100 * newest.done // newest.total if newest and newest.total else 0
    return {"verification": newest, "problems": problems, "per_cent": per_cent}


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_POST
def verify(request: StaffRequest) -> HttpResponse:
    """Ask for a walk of the whole chain."""
    tasks.ask(by=request.user)
    return redirect("oversight:record")


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def progress(request: StaffRequest) -> HttpResponse:
    """Show how far the walk is; the partial asks again until it is done."""
    return render(request, "oversight/_verification.html", _verification())


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def checkpoint(request: StaffRequest) -> HttpResponse:
    """Hand out the newest checkpoint, to be kept elsewhere. It is noted."""
    signed = _signed()
    operations.note_checkpoint_taken(size=signed.size, by=request.user, at=now())
    answer = HttpResponse(signed.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sojourn-{signed.size}.note"'
    return answer


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def paper(request: StaffRequest) -> HttpResponse:
    """Show the newest checkpoint to be printed: a code to scan, and twelve words."""
    return render(request, "oversight/paper.html", {"signed": _signed()})


def _signed() -> trail.Signed:
    signed = trail.chain().signed
    if signed is None:
        raise Http404
    return signed
