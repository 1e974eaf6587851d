"""Referrals: consent first, the partner sees the person only while it lasts, every state has a clock."""

from datetime import timedelta

import pytest

from sojourn.foundation.access.models import Grant
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.terms import Stage
from sojourn.foundation.people import queries as people
from sojourn.response.referral import operations, queries, rules
from sojourn.response.referral.models import Referral, ReferralStep, Service
from sojourn.response.referral.terms import Consent, ServiceStatus, State

HOUR = timedelta(hours=1)


@pytest.fixture
def referral(case, clinic, officer, noon):
    """Maria is offered the clinic."""
    return operations.offer_referral(
        case=case,
        service=clinic,
        kinds=["medical"],
        summary="Broken arm, speaks Nepali",
        by=officer,
        at=noon,
    )


def _partner_sees(caseworker, person, at):
    viewer = viewer_of(caseworker, at=at)
    return people.people(viewer=viewer, purpose=Purpose.ASSISTANCE).filter(pk=person.pk).exists()


def test_an_offer_is_not_yet_shared(referral, caseworker, noon):
    assert referral.state == State.OFFERED
    assert referral.due_at == noon + 72 * HOUR
    assert not _partner_sees(caseworker, referral.case.person, noon)
    assert b"arm" not in bytes(referral.summary_sealed)
    assert queries.summary_of(referral) == "Broken arm, speaks Nepali"


def test_nothing_is_sent_before_the_person_was_asked(referral, officer, noon):
    with pytest.raises(operations.CannotRefer, match="cannot become sent"):
        operations.send_referral(referral=referral, by=officer, at=noon)
    assert not Grant.objects.exists()


def test_consent_is_recorded_with_how_it_was_given(referral, officer, noon):
    with pytest.raises(operations.CannotRefer, match="how"):
        operations.record_consent(referral=referral, how=Consent.NONE, by=officer, at=noon)
    agreed = operations.record_consent(referral=referral, how=Consent.SPOKEN, by=officer, at=noon)
    assert (agreed.state, agreed.consent, agreed.consented_at) == (
        State.CONSENTED,
        Consent.SPOKEN,
        noon,
    )


@pytest.fixture
def sent(referral, officer, noon):
    """Maria agreed, and the referral was sent."""
    operations.record_consent(referral=referral, how=Consent.SPOKEN, by=officer, at=noon)
    return operations.send_referral(referral=referral, by=officer, at=noon)


def test_the_partner_sees_the_person_from_sending_to_the_end(
    sent, officer, caseworker, consul, noon
):
    person = sent.case.person
    assert _partner_sees(caseworker, person, noon + HOUR)
    operations.accept_referral(referral=sent, by=caseworker, at=noon + HOUR)
    served = operations.serve_referral(
        referral=sent, note="Arm set", by=caseworker, at=noon + 2 * HOUR
    )
    served.case.refresh_from_db()
    assert served.case.stage == Stage.ASSISTED
    assert _partner_sees(caseworker, person, noon + 3 * HOUR)
    operations.close_referral(referral=sent, by=officer, at=noon + 4 * HOUR)
    assert not _partner_sees(caseworker, person, noon + 5 * HOUR)


@pytest.mark.parametrize("end", ["withdraw_referral", "refuse_referral"])
def test_access_ends_with_a_referral_that_came_to_nothing(sent, officer, caseworker, noon, end):
    getattr(operations, end)(referral=sent, note="No bed free", by=officer, at=noon + HOUR)
    assert not _partner_sees(caseworker, sent.case.person, noon + 2 * HOUR)
    assert Referral.objects.get().due_at is None


def test_a_refusal_says_why(sent, caseworker, noon):
    with pytest.raises(operations.CannotRefer, match="Say why"):
        operations.refuse_referral(referral=sent, note=" ", by=caseworker, at=noon)


def test_vital_interest_goes_without_consent_and_never_without_a_reason(referral, officer, noon):
    with pytest.raises(operations.CannotRefer, match="cannot be asked"):
        operations.send_without_consent(referral=referral, reason="", by=officer, at=noon)
    sent = operations.send_without_consent(
        referral=referral, reason="Unconscious, clinic must know", by=officer, at=noon
    )
    assert (sent.state, sent.consent) == (State.SENT, Consent.VITAL_INTEREST)
    assert AuditEvent.objects.filter(what="referral.sent").get().keys["consent"] == "vital_interest"


def test_every_step_counts_once(sent, officer, caseworker, noon):
    for _ in range(2):
        operations.send_referral(referral=sent, by=officer, at=noon)
    for _ in range(2):
        operations.accept_referral(referral=sent, by=caseworker, at=noon)
    assert Grant.objects.count() == 1
    assert list(ReferralStep.objects.order_by("id").values_list("state", flat=True)) == [
        State.OFFERED,
        State.CONSENTED,
        State.SENT,
        State.ACCEPTED,
    ]


def test_the_same_offer_is_one_referral(referral, case, clinic, officer, noon):
    again = operations.offer_referral(
        case=case, service=clinic, kinds=[], summary="", by=officer, at=noon
    )
    assert again == referral


def test_a_grave_case_has_a_short_clock(case, clinic, officer, noon):
    case.priority, case.due_at = 1, noon
    case.save()
    referral = operations.offer_referral(
        case=case, service=clinic, kinds=[], summary="", by=officer, at=noon
    )
    assert referral.due_at == noon + HOUR


def test_a_service_that_ended_takes_nobody(case, clinic, officer, noon):
    clinic.status = ServiceStatus.ENDED
    with pytest.raises(operations.CannotRefer, match="takes nobody"):
        operations.offer_referral(
            case=case, service=clinic, kinds=[], summary="", by=officer, at=noon
        )


def test_an_exercise_and_reality_do_not_mix(case, clinic, officer, noon):
    clinic.is_exercise = True
    with pytest.raises(operations.CannotRefer, match="do not mix"):
        operations.offer_referral(
            case=case, service=clinic, kinds=[], summary="", by=officer, at=noon
        )


@pytest.mark.parametrize("state", list(State))
def test_every_state_either_ends_or_has_a_clock_and_a_way_on(state):
    has_clock = all(rules.due_after(state, priority) for priority in (1, 2, 3, 4, None))
    assert has_clock == (state not in rules.ENDED) == bool(rules.STEPS[state])


def test_news_waits_for_whoever_sent_it(sent, officer, caseworker, noon):
    made = queries.referrals_made(viewer_of(officer, at=noon))
    assert not queries.with_news(made, at=noon).exists()
    assert queries.with_news(made, at=sent.due_at).exists()
    operations.accept_referral(referral=sent, by=caseworker, at=noon)
    operations.serve_referral(referral=sent, by=caseworker, at=noon)
    assert queries.with_news(made, at=noon).exists()


def test_only_those_who_sent_or_received_it_see_a_referral(
    sent, officer, caseworker, other_officer, host_officer
):
    for user, sees in [
        (officer, True),
        (caseworker, True),
        (other_officer, False),
        (host_officer, False),
    ]:
        viewer = viewer_of(user, at=sent.offered_at)
        assert queries.referrals_seen(viewer).filter(pk=sent.pk).exists() == sees


def test_a_list_of_services_goes_out_and_comes_in_again(clinic, state, officer, noon):
    from sojourn.exchange import hsds
    from sojourn.response.referral.rows import row_of

    clinic.is_confidential, clinic.address = True, "12 Secret Lane"
    clinic.save()
    content = hsds.write_services([row_of(clinic)])
    assert b"Secret" not in content

    reading = hsds.read_services(content)
    for _ in range(2):
        brought = operations.bring_services(
            rows=reading.rows, kept_by=state, is_exercise=False, by=officer, at=noon + HOUR
        )
        assert brought.added == 0
    clinic.refresh_from_db()
    assert Service.objects.count() == 1
    assert clinic.address == "12 Secret Lane"
    assert clinic.organisation is not None


def test_a_confidential_place_is_told_to_those_who_run_it_only(clinic, officer, caseworker, noon):
    clinic.is_confidential, clinic.address = True, "12 Secret Lane"
    assert queries.address_of(clinic, viewer=viewer_of(officer, at=noon)) == ""
    assert queries.address_of(clinic, viewer=viewer_of(caseworker, at=noon)) == "12 Secret Lane"
