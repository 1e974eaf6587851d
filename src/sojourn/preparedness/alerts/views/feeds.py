"""Pages on feeds: which are asked, how they fare, whose signatures are believed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.preparedness.alerts import forms, operations, queries

UNUSABLE = 422


@staff_page(Role.DUTY_OFFICER)
@require_safe
def feeds(request: StaffRequest) -> HttpResponse:
    """List the feeds and how each fares."""
    return _list(request, forms.NewFeed())


@staff_page(Role.DUTY_OFFICER)
@require_POST
def add(request: StaffRequest) -> HttpResponse:
    """Add a feed; the worker asks it at once."""
    form = forms.NewFeed(request.POST)
    if not form.is_valid():
        return _list(request, form, status=UNUSABLE)
    try:
        operations.add_feed(**form.cleaned_data, by=request.user, at=now())
    except operations.CannotAddFeed as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form, status=UNUSABLE)
    messages.success(request, _("The feed is added and will be asked at once."))
    return redirect("alerts:feeds")


@staff_page(Role.DUTY_OFFICER)
@require_safe
def feed(request: StaffRequest, feed_id: UUID) -> HttpResponse:
    """Show one feed: how it fared, and whose signatures are believed."""
    found = get_object_or_404(queries.feeds(), pk=feed_id)
    form = forms.Certificates(initial={"certificates": found.certificates})
    return render(request, "alerts/feed.html", {"feed": found, "form": form})


@staff_page(Role.DUTY_OFFICER)
@require_POST
def trust(request: StaffRequest, feed_id: UUID) -> HttpResponse:
    """Keep the certificates trusted in a feed."""
    found = get_object_or_404(queries.feeds(), pk=feed_id)
    form = forms.Certificates(request.POST)
    if form.is_valid():
        try:
            operations.trust_certificates(
                feed=found,
                certificates=form.cleaned_data["certificates"],
                by=request.user,
                at=now(),
            )
        except operations.CannotAddFeed as refusal:
            form.add_error("certificates", str(refusal))
    if form.errors:
        return render(request, "alerts/feed.html", {"feed": found, "form": form}, status=UNUSABLE)
    messages.success(request, _("Kept. Messages that come from now on are checked against it."))
    return redirect("alerts:feed", feed_id)


@staff_page(Role.DUTY_OFFICER)
@require_POST
def pause(request: StaffRequest, feed_id: UUID) -> HttpResponse:
    """Stop asking a feed."""
    found = get_object_or_404(queries.feeds(), pk=feed_id)
    operations.pause_feed(feed=found, by=request.user, at=now())
    return redirect("alerts:feeds")


@staff_page(Role.DUTY_OFFICER)
@require_POST
def resume(request: StaffRequest, feed_id: UUID) -> HttpResponse:
    """Ask a feed again."""
    found = get_object_or_404(queries.feeds(), pk=feed_id)
    operations.resume_feed(feed=found, by=request.user, at=now())
    return redirect("alerts:feeds")


@staff_page(Role.DUTY_OFFICER)
@require_POST
def ask(request: StaffRequest, feed_id: UUID) -> HttpResponse:
    """Have a feed asked at once, whatever its pause."""
    found = get_object_or_404(queries.feeds(), pk=feed_id)
    operations.ask_soon(feed=found, by=request.user, at=now())
    messages.success(request, _("The feed is asked within a minute."))
    return redirect("alerts:feeds")


def _list(request: StaffRequest, form: forms.NewFeed, *, status: int = 200) -> HttpResponse:
    context = {"feeds": queries.feeds(), "form": form}
    return render(request, "alerts/feeds.html", context, status=status)
