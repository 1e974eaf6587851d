"""Pages of exercises: choose one and begin, steer its clock, take it away."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sojourn.foundation.access.pages import StaffRequest, staff_page
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.exercise import forms, operations, queries, rules, tasks
from sojourn.procedures.exercise.phones import CannotReach, LoopbackPhones
from sojourn.procedures.exercise.scenarios.files import scenario, scenario_keys

UNUSABLE = 422


@staff_page(Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def exercises(request: StaffRequest) -> HttpResponse:
    """Offer the scenarios, and begin one; or show the exercise that is under way."""
    form = forms.Play(request.POST or None, initial={"scenario": scenario_keys()[0]})
    if request.method != "POST":
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, status=UNUSABLE)
    try:
        tasks.begin(**form.cleaned_data, by=request.user)
    except operations.CannotStart as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, status=UNUSABLE)
    return redirect("exercise:exercises")


@staff_page(Role.DUTY_OFFICER)
@require_GET
def progress(request: StaffRequest) -> HttpResponse:
    """Show how far the preparation is; go to the board when it is done."""
    exercise = queries.exercises(viewer=request.viewer).first()
    if request.htmx and (exercise is None or exercise.is_prepared):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = _board(exercise.crisis_id if exercise else None)
        return answer
    return render(request, "exercise/_progress.html", _under_way(request))


@staff_page(Role.DUTY_OFFICER)
@require_POST
def go_on(request: StaffRequest, exercise_id: UUID) -> HttpResponse:
    """Go on with a preparation that was set aside after it failed."""
    exercise = get_object_or_404(queries.exercises(viewer=request.viewer), pk=exercise_id)
    if not exercise.is_prepared and exercise.ended_at is None:
        tasks.go_on(exercise)
    return redirect("exercise:exercises")


@staff_page(Role.DUTY_OFFICER)
@require_GET
def control(request: StaffRequest, exercise_id: UUID) -> HttpResponse:
    """Show the clock of an exercise and what steers it."""
    exercise = get_object_or_404(queries.exercises(viewer=request.viewer), pk=exercise_id)
    return _show_control(request, exercise)


@staff_page(Role.DUTY_OFFICER)
@require_GET
def time(request: StaffRequest, exercise_id: UUID) -> HttpResponse:
    """Show what the clock of an exercise shows now."""
    exercise = get_object_or_404(queries.exercises(viewer=request.viewer), pk=exercise_id)
    return _show_control(request, exercise, template="exercise/_time.html")


@staff_page(Role.DUTY_OFFICER)
@require_POST
def speed(request: StaffRequest, exercise_id: UUID) -> HttpResponse:
    """Change the speed of the clock; 0 is a pause."""
    exercise = get_object_or_404(queries.exercises(viewer=request.viewer), pk=exercise_id)
    form = forms.Speed(request.POST)
    if not form.is_valid():
        return _show_control(request, exercise, status=UNUSABLE)
    operations.set_speed(
        exercise=exercise, speed=form.cleaned_data["speed"], by=request.user, at=now()
    )
    if request.htmx:
        exercise.refresh_from_db()
        return _show_control(request, exercise)
    if exercise.crisis is None:
        return redirect("exercise:exercises")
    return redirect(_board(exercise.crisis_id))


@staff_page(Role.DUTY_OFFICER)
@require_POST
def reset(request: StaffRequest, exercise_id: UUID) -> HttpResponse:
    """Take an exercise away, after the question on the page."""
    exercise = get_object_or_404(queries.exercises(viewer=request.viewer), pk=exercise_id)
    try:
        rows = operations.reset_exercise(exercise_id=exercise.pk, by=request.user, at=now())
    except operations.CannotReset as refusal:
        messages.error(request, str(refusal))
        return redirect("exercise:exercises")
    with suppress(CannotReach):
        LoopbackPhones(settings.LOOPBACK_PORT).clear()
    words = _("The exercise is gone: %(rows)s records deleted. Real records were not touched.")
    messages.success(request, words % {"rows": f"{rows:,}"})
    return redirect("exercise:exercises")


def _show(request: StaffRequest, form: forms.Play, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "scenarios": [scenario(key) for key in scenario_keys()],
        "is_anothers": queries.is_any_under_way(),
        **_under_way(request),
    }
    return render(request, "exercise/exercises.html", context, status=status)


def _under_way(request: StaffRequest) -> dict[str, Any]:
    """Return the exercise of the viewer, and how far it is prepared while it is not ready."""
    play = queries.exercises(viewer=request.viewer).first()
    is_preparing = play is not None and not play.is_prepared and play.ended_at is None
    return {
        "play": play,
        "preparation": queries.preparation(play) if play and is_preparing else None,
    }


def _show_control(
    request: StaffRequest, exercise: Any, *, status: int = 200, template: str = ""
) -> HttpResponse:
    """Answer with the whole page, the bar alone for htmx, or the template that was asked for."""
    crisis = exercise.crisis
    context = {
        "play": exercise,
        "crisis": crisis,
        "shows": crisis.clock.at(now()) if crisis else None,
        "speeds": rules.SPEEDS,
        "to_come": queries.answers_to_come(exercise),
        "preparation": None if exercise.is_prepared else queries.preparation(exercise),
        "phones_url": f"http://{request.get_host().rsplit(':', 1)[0]}:{settings.LOOPBACK_PORT}/",
    }
    template = template or (
        "exercise/_control_bar.html" if request.htmx else "exercise/control.html"
    )
    return render(request, template, context, status=status)


def _board(crisis_id: UUID | None) -> str:
    """Return the address of the board, or of the exercises where there is none."""
    try:
        return reverse("board:crisis", args=[crisis_id])
    except NoReverseMatch:
        return reverse("exercise:exercises")
