"""Clocks that run out, and what starts them anew; in an exercise by its own time."""

from datetime import timedelta

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, CrisisKind
from sojourn.response.triage import operations
from sojourn.response.triage.models import (
    Assessment,
    Entry,
    Escalation,
)
from sojourn.response.triage.operations import Said

HOUR = timedelta(hours=1)


def _events(what):
    return AuditEvent.objects.filter(what=what)


def _reasons(case):
    return [reason["rule"] for reason in case.assessments.order_by("-at", "-id").first().reasons]


def test_a_clock_that_ran_out_reaches_the_post_then_the_duty_officer_each_once(
    register, open_case, ask, medical, post, noon
):
    case = open_case(register(office=post))
    ask(case, medical)
    late = case.due_at + timedelta(minutes=1)
    assert operations.escalate(at=case.due_at - timedelta(minutes=1)) == 0
    assert [operations.escalate(at=late), operations.escalate(at=late)] == [1, 0]
    assert Entry.objects.get().escalation == 1
    later = case.due_at + timedelta(minutes=61)
    assert [operations.escalate(at=later), operations.escalate(at=later)] == [1, 0]
    assert list(Escalation.objects.order_by("at").values_list("level", flat=True)) == [1, 2]
    assert _events("cases.escalated").count() == 2


def test_without_a_post_the_duty_officer_is_told_at_once(case, ask, medical):
    ask(case, medical)
    operations.escalate(at=case.due_at)
    assert Entry.objects.get().escalation == 2


def test_a_day_of_waiting_lifts_the_rest_by_one_class(case, ask, noon):
    ask(case, Said("documents"))
    operations.escalate(at=noon + 23 * HOUR)
    case.refresh_from_db()
    assert case.priority == 4
    for _ in range(2):
        operations.escalate(at=noon + 25 * HOUR)
    case.refresh_from_db()
    assert case.priority == 3
    assert "long-wait" in _reasons(case)
    assert Assessment.objects.count() == 2


def test_acting_for_the_person_starts_the_clock_anew(case, ask, medical, officer, noon):
    ask(case, medical)
    operations.escalate(at=case.due_at)
    operations.act(case=case, what="called", by=officer, at=noon + 3 * HOUR)
    case.refresh_from_db()
    assert case.due_at == noon + 5 * HOUR
    assert Entry.objects.get().escalation == 0
    assert _events("case.called").exists()


def test_a_referral_that_was_sent_starts_the_clock_anew_once(
    case, ask, medical, officer, state, noon
):
    from sojourn.response.referral import operations as referral
    from sojourn.response.referral.terms import Consent

    ask(case, medical)
    service = referral.add_service(
        facts=referral.ServiceFacts(name="Clinic", provider="Sisters"),
        kept_by=state,
        by=officer,
        at=noon,
    )
    offered = referral.offer_referral(
        case=case, service=service, kinds=[], summary="Leg", by=officer, at=noon
    )
    operations.escalate(at=noon + HOUR)
    case.refresh_from_db()
    assert case.due_at == noon + 2 * HOUR
    referral.record_consent(referral=offered, how=Consent.SPOKEN, by=officer, at=noon + HOUR)
    referral.send_referral(referral=offered, by=officer, at=noon + HOUR)
    for _ in range(2):
        operations.escalate(at=noon + HOUR)
    case.refresh_from_db()
    assert case.due_at == noon + 3 * HOUR
    assert _events("case.referred").count() == 1


def test_in_an_exercise_the_clock_is_that_of_the_exercise(state, officer, noon, register):
    from sojourn.foundation.caseload.rules import Clock

    exercise = caseload.open_crisis(
        facts=caseload.CrisisFacts(
            name="Drill",
            kind=CrisisKind.FLOOD,
            is_exercise=True,
            clock=Clock(noon, noon - timedelta(days=4000), 60.0),
        ),
        lead=state,
        by=officer,
        at=noon,
    )
    person = register("Player", is_exercise=True)
    then = noon - timedelta(days=4000)
    caseload.open_cases(
        crisis=exercise,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=then,
    )
    case = Case.objects.get(person=person)
    operations.triage_reply(case=case, text="", needs=[Said("medical", "life")], by=person, at=then)
    assert operations.escalate(at=noon + timedelta(seconds=29)) == 0
    assert operations.escalate(at=noon + timedelta(seconds=31)) == 1
