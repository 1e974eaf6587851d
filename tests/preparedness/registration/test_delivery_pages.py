"""Pages of many files brought together: status and words."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from tests.preparedness.registration.test_pages import LIST, upload, words

from sojourn.foundation.jobs import runner
from sojourn.foundation.people.models import Person
from sojourn.preparedness.registration.models import Delivery, Import


def bring_together(client, *files, **more):
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(
        reverse("registration:imports"),
        {"file": given, "source": "ACME", "phone_country": "NP", **more},
    )


def work():
    while runner.run_one(worker="tests"):
        pass


FILES = (
    ("north.csv", LIST.encode()),
    ("south.csv", b"Name,Phone\nHari Rai,+9779841234569\n"),
    ("scan.csv", b"%PDF-1.7"),
)


def test_many_files_are_brought_watched_and_confirmed_in_one_go(duty):
    address = bring_together(duty, *FILES)["Location"]
    delivery = Delivery.objects.get()
    progress = reverse("registration:delivery_progress", args=[delivery.pk])

    waiting = words(duty.get(address))
    assert "Look again" in waiting
    assert "hx-trigger" in waiting
    assert "Bring 3 people" not in waiting

    work()
    read = words(duty.get(progress))
    assert "hx-trigger" not in read
    assert "Look again" not in words(duty.get(address))
    assert "Bring 3 people into the register" in read
    assert "This is not a table" in read

    duty.post(reverse("registration:delivery_confirm", args=[delivery.pk]))
    work()
    assert Person.objects.count() == 3
    assert "All files are done" in words(duty.get(progress))


def test_the_page_of_many_files_sent_twice_leads_to_one_delivery(duty):
    page = duty.get(reverse("registration:imports"))
    key = str(page.context["form"]["key"].value())

    first = bring_together(duty, *FILES, key=key)
    again = bring_together(duty, *FILES, key=key)

    assert first["Location"] == again["Location"]
    assert Delivery.objects.get().files.count() == 3


def test_an_archive_alone_is_opened_by_the_worker(duty):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a/north.csv", LIST)

    address = bring_together(duty, ("all.zip", stream.getvalue()))["Location"]
    work()

    assert "north.csv" in words(duty.get(address))
    assert "Bring 2 people into the register" in words(duty.get(address))


def test_all_problems_are_handed_out_as_one_table_in_english_whatever_the_page_speaks(duty):
    bring_together(duty, *FILES)
    work()
    delivery = Delivery.objects.get()
    duty.cookies["django_language"] = "ar"

    table = duty.get(reverse("registration:delivery_problems", args=[delivery.pk]))

    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "file,line,column,problem"
    assert "north.csv,4,Name,A name to call by is needed." in lines
    assert any(line.startswith('scan.csv,,,"This is not a table') for line in lines)


def test_a_problem_is_said_in_the_language_of_the_page(duty):
    upload(duty)
    record = Import.objects.get()
    duty.cookies["django_language"] = "ar"

    page = words(duty.get(reverse("registration:import", args=[record.pk])))

    assert "A name to call by is needed." not in page
    with translation.override("ar"):
        assert gettext("A name to call by is needed.") in page


def test_a_file_that_cannot_be_read_is_given_back_as_it_came_and_never_opened(duty):
    bring_together(duty, *FILES)
    work()
    file = Delivery.objects.get().files.get(name="scan.csv")

    answer = duty.post(reverse("registration:kept_file", args=[file.delivery_id, file.pk]))

    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert "scan.csv" in answer["Content-Disposition"]
    read = Delivery.objects.get().files.get(name="south.csv")
    gone = duty.post(reverse("registration:kept_file", args=[read.delivery_id, read.pk]))
    assert gone.status_code == 404


def test_too_many_files_are_refused_beside_the_field(duty):
    answer = bring_together(duty, *((f"{n}.csv", b"Name\nA B\n") for n in range(101)))

    assert answer.status_code == 422
    assert "At most 100 files" in words(answer)
    assert not Delivery.objects.exists()


def test_a_post_officer_sees_the_deliveries_of_the_own_post_only(client, consul, duty, officer):
    bring_together(duty, *FILES)
    delivery = Delivery.objects.get()
    client.force_login(consul)

    answer = client.get(reverse("registration:delivery", args=[delivery.pk]))

    assert answer.status_code == 404
