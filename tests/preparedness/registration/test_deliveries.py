"""Many files at once: each has its own outcome, a bad one harms no other, and nothing is ever done twice."""

from uuid import uuid4

import pytest
from django.utils import timezone
from tests.preparedness.registration.made_files import (
    csv_of,
    ods_of,
    outcome_of,
    work,
    xlsx_of,
    zip_of,
)

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.jobs.models import Job
from sojourn.foundation.people.models import Person
from sojourn.preparedness.registration import operations, queries, tasks
from sojourn.preparedness.registration.models import DeliveredFile, Import, SourceRow
from sojourn.preparedness.registration.terms import FileState, ImportState


def test_forty_files_have_forty_outcomes_and_the_bad_ones_harm_no_other(deliver, add_all):
    good = [(f"list-{n}.csv", csv_of(n * 10, 3)) for n in range(36)]
    bad = [("scan.csv", b"%PDF-1.7 not a list"), ("empty.xlsx", b"  ")]
    others = [("branch.xlsx", xlsx_of(900, 4)), ("old.ods", ods_of("Sita Rai", "हरि थापा"))]

    delivery = deliver(*good[:20], *bad, *others, *good[20:])
    outcomes = queries.outcomes(delivery)

    assert len(outcomes.files) == 40
    assert not outcomes.is_under_way
    assert outcomes.refused == 2
    assert (outcomes.total.rows, outcomes.total.new) == (36 * 3 + 4 + 2, 36 * 3 + 4 + 2)
    assert str(outcome_of(delivery, "empty.xlsx").refusal) == "The file is empty."
    assert not Person.objects.exists()

    assert add_all(delivery) == 38
    assert Person.objects.count() == 36 * 3 + 4 + 2


def test_a_file_that_cannot_be_read_is_kept_and_one_that_was_read_is_not(deliver, officer):
    delivery = deliver(("scan.csv", b"%PDF-1.7 scan"), ("list.csv", csv_of()))

    scan, read = outcome_of(delivery, "scan.csv").file, outcome_of(delivery, "list.csv").file
    at = timezone.now()
    assert operations.take_back_file(file=scan, by=officer, at=at) == b"%PDF-1.7 scan"
    assert operations.take_back_file(file=read, by=officer, at=at) == b""
    assert DeliveredFile.objects.get(pk=read.pk).content_sealed is None
    assert AuditEvent.objects.filter(what="delivery.file_taken", is_read=True).count() == 1


def test_an_archive_is_opened_and_each_of_its_files_has_its_own_outcome(deliver):
    packed = zip_of(
        ("north/staff.csv", csv_of(0)),
        ("south/staff.csv", csv_of(50)),
        ("south/notes.pdf", b"%PDF-1.7"),
        ("inner.zip", zip_of(("more.csv", csv_of(80)))),
        ("setup.exe", b"MZ\x90\x00"),
        ("__MACOSX/._staff.csv", b"shadow"),
    )

    delivery = deliver(("all.zip", packed), ("alone.csv", csv_of(70)))

    found = [(one.file.name, one.file.state) for one in queries.outcomes(delivery).files]
    assert sorted(found) == [
        ("all.zip", "opened"),
        ("alone.csv", "read"),
        ("inner.zip", "refused"),
        ("notes.pdf", "refused"),
        ("setup.exe", "refused"),
        ("staff.csv", "read"),
        ("staff.csv", "read"),
    ]
    assert "archive in an archive" in str(outcome_of(delivery, "inner.zip").refusal)
    assert queries.outcomes(delivery).total.rows == 9


def locked():
    content = bytearray(zip_of(("a.csv", csv_of())))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + at] |= 1
    return bytes(content)


TRICKS = {
    "a bomb": (lambda: zip_of(("a.csv", b"0" * 101_000_000)), "unpacks to far more"),
    "a way up": (lambda: zip_of(("../../etc/x.csv", csv_of())), "leads outside"),
    "a lock": (locked, "password"),
    "too many": (lambda: zip_of(*((f"{n}.csv", b"x") for n in range(201))), "more than 200"),
    "half of it": (lambda: zip_of(("a.csv", csv_of()))[:-30], "damaged"),
    "nothing": (lambda: zip_of(("a/", b"")), "no file"),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_an_archive_that_plays_a_trick_is_refused_alone(deliver, trick):
    make, why = trick

    delivery = deliver(("trick.zip", make()), ("good.csv", csv_of()))

    assert why in str(outcome_of(delivery, "trick.zip").refusal)
    assert outcome_of(delivery, "good.csv").file.state == FileState.READ
    assert delivery.files.count() == 2


def test_the_same_page_sent_twice_keeps_each_file_once(deliver, add_all):
    key = uuid4()
    files = [("a.csv", csv_of(0)), ("b.csv", csv_of(10))]

    deliver(*files, key=key, read=False)
    delivery = deliver(*files, key=key)
    add_all(delivery)
    deliver(*files, key=key)

    assert delivery.files.count() == Import.objects.count() == 2
    assert Person.objects.count() == 6
    assert Job.objects.filter(task__endswith="read_file").count() <= 4


def test_the_key_of_somebody_elses_page_opens_nothing(deliver, other_state, other_officer):
    delivery = deliver(("a.csv", csv_of()))

    with pytest.raises(operations.CannotImport):
        operations.begin_delivery(
            key=delivery.pk,
            source="X",
            organisation=other_state,
            office=None,
            phone_country="",
            by=other_officer,
            at=timezone.now(),
        )


def test_a_file_that_was_brought_before_is_told_and_not_read_again(deliver, add_all):
    add_all(deliver(("a.csv", csv_of())))

    again = deliver(("renamed.csv", csv_of()), ("new.csv", csv_of(40)))

    assert outcome_of(again, "renamed.csv").file.state == FileState.REPEAT
    assert queries.outcomes(again).total.rows == 3
    add_all(again)
    assert Person.objects.count() == 6


@pytest.mark.parametrize("written", [0, 1, 4, 7])
def test_killed_while_its_rows_were_written_a_list_is_finished_and_no_row_is_doubled(
    deliver, written
):
    delivery = deliver(("a.csv", csv_of(0, 7)))
    record = Import.objects.get()
    everything = list(record.rows.order_by("line").values_list("line", "plan"))
    content = csv_of(0, 7)
    SourceRow.objects.filter(record=record, line__gt=written + 1).delete()
    Import.objects.filter(pk=record.pk).update(state=ImportState.READING)
    delivery.files.all().delete()

    tasks.keep_and_read(delivery=delivery, name="a.csv", content=content, at=timezone.now())
    work()

    assert list(record.rows.order_by("line").values_list("line", "plan")) == everything
    record.refresh_from_db()
    assert record.state == ImportState.LOOKED_AT
    assert outcome_of(delivery, "a.csv").file.state == FileState.READ


def test_killed_before_it_was_noted_that_a_file_was_read_it_is_still_this_delivery_that_brought_it(
    deliver,
):
    delivery = deliver(("a.csv", csv_of()), read=False)
    file = delivery.files.get()
    kept = bytes(file.content_sealed)
    work()
    DeliveredFile.objects.filter(pk=file.pk).update(
        state=FileState.WAITING, record=None, content_sealed=kept
    )

    tasks.read_file(str(file.pk))

    assert outcome_of(delivery, "a.csv").file.state == FileState.READ
    assert Import.objects.count() == 1


def test_a_file_whose_reading_fails_again_and_again_is_set_aside_and_can_be_tried_again(deliver):
    delivery = deliver(("a.csv", csv_of(0)), ("b.csv", csv_of(10)), read=False)
    file = delivery.files.get(name="a.csv")
    kept = bytes(file.content_sealed)
    broken = kept[:-1] + bytes([kept[-1] ^ 1])
    DeliveredFile.objects.filter(pk=file.pk).update(content_sealed=broken)

    for _ in range(3):
        Job.objects.update(run_after=timezone.now())
        work()

    assert outcome_of(delivery, "a.csv").is_stuck
    assert outcome_of(delivery, "b.csv").file.state == FileState.READ
    assert not queries.outcomes(delivery).is_under_way

    DeliveredFile.objects.filter(pk=file.pk).update(content_sealed=kept)
    tasks.read_later(file)
    assert queries.outcomes(delivery).is_under_way
    work()
    assert outcome_of(delivery, "a.csv").file.state == FileState.READ


def test_somebody_who_stands_on_two_lists_brought_together_becomes_one_person(deliver, add_all):
    one = "Name,Phone,Passport\nRam Thapa,+9779841234567,\nSita Rai,,P77\n"
    two = "Name,Phone,Passport\nRam Thapa,+9779841234567,\nSeeta Raai,,p-77\nHari Rai,,\n"
    delivery = deliver(("one.csv", one.encode()), ("two.csv", two.encode()))
    assert queries.outcomes(delivery).total.new == 5

    add_all(delivery)

    assert sorted(Person.objects.values_list("name", flat=True)) == [
        "Hari Rai",
        "Ram Thapa",
        "Sita Rai",
    ]
    assert queries.outcomes(delivery).total.known == 2


def test_a_family_on_one_list_with_one_telephone_and_names_alike_stays_a_family(deliver, add_all):
    family = "Name,Phone\nRam Thapa,+9779841234567\nRama Thapa,+9779841234567\n"

    add_all(deliver(("family.csv", (family + "x,\n" * 250).encode())))

    names = set(Person.objects.values_list("name", flat=True))
    assert {"Ram Thapa", "Rama Thapa"} <= names
