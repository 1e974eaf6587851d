"""What one can do on a case. One address for all: read the form, call one operation, answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.response.triage import forms, operations, queries
from sojourn.response.triage.terms import NeedKind, Source
from sojourn.response.triage.views.case import CARERS, context_of, note_look


@dataclass(frozen=True, slots=True)
class Doing:
    """One deed that is asked for: by whom, on which case, with what."""

    request: StaffRequest
    case: Any
    data: Mapping[str, Any]
    form: Any
    at: datetime

    @property
    def by(self) -> Any:
        """Return the user who asks."""
        return self.request.user


@dataclass(frozen=True, slots=True)
class Deed:
    """What a deed reads, does and says afterwards. Wardens may do few."""

    form: type[django_forms.Form]
    do: Callable[[Doing], object]
    done: Any = ""
    is_for_wardens: bool = False


def _call(doing: Doing) -> object:
    return operations.report_needs(
        case=doing.case,
        text=doing.data["text"],
        needs=doing.form.said(),
        source=Source.CALL,
        said_by=doing.case.person,
        key=doing.data["key"],
        by=doing.by,
        at=doing.at,
    )


def _confirm(doing: Doing) -> object:
    report = get_object_or_404(doing.case.reports, pk=doing.data["report"])
    return operations.confirm_needs(
        report=report, needs=doing.form.said(), by=doing.by, at=doing.at
    )


def _meet(doing: Doing) -> object:
    return operations.meet_need(
        case=doing.case, kind=NeedKind(doing.data["kind"]), by=doing.by, at=doing.at
    )


def _unmeet(doing: Doing) -> object:
    return operations.unmeet_need(
        case=doing.case, kind=NeedKind(doing.data["kind"]), by=doing.by, at=doing.at
    )


def _overrule(doing: Doing) -> object:
    return operations.overrule(
        case=doing.case,
        priority=doing.data["priority"],
        reason=doing.data["reason"],
        by=doing.by,
        at=doing.at,
    )


def _assign(doing: Doing) -> object:
    return operations.assign(
        case=doing.case,
        to=doing.data["to"],
        expected=doing.data["seen"],
        by=doing.by,
        at=doing.at,
    )


def _note(doing: Doing) -> object:
    return operations.add_note(
        case=doing.case,
        text=doing.data["note"],
        organisation=_organisation(doing),
        key=doing.data["key"],
        by=doing.by,
        at=doing.at,
    )


def _task(doing: Doing) -> object:
    return operations.add_task(
        case=doing.case,
        words=doing.data["words"],
        assigned_to=doing.case.assigned_to,
        key=doing.data["key"],
        by=doing.by,
        at=doing.at,
    )


def _finish(doing: Doing) -> object:
    task = get_object_or_404(doing.case.tasks, pk=doing.data["task"])
    operations.finish_task(task=task, by=doing.by, at=doing.at)
    return None


def _unfinish(doing: Doing) -> object:
    task = get_object_or_404(doing.case.tasks, pk=doing.data["task"])
    operations.reopen_task(task=task, by=doing.by, at=doing.at)
    return None


def _close(doing: Doing) -> object:
    operations.close_case(
        case=doing.case,
        reason=doing.data["reason"],
        words=doing.data["closing_words"],
        organisation=_organisation(doing),
        by=doing.by,
        at=doing.at,
    )
    return None


def _organisation(doing: Doing) -> Any:
    """The organisation for which the user writes: that of the case when they belong to it."""
    mine = {one.pk: one for one in doing.request.viewer.organisations}
    return mine.get(doing.case.responsible_id) or doing.request.viewer.organisation_for(*CARERS)


DEEDS: Final[Mapping[str, Deed]] = {
    "call": Deed(
        forms.CallForm, _call, gettext_lazy("The call is on record."), is_for_wardens=True
    ),
    "confirm": Deed(forms.ConfirmForm, _confirm, gettext_lazy("Read and confirmed.")),
    "meet": Deed(forms.KindForm, _meet, gettext_lazy("The need is marked as met.")),
    "unmeet": Deed(forms.KindForm, _unmeet, gettext_lazy("The need stands again.")),
    "overrule": Deed(forms.OverruleForm, _overrule, gettext_lazy("The priority is yours now.")),
    "rules-again": Deed(
        forms.NothingForm,
        lambda doing: operations.end_overrule(case=doing.case, by=doing.by, at=doing.at),
        gettext_lazy("The rules decide again."),
    ),
    "assign": Deed(forms.AssignForm, _assign, gettext_lazy("The case is given.")),
    "release": Deed(
        forms.NothingForm,
        lambda doing: operations.release(case=doing.case, by=doing.by, at=doing.at),
        gettext_lazy("The case is back in the queue."),
    ),
    "note": Deed(forms.NoteForm, _note, gettext_lazy("The note is kept."), is_for_wardens=True),
    "task": Deed(forms.TaskForm, _task, gettext_lazy("The task is noted.")),
    "task-done": Deed(forms.TaskKeyForm, _finish),
    "task-again": Deed(forms.TaskKeyForm, _unfinish),
    "close": Deed(
        forms.CloseForm, _close, gettext_lazy("The case is closed. It can be opened again.")
    ),
    "reopen": Deed(
        forms.NothingForm,
        lambda doing: operations.reopen_case(case=doing.case, by=doing.by, at=doing.at),
        gettext_lazy("The case is open again."),
    ),
}
UNPREFIXED: Final = {"meet", "unmeet", "task-done", "task-again"}


@require_POST
@staff_page(*CARERS)
def deed(request: StaffRequest, case_id: UUID, deed: str) -> HttpResponse:
    """Do one deed on a case; a refusal shows the same page with what was typed."""
    found = get_object_or_404(queries.cases(request.viewer), pk=case_id)
    asked = DEEDS.get(deed)
    if asked is None:
        raise Http404
    if not (asked.is_for_wardens or queries.may_work(request.viewer, found)):
        raise PermissionDenied
    form = _form(request, asked, deed)
    if form.is_valid():
        doing = Doing(request, found, form.cleaned_data, form, found.crisis.clock.at(now()))
        try:
            asked.do(doing)
        except operations.CannotTriage as refusal:
            form.add_error(None, str(refusal))
        else:
            if asked.done:
                messages.success(request, str(asked.done))
            return redirect("triage:case", found.pk)
    note_look(request, found)
    context = context_of(request, found, **{f"{deed.replace('-', '_')}_form": form})
    return render(request, "triage/case.html", context, status=422)


def _form(request: StaffRequest, asked: Deed, deed: str) -> Any:
    prefix = None if deed in UNPREFIXED else deed
    if asked.form is forms.AssignForm:
        officers = queries.officers(request.viewer, at=now())
        return forms.AssignForm(request.POST, prefix=prefix, officers=officers)
    return asked.form(request.POST, prefix=prefix)
