"""Pages of imports: bring a list, look at it, confirm, watch, undo."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.exchange.reading import Unreadable
from sojourn.exchange.sheets_out import as_csv
from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.sentences import in_words
from sojourn.preparedness.registration import forms, operations, queries, tasks
from sojourn.preparedness.registration.terms import ImportState, Judgement, Plan

if TYPE_CHECKING:
    from sojourn.foundation.organisations.models import Organisation

KEEPERS = (Role.DUTY_OFFICER, Role.POST_OFFICER)
SHOWN = 60
DELIVERIES_SHOWN = 20


@staff_page(*KEEPERS)
@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """List the imports, and take a new list."""
    viewer = request.viewer
    posts = [office for _organisation, office in viewer.scope.posts]
    is_post_only = not viewer.has(Role.DUTY_OFFICER)
    offices = organisations.offices_of(viewer.organisations)
    if is_post_only:
        offices = offices.filter(pk__in=posts)
    form = forms.BringList(
        request.POST or None,
        request.FILES or None,
        offices=offices,
        must_choose=is_post_only,
        initial={"key": uuid4(), "office": posts[0] if is_post_only and posts else None},
    )
    if request.method == "POST" and form.is_valid():
        answer = _bring(request, form)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "deliveries": queries.deliveries(viewer=viewer)[:DELIVERIES_SHOWN],
        "imports": queries.imports(viewer=viewer)[:SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "registration/imports.html", context, status=status)


def _bring(request: StaffRequest, form: forms.BringList) -> HttpResponse | None:
    """Look at one short list at once; keep longer or several files, for the worker to read."""
    organisation = request.viewer.organisation_for(*KEEPERS)
    if organisation is None:
        return None
    if not form.is_one_short_list:
        return _deliver(request, form, organisation)
    file = form.lists[0]
    try:
        brought = operations.bring_list(
            content=file.read(),
            filename=file.name or "",
            source=form.cleaned_data["source"],
            organisation=organisation,
            office=form.cleaned_data["office"],
            phone_country=form.cleaned_data["phone_country"],
            by=request.user,
            at=now(),
        )
    except Unreadable as refusal:
        form.add_error("file", in_words(refusal.sentence))
        return None
    if brought.is_repeat:
        messages.info(request, _("This very file was brought before. Nothing was done twice."))
    return redirect("registration:import", brought.record.pk)


def _deliver(
    request: StaffRequest, form: forms.BringList, organisation: "Organisation"
) -> HttpResponse | None:
    try:
        delivery = operations.begin_delivery(
            key=form.cleaned_data["key"],
            source=form.cleaned_data["source"],
            organisation=organisation,
            office=form.cleaned_data["office"],
            phone_country=form.cleaned_data["phone_country"],
            by=request.user,
            at=now(),
        )
    except operations.CannotImport as refusal:
        form.add_error(None, str(refusal))
        return None
    for file in form.lists:
        tasks.keep_and_read(
            delivery=delivery, name=file.name or _("file"), content=file.read(), at=now()
        )
    return redirect("registration:delivery", delivery.pk)


@staff_page(*KEEPERS)
@require_GET
def record(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Show one import: what was understood, what each row would become, every problem."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    show = request.GET.get("show", "")
    after = request.GET.get("after", "0")
    rows = queries.rows_page(
        found,
        show=show if show in {"problems", *Plan.values} else "",
        after=int(after) if after.isdecimal() and len(after) < 8 else 0,
    )
    page, more = rows[: queries.ROWS_ON_A_PAGE], rows[queries.ROWS_ON_A_PAGE :]
    people.note_listed(
        people=[key for row in page if (key := row.match_id or row.person_id)],
        what="import.listed",
        by=request.user,
        at=now(),
        why=queries.purpose_of(request.viewer).value,
    )
    context = {
        "record": found,
        "counts": queries.counts(found),
        "places": queries.places_by_state(found.places_told.all()),
        "rows": [(row, queries.open_cells(row)) for row in page],
        "next_after": page[-1].line if more else None,
        "show": show,
        "plans": Plan.choices,
        "form": forms.MapColumns(record=found),
        "is_open": found.state == ImportState.LOOKED_AT,
        "refreshes": found.state in queries.UNDER_WAY,
        "delivered": found.delivered.order_by("id").first(),
    }
    return render(request, "registration/import.html", context)


@staff_page(*KEEPERS)
@require_GET
def progress(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Show how far an import is; the partial asks again until it is done."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    context: dict[str, Any] = {"record": found, "refreshes": found.state in queries.UNDER_WAY}
    answer = render(request, "registration/_import_progress.html", context)
    if not context["refreshes"]:
        answer["HX-Refresh"] = "true"
    return answer


@staff_page(*KEEPERS)
@require_POST
def columns(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Say what the columns mean, and plan again."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    form = forms.MapColumns(request.POST, record=found)
    if form.is_valid():
        try:
            others = tasks.map_and_look_again(
                record=found,
                columns=form.columns,
                phone_country=form.cleaned_data["phone_country"],
                by=request.user,
                at=now(),
            )
            messages.success(request, _("The list was read again."))
            if others:
                messages.info(request, _alike_words(others))
        except operations.CannotImport as refusal:
            messages.error(request, str(refusal))
    return redirect("registration:import", import_id)


def _alike_words(others: int) -> str:
    return ngettext(
        "%(n)d other list of this source has the same headings and is read again as well.",
        "%(n)d other lists of this source have the same headings and are read again as well.",
        others,
    ) % {"n": others}


@staff_page(*KEEPERS)
@require_POST
def judge(request: StaffRequest, import_id: UUID, row_id: UUID) -> HttpResponse:
    """Say whether a row is the person it resembles."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    row = get_object_or_404(found.rows, pk=row_id)
    asked = request.POST.get("judgement", "")
    judgement = Judgement(asked) if asked in Judgement.values else Judgement.NONE
    try:
        operations.judge_row(row=row, judgement=judgement, by=request.user, at=now())
    except operations.CannotImport as refusal:
        messages.error(request, str(refusal))
    row.refresh_from_db()
    if request.htmx:
        context = {"row": row, "record": found, "is_open": True}
        return render(request, "registration/_row_match.html", context)
    return redirect("registration:import", import_id)


@staff_page(*KEEPERS)
@require_POST
def confirm(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Let the people of the list into the register: short lists at once, long ones by the worker."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    try:
        is_done = tasks.confirm_and_add(record=found, by=request.user, at=now())
    except operations.CannotImport as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:import", import_id)
    if is_done:
        messages.success(request, _("The people of this list are in the register."))
    return redirect("registration:import", import_id)


@staff_page(*KEEPERS)
@require_POST
def undo(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Take back what the list brought."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    try:
        undone = operations.undo_import(record=found, by=request.user, at=now())
    except operations.CannotImport as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:import", import_id)
    messages.success(
        request,
        ngettext("%(n)d person was taken out.", "%(n)d people were taken out.", undone.removed)
        % {"n": undone.removed},
    )
    if undone.kept:
        messages.warning(
            request,
            ngettext(
                "%(n)d person stays, because a case or a message is theirs.",
                "%(n)d people stay, because a case or a message is theirs.",
                undone.kept,
            )
            % {"n": undone.kept},
        )
    return redirect("registration:import", import_id)


@staff_page(*KEEPERS)
@require_GET
def problems(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Hand out the problems of a list, for whoever keeps it."""
    found = get_object_or_404(queries.imports(viewer=request.viewer), pk=import_id)
    rows = [
        (found.filename, line, column, str(problem))
        for line, column, problem in queries.problems_of(found)
    ]
    answer = HttpResponse(
        as_csv(("file", "line", "column", "problem"), rows), content_type="text/csv"
    )
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer
