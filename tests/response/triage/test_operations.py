"""Deeds of triage: each leaves its trace, and doing it twice changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from sojourn.foundation.access import sealing
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload import queries as caseload_queries
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Stage, Standing
from sojourn.foundation.people.models import Household
from sojourn.response.triage import operations
from sojourn.response.triage.models import (
    Assessment,
    Entry,
    Need,
    Note,
    Override,
    Report,
    TriageTask,
)
from sojourn.response.triage.operations import Said
from sojourn.response.triage.terms import ClosingReason, NeedKind

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def open_named(register, open_case):
    """A function that opens a case for each name."""
    return lambda names: [open_case(register(name)) for name in names]


def _events(what):
    return AuditEvent.objects.filter(what=what)


def _reasons(case):
    return [reason["rule"] for reason in case.assessments.order_by("-at", "-id").first().reasons]


def test_a_reply_brings_the_case_into_the_queue_with_reason_and_clock(case, ask, medical, noon):
    ask(case, medical, text="My father fell, he needs a doctor")

    assert (case.stage, case.standing) == (Stage.TRIAGED, Standing.IN_NEED)
    assert (case.priority, case.due_at) == (2, noon + 2 * HOUR)
    assert _reasons(case)[0] == "medical-urgent"
    assert case.reached_at == noon
    assert _events("needs.reported").get().person_id == case.person_id


def test_what_a_person_wrote_is_kept_whole_and_sealed(case, ask):
    text = "  مساعدة! 2 help\nwe are at the school  "
    ask(case, text=text)

    report = Report.objects.get()
    assert text.encode() not in bytes(report.text_sealed)
    assert (
        sealing.open_sealed(report.text_sealed, table="triage_report", column="text", row=report.pk)
        == text
    )


def test_help_without_detail_needs_a_call(case, ask, noon):
    ask(case, text="2")

    assert Need.objects.get().kind == NeedKind.UNSPECIFIED
    assert (case.priority, case.due_at) == (2, noon + 5 * HOUR)
    assert "needs-a-call" in _reasons(case)


def test_words_of_danger_put_the_call_first_until_a_person_has_read_them(case, ask, officer, noon):
    ask(case, text="my brother is trapped")
    assert case.priority == 1
    assert _reasons(case)[0] == "words-of-danger"

    report = Report.objects.get()
    operations.confirm_needs(
        report=report, needs=[Said("transport", "can_wait")], by=officer, at=noon + HOUR
    )

    case.refresh_from_db()
    assert case.priority == 4
    assert Need.objects.get(met_at__isnull=True).kind == NeedKind.TRANSPORT
    assert not Report.objects.filter(confirmed_at__isnull=True).exists()


def test_words_of_danger_are_heard_beside_needs_that_were_chosen(case, ask):
    ask(case, Said("shelter"), text="roof gone, my wife is bleeding")
    assert case.priority == 1
    assert "shelter" in _reasons(case)


def test_the_same_reply_counts_once(case, ask, medical):
    ask(case, medical, text="doctor")
    before = AuditEvent.objects.count()
    ask(case, medical, text="doctor")

    assert Report.objects.count() == Need.objects.count() == Assessment.objects.count() == 1
    assert AuditEvent.objects.count() == before


def test_confirming_twice_counts_once(case, ask, officer, noon):
    ask(case, text="water please")
    report = Report.objects.get()
    for _ in range(2):
        operations.confirm_needs(report=report, needs=[Said("food_and_water")], by=officer, at=noon)
    assert Need.objects.filter(kind="food_and_water").count() == 1
    assert _events("needs.confirmed").count() == 1


def test_saying_more_makes_it_graver_and_never_later(case, ask, noon):
    ask(case, Said("documents"))
    assert case.priority == 4
    ask(case, Said("medical", "life"), text="now", at=noon + HOUR)
    assert (case.priority, case.due_at) == (1, noon + HOUR + timedelta(minutes=30))
    ask(case, Said("information"), text="and also", at=noon + 2 * HOUR)
    assert (case.priority, case.due_at) == (1, noon + HOUR + timedelta(minutes=30))


def test_small_children_of_the_household_count(register, open_case, ask):
    family = Household.objects.create()
    register("Baby", household=family, birth_year=2024)
    mother = open_case(register("Mother", household=family, birth_year=1994))
    ask(mother, Said("information"))
    assert mother.priority == 3
    assert "small-children" in _reasons(mother)


def test_whoever_fears_return_leaves_the_path_of_return_and_does_not_come_back(
    case, ask, officer, noon
):
    ask(case, Said("transport", signs=("fears_return",)))
    assert Entry.objects.get().is_off_return_path


def test_a_need_that_is_met_lowers_the_priority_and_can_be_taken_back(
    case, ask, medical, officer, noon
):
    ask(case, medical)
    ask(case, Said("documents"), text="passport", at=noon + HOUR)
    for _ in range(2):
        operations.meet_need(case=case, kind=NeedKind.MEDICAL, by=officer, at=noon + 2 * HOUR)
    case.refresh_from_db()
    assert case.priority == 4
    assert _events("need.met").count() == 1

    for _ in range(2):
        operations.unmeet_need(case=case, kind=NeedKind.MEDICAL, by=officer, at=noon + 3 * HOUR)
    case.refresh_from_db()
    assert case.priority == 2
    assert _events("need.stood_again").count() == 1


def test_help_is_open_after_a_case_was_closed(case, ask, officer, state, noon):
    _close(case, officer, state, noon)
    ask(case, Said("shelter"), at=noon + HOUR)
    assert (case.stage, case.standing, case.priority) == (Stage.TRIAGED, Standing.IN_NEED, 3)
    assert Entry.objects.get().closed_at is None


def test_a_case_that_was_assisted_stays_assisted_when_more_is_asked(
    case, ask, crisis, officer, noon
):
    caseload.change_cases(
        crisis=crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(what="assisted", stage=Stage.ASSISTED),
        by=officer,
        at=noon,
    )
    ask(case, Said("shelter"))
    assert (case.stage, case.standing) == (Stage.ASSISTED, Standing.IN_NEED)


def test_overruling_needs_a_reason(case, ask, officer, noon):
    ask(case, Said("documents"))
    with pytest.raises(operations.CannotTriage, match="Say why"):
        operations.overrule(case=case, priority=1, reason="soon", by=officer, at=noon)
    assert not Override.objects.exists()


def test_an_officer_overrules_with_a_reason_on_record(case, ask, officer, noon):
    ask(case, Said("documents"))
    for _ in range(2):
        operations.overrule(
            case=case, priority=1, reason="Her visa flight leaves tonight", by=officer, at=noon
        )
    case.refresh_from_db()
    assert (case.priority, case.due_at) == (1, noon + HOUR)
    assert _reasons(case)[0] == "overruled"
    assert case.assessments.order_by("-at", "-id").first().rules_priority == 4
    assert b"flight" not in bytes(Override.objects.get().reason_sealed)
    assert _events("case.overruled").get().keys["was"] == 4


def test_an_overruling_holds_until_something_graver_is_said(case, ask, officer, medical, noon):
    ask(case, medical)
    operations.overrule(
        case=case, priority=4, reason="Spoke to him, only a scratch", by=officer, at=noon
    )
    ask(case, Said("information"), text="where?", at=noon + HOUR)
    assert case.priority == 4
    ask(case, Said("medical", "life"), text="worse", at=noon + 2 * HOUR)
    assert case.priority == 1


def test_the_rules_speak_again_when_an_overruling_ends(case, ask, officer, medical, noon):
    ask(case, medical)
    operations.overrule(
        case=case, priority=4, reason="Spoke to him, only a scratch", by=officer, at=noon
    )
    for _ in range(2):
        operations.end_overrule(case=case, by=officer, at=noon + HOUR)
    case.refresh_from_db()
    assert case.priority == 2
    assert _events("case.overruling_ended").count() == 1


def test_a_case_is_not_taken_from_somebody_unseen(case, ask, officer, second_officer, noon):
    operations.assign(case=case, to=officer, by=officer, at=noon)
    with pytest.raises(operations.CannotAssign, match="Officer holds this case now"):
        operations.assign(case=case, to=second_officer, by=second_officer, at=noon)
    operations.assign(case=case, to=second_officer, by=second_officer, at=noon, expected=officer)
    case.refresh_from_db()
    assert case.assigned_to == second_officer


def test_giving_back_puts_a_case_before_everybody(case, officer, noon):
    operations.assign(case=case, to=officer, by=officer, at=noon)
    for _ in range(2):
        operations.release(case=case, by=officer, at=noon)
    case.refresh_from_db()
    assert case.assigned_to is None
    assert _events("case.released").count() == 1


def test_the_next_case_is_the_gravest_that_nobody_holds(open_named, ask, officer, second_officer):
    (mild, grave), noon = open_named("AB"), NOON
    ask(mild, Said("documents"))
    ask(grave, Said("medical", "life"))
    queue = Case.objects.filter(priority__isnull=False).order_by("priority", "due_at", "id")
    assert operations.take_next(queue=queue, by=officer, at=noon) == grave
    assert operations.take_next(queue=queue, by=second_officer, at=noon) == mild
    assert operations.take_next(queue=queue, by=officer, at=noon) is None


def test_a_set_of_cases_is_given_at_once_but_nobody_loses_theirs(
    open_named, officer, second_officer, noon
):
    cases = open_named("ABC")
    operations.assign(case=cases[0], to=officer, by=officer, at=noon)
    given = operations.assign_many(
        cases=Case.objects.all(),
        case_ids=[case.pk for case in cases],
        to=second_officer,
        by=officer,
        at=noon,
    )
    assert given == 2
    assert Case.objects.filter(assigned_to=second_officer).count() == 2
    assert Case.objects.get(pk=cases[0].pk).assigned_to == officer


def test_a_note_is_sealed_and_counts_once(case, officer, state, noon):
    from sojourn.foundation.identifiers import uuid7

    key = uuid7()
    for _ in range(2):
        note = operations.add_note(
            case=case, text="Fears her employer", organisation=state, by=officer, at=noon, key=key
        )
    assert Note.objects.count() == 1
    assert b"employer" not in bytes(note.text_sealed)


def test_a_task_is_done_once_and_can_be_taken_back(case, officer, noon):
    task = operations.add_task(case=case, words="Call the hospital", by=officer, at=noon)
    for _ in range(2):
        operations.finish_task(task=task, by=officer, at=noon)
    assert TriageTask.objects.get().done_at == noon
    operations.reopen_task(task=task, by=officer, at=noon)
    assert TriageTask.objects.get().done_at is None
    assert _events("task.finished").count() == 1


def _close(case, officer, state, at, reason=ClosingReason.HELPED, words=""):
    operations.close_case(
        case=case, reason=reason, words=words, by=officer, at=at, organisation=state
    )
    case.refresh_from_db()


def test_a_closed_case_leaves_the_queue_and_the_person_is_safe(
    case, ask, medical, officer, state, noon
):
    ask(case, medical)
    for _ in range(2):
        _close(case, officer, state, noon + HOUR)
    assert (case.stage, case.standing, case.priority) == (Stage.CLOSED, Standing.SAFE, None)
    assert _events("case.closed").count() == 1


def test_who_cannot_be_reached_is_unaccounted_for_again(case, ask, medical, officer, state, noon):
    ask(case, medical)
    with pytest.raises(operations.CannotTriage):
        _close(case, officer, state, noon, ClosingReason.UNREACHABLE)
    _close(case, officer, state, noon, ClosingReason.UNREACHABLE, "Called five times, phone is off")
    assert case.standing == Standing.UNACCOUNTED
    assert Note.objects.count() == 1


def test_a_closed_case_opens_again_as_it_was(case, ask, medical, officer, state, noon):
    ask(case, medical)
    _close(case, officer, state, noon + HOUR)
    for _ in range(2):
        operations.reopen_case(case=case, by=officer, at=noon + 2 * HOUR)
    case.refresh_from_db()
    assert (case.stage, case.standing, case.priority) == (Stage.TRIAGED, Standing.IN_NEED, 2)
    assert case.due_at == noon + 4 * HOUR
    assert _events("case.reopened").count() == 1


def test_the_tallies_stay_true_through_triage(case, ask, officer, state, noon):
    ask(case, Said("medical"))
    _close(case, officer, state, noon)
    operations.reopen_case(case=case, by=officer, at=noon)
    assert not caseload_queries.drift(case.crisis)
