"""Texts: which languages there are, whether a speaker has read them, and reading them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind
from sojourn.foundation.organisations.terms import Role
from sojourn.response.outreach.operations import texts as operations
from sojourn.response.outreach.queries import texts as queries
from sojourn.response.outreach.texts import (
    TextPurpose,
    Wanted,
    languages,
    names,
    parts_of,
    write,
)
from sojourn.response.outreach.views.conversations import CARERS, tabs

READERS = (*CARERS, Role.ADMINISTRATOR)


@require_safe
@staff_page(*READERS)
def texts(request: StaffRequest) -> HttpResponse:
    """Show every language with what was read by a speaker, and one message as an example."""
    wanted = Wanted(
        purpose=TextPurpose.CHECK,
        kind=CrisisKind.EARTHQUAKE.value,
        level=AlertLevel.PRECAUTION.value,
        sender=request.viewer.organisations[0].name,
    )
    rows = []
    for line in queries.coverage():
        short = write(wanted, line.code).short
        rows.append((line, short, parts_of(short)))
    return render(request, "outreach/texts.html", {"rows": rows, **tabs(request.viewer)})


@require_safe
@staff_page(*READERS)
def language(request: StaffRequest, code: str) -> HttpResponse:
    """Show the sentences of a language beside the English ones."""
    if code not in languages():
        raise Http404
    context = {
        "language": languages()[code],
        "sentences": queries.sentences(code),
    }
    return render(request, "outreach/language.html", context)


@require_POST
@staff_page(*READERS)
def review(request: StaffRequest, code: str) -> HttpResponse:
    """Note that the user speaks the language and has read the chosen sentences."""
    chosen = names() if "all" in request.POST else request.POST.getlist("name")
    try:
        done = operations.review_texts(language=code, names=chosen, by=request.user, at=now())
    except operations.CannotReview as refusal:
        raise Http404 from refusal
    if done:
        messages.success(request, _("Thank you. Your review is on record."))
    return redirect("outreach:language", code)
