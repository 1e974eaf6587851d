"""The spine: who sees whom, cases that count, steps that last, a record that cannot be bent."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from sojourn.foundation.access import operations as access
from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import ConsentWay, Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit import queries as audit_queries
from sojourn.foundation.audit.models import AuditEvent, Seal
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload import queries as cases
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.rules import HELP, STEPS, Tallied, measures_of
from sojourn.foundation.caseload.terms import Answer, Facet, Measure, Stage, Standing
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.terms import DocumentKind, Source


@pytest.mark.parametrize("stage", list(Stage))
def test_help_is_a_next_step_of_every_stage(stage):
    assert STEPS[stage] >= HELP


@given(
    answer=st.sampled_from(Answer),
    standing=st.sampled_from(Standing),
    is_messaged=st.booleans(),
    is_reached=st.booleans(),
)
def test_nobody_who_may_be_inside_is_without_a_standing(answer, standing, is_messaged, is_reached):
    measures = measures_of(Tallied(answer, standing, is_messaged, is_reached))
    standings = measures & {Measure.UNACCOUNTED, Measure.SAFE, Measure.IN_NEED}
    assert len(standings) <= 1
    if answer in {Answer.INSIDE, Answer.POSSIBLE, Answer.TOO_OLD, Answer.REPORTED}:
        assert len(standings) == 1


def test_identifiers_rise_with_time_and_say_their_version():
    keys = [uuid7() for _ in range(50)]
    assert all(key.version == 7 and key.variant == "specified in RFC 4122" for key in keys)
    assert [key.int >> 80 for key in keys] == sorted(key.int >> 80 for key in keys)


class TestWhoSeesWhom:
    def test_a_duty_officer_sees_the_people_of_her_state_only(
        self, register, viewer, other_officer, other_state, noon
    ):
        mine, theirs = register("Ours"), register("Theirs", responsible=other_state)
        seen = people_queries.people(viewer=viewer, purpose=Purpose.LOCATING)
        assert set(seen) == {mine}
        other = viewer_of(other_officer, at=noon)
        assert set(people_queries.people(viewer=other, purpose=Purpose.LOCATING)) == {theirs}

    def test_a_consul_sees_the_post_and_a_warden_who_named_her(
        self, register, consul, warden, post, noon
    ):
        of_post, named, _neither = (
            register("A", office=post),
            register("B", warden=warden),
            register("C"),
        )
        seen = people_queries.people(viewer=viewer_of(consul, at=noon), purpose=Purpose.LOCATING)
        assert set(seen) == {of_post}
        seen = people_queries.people(viewer=viewer_of(warden, at=noon), purpose=Purpose.LOCATING)
        assert set(seen) == {named}

    def test_a_partner_sees_by_grant_for_its_purpose_and_time(
        self, register, caseworker, partner, officer, noon
    ):
        person = register()
        access.give_consent(
            person_id=person.pk,
            facts=access.ConsentFacts(
                organisation=partner,
                purpose=Purpose.ASSISTANCE,
                way=ConsentWay.HERSELF,
                language="en",
                text="Helping Hands may see my record.",
            ),
            by=officer,
            at=noon,
        )
        access.give_grant(
            facts=access.GrantFacts(
                giver=person.responsible,
                receiver=partner,
                person_id=person.pk,
                purpose=Purpose.ASSISTANCE,
                country="NPL",
                reason="referral:test",
                expires_at=noon + timedelta(days=1),
            ),
            by=officer,
            at=noon,
        )

        def sees(purpose, at):
            viewer = viewer_of(caseworker, at=at)
            return people_queries.people(viewer=viewer, purpose=purpose).exists()

        assert sees(Purpose.ASSISTANCE, noon)
        assert not sees(Purpose.TRACING, noon)
        assert not sees(Purpose.ASSISTANCE, noon + timedelta(days=1))
        access.end_grants(reason="referral:test", by=officer, at=noon + timedelta(hours=1))
        assert not sees(Purpose.ASSISTANCE, noon + timedelta(hours=2))

    @pytest.mark.parametrize("who", ["host_officer", "administrator", "protector"])
    def test_numbers_and_users_are_not_people(self, who, register, request, noon):
        register()
        user = request.getfixturevalue(who)
        seen = people_queries.people(viewer=viewer_of(user, at=noon), purpose=Purpose.LOCATING)
        assert not seen.exists()

    def test_a_role_that_has_expired_opens_nothing(self, register, state, officer, noon):
        register()
        membership = officer.memberships.get()
        membership.expires_at = noon
        membership.save()
        seen = people_queries.people(viewer=viewer_of(officer, at=noon), purpose=Purpose.LOCATING)
        assert not seen.exists()

    def test_nobody_raises_their_own_rights(self, administrator, state, noon):
        with pytest.raises(organisations.CannotChangeMembership, match="their own role"):
            organisations.give_role(
                user=administrator,
                organisation=state,
                role=Role.DUTY_OFFICER,
                by=administrator,
                at=noon,
            )


class TestSealing:
    def test_a_document_number_is_found_but_not_stored(self, register, officer, noon):
        person = register()
        document = people.add_document(
            person=person,
            kind=DocumentKind.PASSPORT,
            number="EB 1234567",
            country="PHL",
            by=officer,
            at=noon,
        )
        assert b"1234567" not in bytes(document.number_sealed)
        assert bytes(document.number_index) == people.document_index("eb-1234567")
        assert (
            people.read_document_number(document=document, why="test", by=officer, at=noon)
            == "EB 1234567"
        )
        assert audit_queries.reads_of(person.pk).count() == 1

    def test_a_sealed_value_does_not_open_in_another_row(self):
        row, other = uuid7(), uuid7()
        sealed = sealing.seal("secret", table="t", column="c", row=row)
        assert sealing.open_sealed(sealed, table="t", column="c", row=row) == "secret"
        with pytest.raises(sealing.CannotOpen):
            sealing.open_sealed(sealed, table="t", column="c", row=other)

    def test_an_exact_position_is_sealed_and_the_key_is_coarse(self, register, officer, noon):
        whereabouts = people.report_whereabouts(
            person=register(),
            position=people.Position(
                latitude=27.7172,
                longitude=85.324,
                accuracy_km=0.01,
                observed_at=noon,
                source=Source.SELF,
                is_exact_kept=True,
            ),
            by=officer,
            at=noon,
        )
        assert whereabouts.level == 16
        assert whereabouts.key % (1 << (2 * (30 - 16))) == 0
        assert b"27.7" not in bytes(whereabouts.exact_sealed)


@pytest.fixture
def three_cases(crisis, register, officer, noon):
    findings = [
        caseload.CaseFinding(
            person=register(f"P{number}", nationality="PHL"), answer=answer, area="Kathmandu"
        )
        for number, answer in enumerate([Answer.INSIDE, Answer.POSSIBLE, Answer.NEAR])
    ]
    caseload.open_cases(crisis=crisis, findings=findings, what="exposed", by=officer, at=noon)
    return list(Case.objects.filter(crisis=crisis).order_by("person__name"))


class TestCases:
    def test_the_board_counts_from_tallies_that_do_not_drift(
        self, crisis, three_cases, state, officer, noon
    ):
        ids = [case.pk for case in three_cases]
        messaged = caseload.CaseChange(what="messaged", stage=Stage.CONTACTED, is_messaged=True)
        safe = caseload.CaseChange(what="safe_reply", standing=Standing.SAFE, is_reached=True)
        assert (
            caseload.change_cases(crisis=crisis, case_ids=ids, change=messaged, by=officer, at=noon)
            == 3
        )
        assert (
            caseload.change_cases(crisis=crisis, case_ids=ids, change=messaged, by=officer, at=noon)
            == 0
        )
        caseload.change_cases(crisis=crisis, case_ids=ids[:1], change=safe, by=officer, at=noon)

        expected = {
            "exposed": 2,
            "near": 1,
            "messaged": 3,
            "reached": 1,
            "safe": 1,
            "unaccounted": 1,
        }
        for _fold in range(2):
            counts = cases.tallies(crisis=crisis, organisations=[state.pk])[""]
            assert {measure.value: count for measure, count in counts.items()} == expected
            assert cases.drift(crisis) == {}
            caseload.fold_tallies(at=noon)
        by_area = cases.tallies(crisis=crisis, organisations=[state.pk], facet=Facet.AREA)
        assert by_area["Kathmandu"][Measure.EXPOSED] == 2
        assert cases.course(crisis=crisis, organisations=None).exists()

    def test_a_second_look_adds_and_changes_and_removes_nothing(
        self, crisis, three_cases, officer, noon
    ):
        later = noon + timedelta(hours=1)
        findings = [
            caseload.CaseFinding(person=case.person, answer=Answer.OUTSIDE)
            for case in three_cases[:1]
        ]
        done = caseload.open_cases(
            crisis=crisis, findings=findings, what="no_longer_inside", by=officer, at=later
        )
        assert (done.opened, done.changed) == (0, 1)
        assert Case.objects.filter(crisis=crisis).count() == 3
        assert cases.standing_as_of(crisis, noon, organisations=None)[Measure.EXPOSED] == 2
        assert cases.standing_as_of(crisis, later, organisations=None)[Measure.EXPOSED] == 1
        assert cases.drift(crisis) == {}

    def test_help_is_given_from_a_closed_case_and_other_steps_are_refused(
        self, crisis, three_cases, officer, noon
    ):
        ids = [three_cases[0].pk]

        def step(stage):
            change = caseload.CaseChange(what=stage.value, stage=stage)
            return caseload.change_cases(
                crisis=crisis, case_ids=ids, change=change, by=officer, at=noon
            )

        assert step(Stage.CLOSED) == 1
        with pytest.raises(caseload.CannotStep, match="cannot become returned"):
            step(Stage.RETURNED)
        assert step(Stage.TRIAGED) == 1

    def test_an_exercise_never_opens_a_case_for_a_real_person(
        self, crisis, register, officer, noon
    ):
        person = register(is_exercise=True)
        found = [caseload.CaseFinding(person=person, answer=Answer.INSIDE)]
        done = caseload.open_cases(
            crisis=crisis, findings=found, what="exposed", by=officer, at=noon
        )
        assert (done.opened, done.changed, done.passed_over) == (0, 0, 1)
        assert not Case.objects.exists()

    def test_a_real_crisis_and_an_exercise_say_how_many_findings_were_of_the_other_world(
        self, crisis, register, officer, noon
    ):
        people = [register(), register(is_exercise=True), register(is_exercise=True)]
        found = [caseload.CaseFinding(person=one, answer=Answer.INSIDE) for one in people]

        done = caseload.open_cases(
            crisis=crisis, findings=found, what="exposed", by=officer, at=noon
        )

        assert (done.opened, done.passed_over) == (1, 2)
        event = AuditEvent.objects.get(what="cases.opened")
        assert (event.keys["opened"], event.keys["passed_over"]) == (1, 2)

    def test_findings_of_the_other_world_leave_a_trace_though_nothing_was_opened(
        self, crisis, register, officer, noon
    ):
        found = [caseload.CaseFinding(person=register(is_exercise=True), answer=Answer.INSIDE)]

        caseload.open_cases(crisis=crisis, findings=found, what="exposed", by=officer, at=noon)

        assert AuditEvent.objects.get(what="cases.opened").keys["passed_over"] == 1


class TestAudit:
    def test_a_change_and_a_deletion_and_a_gap_are_found(self, register):
        for name in ("A", "B", "C"):
            register(name)
        assert audit.seal() >= 3
        assert audit_queries.verify().is_sound

        event = AuditEvent.objects.get(pk=Seal.objects.get(number=2).event_id)
        AuditEvent.objects.filter(pk=event.pk).update(what="nothing.happened")
        assert any(problem.number == 2 for problem in audit_queries.verify().problems)
        AuditEvent.objects.filter(pk=event.pk).update(what=event.what)
        assert audit_queries.verify().is_sound

        Seal.objects.filter(number=2).delete()
        assert not audit_queries.verify().is_sound

    def test_sealing_twice_seals_once(self, register):
        register()
        audit.seal()
        sealed = Seal.objects.count()
        assert audit.seal() == 0
        assert Seal.objects.count() == sealed

    def test_an_event_bears_no_name(self, register):
        register("Very Secret Name")
        assert not AuditEvent.objects.filter(keys__icontains="Secret").exists()

    def test_the_clock_of_an_exercise_runs_at_its_speed(self, crisis):
        real = now()
        assert crisis.clock.at(real) == real
