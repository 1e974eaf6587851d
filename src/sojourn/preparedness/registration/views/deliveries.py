"""Pages of files that were brought together: watch them being read, see what they hold, let them in."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sojourn.exchange.sheets_out import as_csv
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.preparedness.registration import operations, queries, tasks
from sojourn.preparedness.registration.views.imports import KEEPERS

if TYPE_CHECKING:
    from sojourn.preparedness.registration.models import Delivery


@staff_page(*KEEPERS)
@require_GET
def delivery(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Show what became of each file, and all of them together."""
    found = _found(request, delivery_id)
    context = {"delivery": found, "outcomes": queries.outcomes(found)}
    return render(request, "registration/delivery.html", context)


@staff_page(*KEEPERS)
@require_GET
def progress(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Show the same again; the partial asks until nothing is under way."""
    found = _found(request, delivery_id)
    context = {"delivery": found, "outcomes": queries.outcomes(found)}
    return render(request, "registration/_delivery.html", context)


@staff_page(*KEEPERS)
@require_POST
def confirm(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Let the people of all lists that were read into the register; the worker adds them."""
    found = _found(request, delivery_id)
    if not tasks.confirm_and_add_all(delivery=found, by=request.user, at=now()):
        messages.info(request, _("No list waits for it. Nothing was done twice."))
    return redirect("registration:delivery", found.pk)


@staff_page(*KEEPERS)
@require_POST
def drop(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Throw away the files nobody was added from."""
    found = _found(request, delivery_id)
    dropped = operations.drop_delivery(delivery=found, by=request.user, at=now())
    words = ngettext("%(n)d file was thrown away.", "%(n)d files were thrown away.", dropped)
    messages.success(request, words % {"n": dropped})
    return redirect("registration:delivery", found.pk)


@staff_page(*KEEPERS)
@require_GET
def problems(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Hand out the problems of all files as one table, for whoever keeps the lists."""
    found = _found(request, delivery_id)
    rows = [
        (file, line, column, str(problem))
        for file, line, column, problem in queries.problems_of_all(found)
    ]
    answer = HttpResponse(
        as_csv(("file", "line", "column", "problem"), rows), content_type="text/csv"
    )
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


@staff_page(*KEEPERS)
@require_POST
def kept_file(request: StaffRequest, delivery_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand back a file that could not be read. It is a stranger's: no browser may open it."""
    file = get_object_or_404(_found(request, delivery_id).files, pk=file_id)
    content = operations.take_back_file(file=file, by=request.user, at=now())
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type="application/octet-stream")
    named = content_disposition_header(as_attachment=True, filename=file.name)
    answer["Content-Disposition"] = named or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@staff_page(*KEEPERS)
@require_POST
def again(request: StaffRequest, delivery_id: UUID, file_id: UUID) -> HttpResponse:
    """Try once more to read a file whose reading failed again and again."""
    found = _found(request, delivery_id)
    file = get_object_or_404(found.files.defer("content_sealed"), pk=file_id)
    tasks.read_later(file)
    return redirect("registration:delivery", found.pk)


def _found(request: StaffRequest, delivery_id: UUID) -> "Delivery":
    return get_object_or_404(queries.deliveries(viewer=request.viewer), pk=delivery_id)
