"""One case on one screen: who, where, with whom, what they need and why, what was done, and what one can do."""

from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.access.terms import FieldGroup, Purpose
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people_deeds
from sojourn.foundation.people import queries as people
from sojourn.methods.priority import table_of
from sojourn.response.referral import queries as referral
from sojourn.response.triage import forms, queries
from sojourn.response.triage.reasons import shown
from sojourn.response.triage.timeline import timeline_of

CARERS: Final = (Role.DUTY_OFFICER, Role.POST_OFFICER, Role.WARDEN)


@require_safe
@staff_page(*CASE_ROLES)
def case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Show a case and note the look, which the person can see."""
    found = get_object_or_404(queries.cases(request.viewer), pk=case_id)
    context = context_of(request, found)
    note_look(request, found)
    people_deeds.note_listed(
        people=[member.person_id for member in context["members"]],
        what="household.listed",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )
    return render(request, "triage/case.html", context)


def note_look(request: StaffRequest, found: Any) -> None:
    """Note that the case was shown, which the person can see."""
    people_deeds.note_read(
        person=found.person,
        what="case.read",
        by=request.user,
        at=now(),
        why=Purpose.ASSISTANCE.value,
    )


def context_of(request: StaffRequest, found: Any, **bound: Any) -> dict[str, Any]:
    """Return what the page of a case needs. `bound` are forms that were refused, by their names."""
    viewer, at = request.viewer, found.crisis.clock.at(now())
    is_carer = viewer.has(*CARERS)
    assessment = queries.newest_assessment(found)
    fields = people.fields_seen(found.person, viewer=viewer, purpose=Purpose.ASSISTANCE)
    sees_needs = FieldGroup.NEEDS in fields
    context: dict[str, Any] = {
        "crisis": found.crisis,
        "fields": fields,
        "at": at,
        "case": found,
        "person": found.person,
        "entry": _entry(found),
        "place": people.last_known_location(found.person)
        if FieldGroup.WHEREABOUTS in fields
        else None,
        "members": queries.members_of(found, viewer) if FieldGroup.HOUSEHOLD in fields else [],
        "needs": queries.needs_of(found) if sees_needs else [],
        "assessment": assessment if sees_needs else None,
        "reasons": shown(assessment.reasons) if assessment and sees_needs else [],
        "labels": table_of().labels,
        "may_work": queries.may_work(viewer, found),
        "may_report": is_carer,
    }
    if is_carer:
        context |= _for_carers(request, found)
    return context | _forms(request, found) | bound


def _for_carers(request: StaffRequest, found: Any) -> dict[str, Any]:
    """What only the person's own side reads: words, notes, tasks, referrals, history."""
    viewer = request.viewer
    override = queries.override_of(found)
    told = queries.reports_of(found)
    return {
        "contact_points": found.person.contact_points.order_by("rank", "-added_at"),
        "override": override,
        "override_reason": queries.reason_of(override) if override else "",
        "unread": [(one, _confirm_form(one)) for one in told if not one.report.confirmed_at],
        "told": [one for one in told if one.text and one.report.confirmed_at],
        "conversations": found.person.conversations.filter(crisis=found.crisis_id).order_by(
            "-last_reply_at"
        ),
        "notes": queries.notes_of(found, viewer),
        "tasks": queries.tasks_of(found),
        "referrals": referral.referrals_of(found),
        "timeline": timeline_of(found),
    }


def _forms(request: StaffRequest, found: Any) -> dict[str, Any]:
    officers = queries.officers(request.viewer, at=now())
    return {
        "call_form": forms.CallForm(prefix="call"),
        "overrule_form": forms.OverruleForm(prefix="overrule"),
        "assign_form": forms.AssignForm(
            prefix="assign",
            officers=officers,
            initial={"to": request.user, "seen": found.assigned_to},
        ),
        "note_form": forms.NoteForm(prefix="note"),
        "task_form": forms.TaskForm(prefix="task"),
        "close_form": forms.CloseForm(prefix="close"),
    }


def _confirm_form(told: queries.Told) -> forms.ConfirmForm:
    kinds = [found["kind"] for found in told.report.suggestions]
    return forms.ConfirmForm(
        prefix="confirm",
        suggested=kinds,
        initial={"report": told.report.pk},
        auto_id=f"{told.report.pk}_%s",
    )


def _entry(found: Any) -> Any:
    try:
        return found.triage
    except ObjectDoesNotExist:
        return None
