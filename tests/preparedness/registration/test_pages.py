"""Pages of imports and of the register: status and words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.audit import queries as audit
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.rules import Clock
from sojourn.foundation.caseload.terms import Answer, CrisisKind
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from sojourn.foundation.people.terms import Channel, DocumentKind, Source
from sojourn.preparedness.registration.models import Import
from sojourn.preparedness.registration.terms import Plan

LIST = "Name,Nationality,Phone\nRam Thapa,Nepal,+9779841234567\nसीता राई,Nepal,12\n,Nepal,\n"


def words(answer):
    return answer.content.decode()


def upload(client, text=LIST, source="ACME", name="staff.csv"):
    return client.post(
        reverse("registration:imports"),
        {"file": SimpleUploadedFile(name, text.encode()), "source": source, "phone_country": "NP"},
    )


def test_a_list_is_brought_looked_at_confirmed_and_undone(duty):
    address = upload(duty)["Location"]
    page = words(duty.get(address))
    assert "Bring 2 people into the register" in page
    assert "A name to call by is needed." in page
    assert not Person.objects.exists()

    record = Import.objects.get()
    duty.post(reverse("registration:confirm", args=[record.pk]))
    assert Person.objects.count() == 2
    assert "Undo this import" in words(duty.get(address))

    duty.post(reverse("registration:undo", args=[record.pk]))
    assert Person.objects.count() == 0


def test_the_same_file_again_leads_to_the_same_import(duty):
    first = upload(duty)["Location"]

    answer = upload(duty)

    assert answer["Location"] == first
    assert "Nothing was done twice" in words(duty.get(first))


def test_a_file_that_is_no_list_is_told_beside_the_field(duty):
    answer = upload(duty, "%PDF-1.7")

    assert answer.status_code == 422
    assert "This is not a table" in words(answer)


def test_a_long_list_is_left_to_the_worker_and_shows_how_far_it_is(duty):
    from sojourn.preparedness.registration.tasks import add_people

    rows = "".join(f"Person {n} Rai{n}\n" for n in range(230))
    upload(duty, "Name\n" + rows)
    record = Import.objects.get()

    duty.post(reverse("registration:confirm", args=[record.pk]))
    asked = duty.get(reverse("registration:progress", args=[record.pk]))
    assert "hx-trigger" in words(asked)
    assert not Person.objects.exists()

    add_people(str(record.pk))
    asked = duty.get(reverse("registration:progress", args=[record.pk]))
    assert asked["HX-Refresh"] == "true"
    assert Person.objects.count() == 230


def test_problems_are_handed_out_as_a_table(duty):
    upload(duty)
    record = Import.objects.get()

    table = duty.get(reverse("registration:problems", args=[record.pk])).content.decode("utf-8-sig")

    lines = table.splitlines()
    assert lines[0] == "file,line,column,problem"
    assert lines[-1] == "staff.csv,4,Name,A name to call by is needed."


def test_a_resemblance_is_decided_on_the_page(duty, register):
    register("राम थापा")
    upload(duty)
    row = Import.objects.get().rows.get(line=2)
    assert row.plan == Plan.MAYBE

    duty.post(reverse("registration:judge", args=[row.record_id, row.pk]), {"judgement": "same"})

    row.refresh_from_db()
    assert row.judgement == "same"


def test_the_register_is_searched_and_narrowed(duty, register):
    register("محمد عبد الرحمن", nationality="EGY")
    register("Ram Thapa", nationality="NPL")
    address = reverse("registration:people")

    assert "2 people" in words(duty.get(address))
    found = words(duty.get(address, {"q": "mohammed"}))
    assert "محمد" in found
    assert "Ram Thapa" not in found
    assert "Ram Thapa" not in words(duty.get(address, {"nationality": "EGY"}))
    assert "Nobody was found" in words(duty.get(address, {"q": "Olga"}))


def test_in_an_exercise_the_age_of_a_place_is_told_by_its_own_clock(duty, register, officer, state):
    shown = datetime(2015, 4, 25, 6, 20, tzinfo=UTC)
    person = register(is_exercise=True)
    people.report_whereabouts(
        person=person,
        position=people.Position(
            latitude=27.7,
            longitude=85.3,
            accuracy_km=5,
            observed_at=shown - timedelta(days=3),
            source=Source.LIST,
        ),
        by=officer,
        at=now(),
    )
    crisis = caseload.open_crisis(
        facts=caseload.CrisisFacts(
            name="Exercise",
            kind=CrisisKind.EARTHQUAKE,
            is_exercise=True,
            clock=Clock(now(), shown, 0),
        ),
        lead=state,
        participants=[],
        by=officer,
        at=now(),
    )
    found = caseload.CaseFinding(person=person, answer=Answer.INSIDE)
    caseload.open_cases(crisis=crisis, findings=[found], what="exposed", by=officer, at=shown)

    assert "3 days ago" in words(duty.get(reverse("registration:people")))
    assert "3 days ago" in words(duty.get(reverse("registration:person", args=[person.pk])))


def test_an_empty_register_says_what_to_do(duty):
    assert "The register is empty" in words(duty.get(reverse("registration:people")))


def test_the_register_turns_pages_by_key_and_shows_each_person_once(duty, register):
    for number in range(60):
        register(f"Person{number:02d} Thapa")
    address = reverse("registration:people")

    first = duty.get(address)
    last = first.context["people"][-1].person.pk
    second = duty.get(address, {"after": last})

    keys = [line.person.pk for page in (first, second) for line in page.context["people"]]
    assert len(keys) == len(set(keys)) == 60


def test_looking_at_a_person_is_noted_where_the_person_can_see_it(duty, register):
    person = register()

    page = duty.get(reverse("registration:person", args=[person.pk]))

    assert "Maria Santos" in words(page)
    assert page["Cache-Control"].startswith("max-age=0")
    assert [event.what for event in audit.reads_of(person.pk)] == ["person.read"]


def test_a_document_number_is_shown_on_purpose_only(duty, register, officer, noon):
    person = register()
    document = people.add_document(
        person=person,
        kind=DocumentKind.PASSPORT,
        number="N1234567",
        country="NPL",
        by=officer,
        at=noon,
    )
    assert "N1234567" not in words(duty.get(reverse("registration:person", args=[person.pk])))
    address = reverse("registration:document_number", args=[person.pk, document.pk])
    assert duty.get(address).status_code == 405

    assert "N1234567" in words(duty.post(address))
    assert AuditEvent.objects.filter(what="document.number_read", person_id=person.pk).count() == 1


def test_a_new_person_is_searched_for_before_she_is_made(duty, register):
    known = register("Maria Dela Cruz")
    form = {"name": "Maria de la Cruz", "phone": "", "email": ""}

    asked = duty.post(reverse("registration:add"), form)
    assert "Is it one of these?" in words(asked)
    assert str(known.pk) in words(asked)
    assert Person.objects.count() == 1

    done = duty.post(reverse("registration:add"), {**form, "is_new": "1"})
    assert done.status_code == 302
    assert Person.objects.count() == 2


def test_a_person_needs_no_more_than_a_description(duty):
    done = duty.post(reverse("registration:add"), {"description": "woman in a blue coat"})

    assert done.status_code == 302
    assert "woman in a blue coat" in words(duty.get(done["Location"]))


def test_a_person_needs_no_less_than_that(duty):
    answer = duty.post(reverse("registration:add"), {"phone": "+977 984 123 4567"})

    assert answer.status_code == 422
    assert "Nothing else is" in words(answer)


def test_a_member_of_a_household_joins_it(duty, register):
    mother = register("Sita Rai")

    duty.post(
        f"{reverse('registration:add')}?household={mother.household_id}", {"name": "Kumar Rai"}
    )

    assert Person.objects.get(name="Kumar Rai").household == mother.household


def test_a_record_is_corrected(duty, register):
    person = register("Maria Santos", languages=["fil", "en"])

    duty.post(
        reverse("registration:edit", args=[person.pk]),
        {"name": "María Santos", "other_names": "Ma. Santos\n", "language": "en"},
    )

    person.refresh_from_db()
    assert (person.name, person.other_names) == ("María Santos", ["Ma. Santos"])
    assert person.languages == ["en", "fil"]


def test_a_telephone_a_paper_and_a_place_are_added(duty, register):
    person = register()

    duty.post(reverse("registration:add_contact", args=[person.pk]), {"phone": "+977 984-123-4567"})
    duty.post(
        reverse("registration:add_document", args=[person.pk]),
        {"kind": "passport", "number": "P123", "country": "PHL"},
    )
    duty.post(
        reverse("registration:add_place", args=[person.pk]),
        {"latitude": "27.7", "longitude": "85.3", "accuracy_km": "5", "place": "Patan"},
    )

    page = words(duty.get(reverse("registration:person", args=[person.pk])))
    assert "+977 984-1234567" in page
    assert "Patan" in page
    assert person.documents.count() == 1


def test_a_wrong_telephone_is_told_and_not_kept(duty, register):
    person = register()

    answer = duty.post(
        reverse("registration:add_contact", args=[person.pk]), {"phone": "12"}, follow=True
    )

    assert "The country code is missing." in words(answer)
    assert not person.contact_points.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_register_is_handed_out_without_anything_that_runs(duty, register, officer, noon, form):
    person = register('=HYPERLINK("http://x.example","Ram")', nationality="NPL")
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )

    answer = duty.post(reverse("registration:export"), {"format": form})

    if form == "csv":
        assert "'=HYPERLINK" in answer.content.decode("utf-8-sig")
        assert "'+9779841234567" in answer.content.decode("utf-8-sig")
    else:
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    event = AuditEvent.objects.get(what="register.exported")
    assert event.keys["people"] == 1


@pytest.mark.parametrize("page", ["person", "edit", "add_contact", "document"])
def test_another_organisations_person_is_not_there(client, register, other_officer, page):
    client.force_login(other_officer)
    person = register()

    if page in {"person", "edit"}:
        answer = client.get(reverse(f"registration:{page}", args=[person.pk]))
    else:
        name = "add_contact" if page == "add_contact" else "add_document"
        answer = client.post(reverse(f"registration:{name}", args=[person.pk]), {})

    assert answer.status_code == 404


def test_a_warden_reads_who_named_her_and_changes_nothing(client, register, warden):
    mine, other = register("Mine Thapa", warden=warden), register("Other Thapa")
    client.force_login(warden)

    page = words(client.get(reverse("registration:people")))

    assert "Mine Thapa" in page
    assert "Other Thapa" not in page
    assert client.get(reverse("registration:person", args=[mine.pk])).status_code == 200
    assert client.get(reverse("registration:person", args=[other.pk])).status_code == 404
    assert client.get(reverse("registration:edit", args=[mine.pk])).status_code == 403


def test_a_person_is_given_to_a_post_and_to_the_warden_she_named(
    duty, register, post, warden, client
):
    person = register()

    duty.post(
        reverse("registration:look_after", args=[person.pk]),
        {"office": str(post.pk), "warden": str(warden.pk)},
    )

    person.refresh_from_db()
    assert (person.office, person.warden) == (post, warden)
    client.force_login(warden)
    assert client.get(reverse("registration:person", args=[person.pk])).status_code == 200


def test_somebody_who_is_no_warden_here_is_not_made_one(duty, register, other_officer):
    person = register()

    duty.post(
        reverse("registration:look_after", args=[person.pk]), {"warden": str(other_officer.pk)}
    )

    person.refresh_from_db()
    assert person.warden is None
