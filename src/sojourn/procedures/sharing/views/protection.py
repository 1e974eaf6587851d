"""Pages of the data-protection officer: notices, and the policy explaining itself. No case is shown here."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.pages import EVERY_ROLE, StaffRequest, staff_page
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.sharing import forms, queries

NOTICES_SHOWN = 100


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """List what has to be looked at: unseen first."""
    found = queries.notices(request.viewer)
    context = {
        "waiting": found.filter(seen_at__isnull=True)[:NOTICES_SHOWN],
        "seen": found.filter(seen_at__isnull=False)[:NOTICES_SHOWN],
    }
    return render(request, "sharing/notices.html", context)


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_POST
def seen(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Note that a notice was looked at."""
    notice = get_object_or_404(queries.notices(request.viewer), pk=notice_id)
    access.see_notice(notice=notice, by=request.user, at=now())
    return redirect("sharing:notices")


@staff_page(Role.DATA_PROTECTION_OFFICER)
@require_GET
def why(request: StaffRequest) -> HttpResponse:
    """Say whether a user may see a person, for each purpose, and because of what."""
    users = queries.staff_watched(request.viewer)
    form = forms.WhyAsked(request.GET if request.GET else None, users=users)
    decisions = None
    if form.is_bound and form.is_valid():
        person = queries.person_watched(request.viewer, form.cleaned_data["person"])
        if person is None:
            form.add_error("person", _("Your organisation holds no record under this key."))
        else:
            decisions = queries.decisions_on(
                person, user=form.cleaned_data["user"], at=now()
            ).items()
    status = 422 if form.errors else 200
    return render(
        request, "sharing/why.html", {"form": form, "decisions": decisions}, status=status
    )


@staff_page(*EVERY_ROLE)
@require_GET
def purposes(request: StaffRequest) -> HttpResponse:
    """Show what records may be looked at for, on what it rests, which facts, and for how long."""
    return render(request, "sharing/purposes.html", {"rules": purpose_rules().values()})
