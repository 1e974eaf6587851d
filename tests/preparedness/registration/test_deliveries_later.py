"""What many files leave behind: columns remembered, words kept, problems in one table, nothing in the open."""

from django.utils import timezone
from tests.preparedness.registration.made_files import MEANT, csv_of, outcome_of, strange

from sojourn.exchange.roster_headers import Field
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.people.models import Person
from sojourn.preparedness.registration import operations, queries, tasks
from sojourn.preparedness.registration.models import DeliveredFile, Import
from sojourn.preparedness.registration.terms import FileState, ImportState, Judgement, Plan


def test_columns_said_once_are_taken_for_the_lists_that_wait_and_for_those_to_come(
    deliver, officer
):
    first = deliver(
        ("a.csv", strange("Ram,9841234567")),
        ("b.csv", strange("Sita,9841234568")),
        ("c.csv", csv_of()),
    )
    assert outcome_of(first, "b.csv").tally.aside == 1
    record = outcome_of(first, "a.csv").record

    others = tasks.map_and_look_again(
        record=record, columns=MEANT, phone_country="NP", by=officer, at=timezone.now()
    )

    assert others == 1
    assert outcome_of(first, "b.csv").tally.new == 1
    assert outcome_of(first, "c.csv").tally.new == 3
    later = deliver(("d.csv", strange("Hari,9841234569")))
    assert outcome_of(later, "d.csv").tally.new == 1
    elsewhere = deliver(("e.csv", strange("Gita,9841234560")), source="Another ministry")
    assert outcome_of(elsewhere, "e.csv").tally.aside == 1


def test_the_columns_of_a_list_that_was_confirmed_are_remembered(deliver, add_all, state):
    add_all(deliver(("a.csv", csv_of())))

    said = queries.columns_said(
        state, source="Ministry of Labour", headings=["NAME ", "born", "Phone", "Passport"]
    )

    assert said == {0: Field.NAME, 1: Field.BIRTH, 2: Field.PHONE, 3: Field.PASSPORT}


def test_looking_again_goes_on_where_it_was_killed(deliver, officer):
    delivery = deliver(("a.csv", strange(*(f"Person{n},98412{n:05}" for n in range(450)))))
    record = outcome_of(delivery, "a.csv").record
    operations.map_columns(
        record=record, columns=MEANT, phone_country="NP", by=officer, at=timezone.now()
    )
    Import.objects.filter(pk=record.pk).update(rows_done=200)

    operations.look_again(record=record)

    plans = record.rows.order_by("line").values_list("plan", flat=True)
    assert set(plans[:200]) == {Plan.NO_NAME}
    assert set(plans[200:]) == {Plan.NEW}
    assert record.state == ImportState.LOOKED_AT


def test_a_word_on_a_row_outlives_what_the_register_learnt_since(deliver, register, officer):
    known = register("Ram Thapa")
    delivery = deliver(("a.csv", b"Name,Phone\nRam Thapa,+9779841234567\n"))
    record = outcome_of(delivery, "a.csv").record
    row = record.rows.get()
    assert (row.plan, row.match) == (Plan.MAYBE, known)
    operations.judge_row(row=row, judgement=Judgement.DIFFERENT, by=officer, at=timezone.now())

    tasks.confirm_and_add(record=record, by=officer, at=timezone.now())

    assert Person.objects.filter(name="Ram Thapa").count() == 2


def test_throwing_a_delivery_away_drops_what_waits_and_nothing_else(deliver, officer, add_all):
    done = deliver(("done.csv", csv_of()))
    add_all(done)
    delivery = deliver(("a.csv", csv_of(10)), ("scan.csv", b"%PDF-1.7"), ("copy.csv", csv_of()))

    assert operations.drop_delivery(delivery=delivery, by=officer, at=timezone.now()) == 2
    assert operations.drop_delivery(delivery=delivery, by=officer, at=timezone.now()) == 0

    assert not DeliveredFile.objects.filter(content_sealed__isnull=False).exists()
    assert Person.objects.count() == 3
    assert outcome_of(delivery, "copy.csv").record.state == ImportState.DONE
    assert outcome_of(deliver(("a.csv", csv_of(10))), "a.csv").file.state == FileState.READ


def test_problems_of_all_files_are_one_table(deliver):
    delivery = deliver(
        ("a.csv", b"Name,Nationality\nRam Thapa,Atlantis\n"),
        ("b.csv", b"Name,Phone\n,12\n"),
        ("scan.csv", b"%PDF-1.7"),
    )

    told = [(file, line, column) for file, line, column, _ in queries.problems_of_all(delivery)]

    assert told == [
        ("a.csv", "2", "Nationality"),
        ("b.csv", "2", "Phone"),
        ("b.csv", "2", "Name"),
        ("scan.csv", "", ""),
    ]


def test_another_organisation_sees_no_delivery_of_ours(deliver, other_officer):
    deliver(("a.csv", csv_of()))

    assert not queries.deliveries(viewer=viewer_of(other_officer, at=timezone.now())).exists()


def test_nothing_of_a_file_lies_open_in_the_database(deliver):
    delivery = deliver(("a.csv", csv_of()), read=False)

    sealed = bytes(delivery.files.get().content_sealed)

    assert b"Person" not in sealed
