"""The pages of sharing say what the deeds did; what was told in confidence stays where it was told."""

import pytest
from django.utils.timezone import now

from sojourn.foundation.access import sealing
from sojourn.foundation.access.models import Consent, DataKey
from sojourn.foundation.access.terms import DataClass, Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.people import queries as people_queries
from sojourn.foundation.people import vault


class TestPages:
    """The pages say what the deeds did."""

    def test_staff_ask_in_her_language_and_take_back(self, client, officer, person, partner):
        client.force_login(officer)
        asked = f"{partner.pk}:assistance"

        page = client.get(f"/register/{person.pk}/sharing/", {"ask": asked})
        assert partner.name in page.content.decode()
        answer = client.post(
            f"/register/{person.pk}/sharing/yes/", {"question": asked, "way": "herself"}
        )
        assert answer.status_code == 302
        consent = Consent.objects.get()
        client.post(f"/register/{person.pk}/sharing/{consent.pk}/back/")
        consent.refresh_from_db()
        assert consent.withdrawn_at is not None

    def test_a_relative_has_a_name(self, client, officer, person, partner):
        client.force_login(officer)

        answer = client.post(
            f"/register/{person.pk}/sharing/yes/",
            {"question": f"{partner.pk}:assistance", "way": "relative", "given_by": ""},
        )

        assert answer.status_code == 422
        assert "Say who agreed" in answer.content.decode()
        assert not Consent.objects.exists()

    def test_an_officer_from_whom_it_is_withheld_loses_the_record(
        self, client, officer, person, noon
    ):
        client.force_login(officer)

        answer = client.post(
            f"/register/{person.pk}/sharing/withhold/", {"party": officer.pk}, follow=True
        )

        assert answer.redirect_chain[-1][0] == "/register/"
        assert client.get(f"/register/{person.pk}/").status_code == 404

    def test_the_policy_explains_itself_to_who_watches(
        self, client, protector, officer, person, caseworker
    ):
        client.force_login(protector)
        client.get("/protection/")

        page = client.get("/protection/why/", {"user": officer.pk, "person": f"person:{person.pk}"})

        words = page.content.decode()
        assert "can see" in words
        assert "duty officer for the organisation that holds the record" in words
        assert person.name not in words

    def test_who_watches_one_organisation_learns_nothing_of_another(
        self, client, protector, register, other_state, officer
    ):
        theirs = register("Anna", responsible=other_state)
        client.force_login(protector)

        page = client.get("/protection/why/", {"user": officer.pk, "person": str(theirs.pk)})

        assert page.status_code == 422


class TestConfidence:
    """What was told in confidence stays with the organisation that was told."""

    @pytest.fixture
    def note(self, person, state, officer, noon):
        return vault.write_note(
            person=person, organisation=state, text="She has no papers.", by=officer, at=noon
        )

    def test_it_opens_for_a_reason_and_the_person_sees_it(self, note, person, officer, noon):
        with pytest.raises(vault.CannotOpenNote, match="why"):
            vault.open_note(note=note, reason="", by=officer, at=noon)

        text = vault.open_note(note=note, reason="The lawyer asks for it", by=officer, at=noon)

        assert text == "She has no papers."
        assert AuditEvent.objects.get(what="vault.read").person_id == person.pk
        assert b"lawyer" not in bytes(note.looks.get().reason_sealed)

    def test_it_is_under_a_key_of_the_vault(self, note, state):
        key = DataKey.objects.get(pk=sealing.key_id_of(note.text_sealed))

        assert (key.organisation, key.data_class) == (state, DataClass.VAULT)

    def test_a_partner_who_may_see_the_person_does_not_see_it(
        self, sent, note, person, caseworker, noon
    ):
        viewer = viewer_of(caseworker, at=noon)

        assert people_queries.people(viewer=viewer, purpose=Purpose.ASSISTANCE).exists()
        assert not vault.notes_on(person, viewer=viewer).exists()

    def test_it_can_be_destroyed(self, client, note, person, officer):
        client.force_login(officer)
        client.post(f"/register/{person.pk}/confidential/{note.pk}/destroy/")

        assert not vault.notes_on(person, viewer=viewer_of(officer, at=now())).exists()

    def test_the_page_opens_one_for_a_reason(self, client, note, person, officer):
        client.force_login(officer)
        address = f"/register/{person.pk}/confidential/{note.pk}/open/"

        assert client.post(address, {"reason": "x"}).status_code == 422
        page = client.post(address, {"reason": "The lawyer asks for it"})

        assert "She has no papers." in page.content.decode()
        assert page["Cache-Control"].find("no-store") >= 0
