"""What a person says yes or no to holds at once, for everybody, and can be seen."""

from datetime import timedelta

import pytest
from tests.conftest import agree

from sojourn.foundation.access import operations as access
from sojourn.foundation.access import queries as access_queries
from sojourn.foundation.access.consent_texts import consent_text
from sojourn.foundation.access.models import BrokenGlass, Consent, Notice
from sojourn.foundation.access.terms import ConsentWay, FieldGroup, NoticeKind, Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.procedures.sharing import operations as sharing
from sojourn.procedures.sharing import queries
from sojourn.response.referral.terms import State

HOUR = timedelta(hours=1)


def _sees(user, person, at, purpose=Purpose.ASSISTANCE):
    seen = people_queries.people(viewer=viewer_of(user, at=at), purpose=purpose)
    return seen.filter(pk=person.pk).exists()


def test_a_yes_is_kept_with_the_text_that_was_shown(sent, person, partner):
    consent = Consent.objects.get(person_id=person.pk)

    assert (consent.organisation, consent.purpose) == (partner, Purpose.ASSISTANCE)
    assert (consent.way, consent.language) == (ConsentWay.HERSELF, "fil")
    assert partner.name in consent.text


@pytest.mark.parametrize(("preferred", "written"), [("ne-NP", "ne"), ("ar", "ar"), ("th", "en")])
def test_a_text_is_whole_in_one_language_and_says_in_which(preferred, written, partner):
    shown = consent_text(organisation=partner.name, purpose=Purpose.ASSISTANCE, preferred=preferred)

    assert shown.language == written
    assert ("may see these facts" in shown.text) is (written == "en")
    assert ("Household" in shown.text) is (written == "en")


def test_a_yes_taken_back_ends_access_and_referral_at_once(sent, person, partner, caseworker, noon):
    assert _sees(caseworker, person, noon)
    consent = Consent.objects.get(person_id=person.pk)

    stopped = sharing.take_back(consent=consent, by=person, at=noon + HOUR)

    assert stopped == 1
    assert not _sees(caseworker, person, noon + HOUR)
    sent.refresh_from_db()
    assert sent.state == State.WITHDRAWN
    assert Notice.objects.get().kind == NoticeKind.CONSENT_WITHDRAWN
    assert sharing.take_back(consent=consent, by=person, at=noon + 2 * HOUR) == 0
    assert AuditEvent.objects.filter(what="consent.withdrawn").count() == 1


def test_an_agreement_that_ends_closes_what_rests_on_it(sent, person, state, caseworker, noon):
    agreement = state.agreements_given.get()

    access.end_agreement(agreement=agreement, by=person, at=noon + HOUR)

    assert _sees(caseworker, person, noon)
    assert not _sees(caseworker, person, noon + HOUR)


def test_without_an_agreement_nothing_is_sent_but_in_vital_interest_for_three_days(
    person, other_state, other_officer, officer, noon
):
    facts = access.GrantFacts(
        giver=person.responsible,
        receiver=other_state,
        person_id=person.pk,
        purpose=Purpose.ASSISTANCE,
        country="NPL",
        reason="referral:x",
    )
    with pytest.raises(access.CannotShare, match="no agreement"):
        access.give_grant(facts=facts, by=officer, at=noon)
    vital = access.GrantFacts(
        giver=facts.giver,
        receiver=facts.receiver,
        person_id=facts.person_id,
        purpose=facts.purpose,
        country="NPL",
        reason="referral:y",
        basis="vital_interest",
    )

    grant = access.give_grant(facts=vital, by=officer, at=noon)

    assert grant.expires_at == noon + timedelta(hours=72)
    assert Notice.objects.get().kind == NoticeKind.VITAL_INTEREST


def test_a_partner_looks_at_the_facts_of_the_agreement_only(
    sent, person, state, partner, caseworker, noon
):
    viewer = viewer_of(caseworker, at=noon)
    state.agreements_given.update(fields=["identity", "needs"])

    shared = access_queries.fields_shared(
        viewer=viewer, person_id=person.pk, purpose=Purpose.ASSISTANCE
    )

    assert shared == {FieldGroup.IDENTITY, FieldGroup.NEEDS}


@pytest.mark.parametrize(
    "path", ["/register/{person}/", "/triage/cases/{case}/", "/referrals/{referral}/"]
)
def test_pages_show_a_partner_no_more_than_the_agreement_names(
    client, sent, person, officer, state, caseworker, noon, path
):
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )
    access_queries.Grant.objects.update(expires_at=None)
    client.force_login(caseworker)
    address = path.format(person=person.pk, case=person.cases.get().pk, referral=sent.pk)
    whole = client.get(address).content.decode()
    state.agreements_given.update(fields=["needs"])

    narrow = client.get(address).content.decode()

    assert "Maria Santos" in whole
    assert "Maria Santos" not in narrow
    assert "Name not shared" in narrow
    assert "9841234567" not in narrow


def test_an_agreement_counts_once_both_have_signed(state, other_state, noon):
    facts = access.AgreementFacts(
        giver=state,
        receiver=other_state,
        purpose=Purpose.TRACING,
        fields=[FieldGroup.IDENTITY],
        starts_at=noon,
    )
    agreement = access.draft_agreement(facts=facts, by=_setup(), at=noon)
    in_force = access_queries.agreements_in_force(at=noon).filter(pk=agreement.pk)

    for party, then in ((state, False), (other_state, True)):
        access.sign_agreement(
            agreement=agreement, party=party, signatory="Minister", by=_setup(), at=noon
        )
        assert in_force.exists() is then


def _setup():
    from tests.conftest import SET_UP

    return SET_UP


def test_an_administrator_signs_for_their_own_organisation_only(
    state, other_state, administrator, noon
):
    facts = access.AgreementFacts(
        giver=other_state,
        receiver=state,
        purpose=Purpose.TRACING,
        fields=[FieldGroup.IDENTITY],
        starts_at=noon,
    )
    agreement = access.draft_agreement(facts=facts, by=administrator, at=noon)

    with pytest.raises(access.CannotAgree, match="administrator"):
        access.sign_agreement(
            agreement=agreement, party=other_state, signatory="Me", by=administrator, at=noon
        )
    access.sign_agreement(
        agreement=agreement, party=state, signatory="Me", by=administrator, at=noon
    )


def test_who_is_withheld_from_sees_nothing_even_in_an_emergency(
    person, officer, consul, caseworker, partner, noon
):
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )
    sharing.keep_from(person=person, party=partner, by=person, at=noon)

    with pytest.raises(access.CannotBreakGlass, match="Nobody was found"):
        sharing.open_to_save_a_life(
            viewer=viewer_of(caseworker, at=noon),
            identifier="+977 984-1234567",
            reason="She is under the rubble",
            at=noon,
        )
    assert not BrokenGlass.objects.exists()


@pytest.mark.parametrize("typed", ["+977 984-1234567", "00977 9841234567", "p-123 456"])
def test_glass_is_broken_with_a_reason_for_an_hour_and_seen_by_all_who_watch(
    typed, person, officer, caseworker, partner, state, noon
):
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )
    people.add_document(
        person=person,
        kind=DocumentKind.PASSPORT,
        number="P123456",
        country="PHL",
        by=officer,
        at=noon,
    )
    viewer = viewer_of(caseworker, at=noon)
    with pytest.raises(access.CannotBreakGlass, match="why"):
        sharing.open_to_save_a_life(viewer=viewer, identifier=typed, reason="", at=noon)

    opened = sharing.open_to_save_a_life(
        viewer=viewer, identifier=typed, reason="She is under the rubble", at=noon
    )

    assert opened == [person]
    assert _sees(caseworker, person, noon + HOUR / 2)
    assert not _sees(caseworker, person, noon + HOUR)
    assert {one.organisation for one in Notice.objects.all()} == {state, partner}
    look = AuditEvent.objects.get(what="glass.broken")
    assert (look.person_id, look.is_read) == (person.pk, True)
    assert b"rubble" not in bytes(BrokenGlass.objects.get().reason_sealed)


def test_numbers_and_users_cannot_break_glass(person, host_officer, administrator, noon):
    for user in (host_officer, administrator):
        with pytest.raises(access.CannotBreakGlass, match="help people"):
            sharing.open_to_save_a_life(
                viewer=viewer_of(user, at=noon),
                identifier="+9779841234567",
                reason="She is under the rubble",
                at=noon,
            )


def test_questions_are_what_she_has_not_answered(person, state, partner, noon):
    agree(state, partner, purpose=Purpose.REINTEGRATION)

    asked = {(one.organisation.name, one.purpose) for one in queries.questions_for(person, at=noon)}
    assert asked == {
        (state.name, Purpose.TRACING),
        (state.name, Purpose.REINTEGRATION),
        (partner.name, Purpose.ASSISTANCE),
        (partner.name, Purpose.REINTEGRATION),
    }
    access.say_yes(
        person_id=person.pk,
        organisation=partner,
        purpose=Purpose.ASSISTANCE,
        preferred="en",
        by=person,
        at=noon,
    )
    assert len(queries.questions_for(person, at=noon)) == 3
