"""A list becomes people: looked at first, each once, never losing a row, and undone in peace."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from sojourn.exchange.reading import Unreadable
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Household, Person
from sojourn.foundation.people.queries import search
from sojourn.foundation.people.terms import Channel, DocumentKind
from sojourn.preparedness.registration import operations, queries
from sojourn.preparedness.registration.models import Import, SourceRow
from sojourn.preparedness.registration.terms import ImportState, Judgement, Plan

LIST = """Name,Nationality,Born,Phone,Passport,Lat,Lon,Family
Ram Bahadur Shrestha,Nepal,1990,9841234567,N1234567,27.7,85.3,A
सीता श्रेष्ठ,Nepal,1992,,,27.7,85.3,A
,Nepal,1980,9841234568,,,,
Kumar Rai,Atlantis,1985,12,,,,B
Ram Bahadur Shrestha,Nepal,1990,9841234567,N1234567,,,
"""


@pytest.fixture
def bring(state, officer, noon):
    def _bring(text=LIST, source="ACME Ltd", **more):
        return operations.bring_list(
            content=text.encode(),
            filename="staff.csv",
            source=source,
            organisation=state,
            phone_country="NP",
            by=officer,
            at=noon,
            **more,
        )

    return _bring


@pytest.fixture
def add(officer, noon):
    def _add(record, limit=200):
        operations.confirm_import(record=record, by=officer, at=noon)
        while operations.add_next(record=record, by=officer, at=noon, limit=limit):
            pass
        record.refresh_from_db()
        return record

    return _add


def test_looking_at_a_list_adds_nobody_and_loses_no_row(bring):
    record = bring().record

    assert not Person.objects.exists()
    plans = list(record.rows.order_by("line").values_list("line", "plan"))
    assert plans == [
        (2, Plan.NEW),
        (3, Plan.NEW),
        (4, Plan.NO_NAME),
        (5, Plan.NEW),
        (6, Plan.REPEAT),
    ]
    assert [(line, column) for line, column, _ in queries.problems_of(record)] == [
        ("4", "Name"),
        ("5", "Nationality"),
        ("5", "Phone"),
    ]


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_people_of_a_list_are_added_once_with_their_families(bring, add, limit):
    record = add(bring().record, limit)

    assert record.state == ImportState.DONE
    assert Person.objects.count() == 3
    ram = Person.objects.get(name="Ram Bahadur Shrestha")
    sita = Person.objects.get(name="सीता श्रेष्ठ")
    kumar = Person.objects.get(name="Kumar Rai")
    assert ram.household_id == sita.household_id != kumar.household_id
    assert [point.address for point in ram.contact_points.all()] == ["+9779841234567"]
    assert ram.documents.count() == 1
    assert ram.whereabouts.count() == 1
    assert not kumar.contact_points.exists()
    assert record.rows.get(line=6).person == ram
    assert record.rows.get(line=4).person is None


def test_the_same_file_of_the_same_source_does_nothing_twice(bring, add):
    first = bring().record
    add(first)
    again = bring()

    assert again.is_repeat
    assert again.record == first
    assert Import.objects.count() == 1
    with pytest.raises(operations.CannotImport, match="Nothing was done twice"):
        add(first)
    assert Person.objects.count() == 3


def test_the_same_people_from_another_source_are_recognised_not_doubled(bring, add):
    add(bring().record)
    second = bring(source="University").record

    assert second.rows.get(line=2).plan == Plan.KNOWN
    assert second.rows.get(line=3).plan == Plan.MAYBE
    add(second)
    assert Person.objects.filter(name="Ram Bahadur Shrestha").count() == 1


def test_a_list_never_overwrites_a_person_it_only_adds(bring, add, register, officer, noon):
    known = register("Ram B. Shrestha", birth_year=1991, nationality="NPL")
    people.add_document(
        person=known,
        kind=DocumentKind.PASSPORT,
        number="n-1234567",
        country="NPL",
        by=officer,
        at=noon,
    )

    record = add(bring().record)

    known.refresh_from_db()
    assert record.rows.get(line=2).match == known
    assert (known.name, known.birth_year) == ("Ram B. Shrestha", 1991)
    assert known.contact_points.get().address == "+9779841234567"


DECISIONS = {Judgement.SAME: 1, Judgement.DIFFERENT: 2}


@pytest.mark.parametrize("judgement", DECISIONS)
def test_a_name_that_is_alike_is_shown_and_a_person_decides(
    bring, register, add, officer, noon, judgement
):
    known = register("राम बहादुर श्रेष्ठ", birth_year=1990)
    record = bring("Name,Born\nRam Bahadur Shrestha,1990\n").record
    row = record.rows.get()
    assert (row.plan, row.match, row.judgement) == (Plan.MAYBE, known, "")

    operations.judge_row(row=row, judgement=judgement, by=officer, at=noon)
    add(record)

    assert Person.objects.count() == DECISIONS[judgement]


def test_without_a_word_two_who_may_be_one_stay_two(bring, register, add):
    register("Ram Bahadur Shrestha", birth_year=1990)
    add(bring("Name,Born\nRam Bahadur Shrestha,1990\n").record)

    assert Person.objects.count() == 2


def test_a_family_telephone_makes_nobody_the_same(bring, register, add, officer, noon):
    mother = register("Sita Shrestha")
    people.add_contact_point(
        person=mother, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )
    record = bring("Name,Phone\nKumar Shrestha,9841234567\n").record

    assert record.rows.get().plan == Plan.NEW


def test_namesakes_born_years_apart_are_not_even_asked_about(bring, register):
    register("Ram Thapa", birth_year=1960)

    assert bring("Name,Born\nRam Thapa,1999\n").record.rows.get().plan == Plan.NEW


def test_columns_can_be_given_another_meaning_until_it_is_confirmed(bring, add, officer, noon):
    from sojourn.exchange.roster_headers import Field

    record = bring("Worker,Call\nRam Thapa,9841234567\n").record
    operations.map_columns(
        record=record,
        columns={0: Field.NAME, 1: Field.PHONE},
        phone_country="NP",
        by=officer,
        at=noon,
    )
    operations.look_again(record=record)
    add(record)

    assert Person.objects.get().contact_points.get().address == "+9779841234567"
    with pytest.raises(operations.CannotImport):
        operations.map_columns(record=record, columns={}, phone_country="", by=officer, at=noon)


def test_undoing_takes_out_who_came_and_leaves_who_was_there(bring, add, register, officer, noon):
    known = register("Kumar Rai", birth_year=1985)
    record = bring().record
    operations.judge_row(row=record.rows.get(line=5), judgement=Judgement.SAME, by=officer, at=noon)
    add(record)

    undone = operations.undo_import(record=record, by=officer, at=noon)

    assert (undone.removed, undone.kept) == (2, 0)
    assert list(Person.objects.all()) == [known]
    assert Household.objects.count() == 1
    assert SourceRow.objects.count() == 5
    assert not bring().is_repeat


def test_undoing_keeps_people_whose_case_is_open(bring, add, crisis, officer, noon):
    from sojourn.foundation.caseload import operations as caseload
    from sojourn.foundation.caseload.terms import Answer

    record = add(bring().record)
    ram = Person.objects.get(name="Ram Bahadur Shrestha")
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=ram, answer=Answer.INSIDE)],
        what="exposed",
        by=officer,
        at=noon,
    )

    undone = operations.undo_import(record=record, by=officer, at=noon)

    assert (undone.removed, undone.kept) == (2, 1)
    assert Person.objects.get() == ram


def test_the_cells_of_a_list_are_sealed_and_still_whole(bring):
    record = bring().record
    row = record.rows.get(line=2)

    assert b"N1234567" not in bytes(row.cells_sealed)
    assert queries.open_cells(row) == tuple(LIST.splitlines()[1].split(","))


def test_each_added_person_has_a_trail(bring, add):
    add(bring().record)

    for person in Person.objects.all():
        assert AuditEvent.objects.filter(what="person.registered", person_id=person.pk).count() == 1


def test_people_of_a_list_are_found_by_search_at_once(bring, add, officer, noon):
    add(bring().record)

    found = search(
        viewer=viewer_of(officer, at=noon), purpose=Purpose.LOCATING, text="sita shrestha"
    )
    assert found[0].person.name == "सीता श्रेष्ठ"


def test_another_organisation_sees_no_import_of_ours(bring, other_officer, noon):
    bring()

    assert not queries.imports(viewer=viewer_of(other_officer, at=noon)).exists()


def test_a_file_that_is_no_table_leaves_no_trace(bring):
    with pytest.raises(Unreadable):
        bring("")

    assert not Import.objects.exists()


def command(path, *words):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_people", str(path), *words, stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    except CommandError as error:
        code, err = error.returncode, io.StringIO(str(error))
    return code, out.getvalue(), err.getvalue()


def test_the_command_adds_people_and_locates_problems(tmp_path, officer):
    path = tmp_path / "staff.csv"
    path.write_text(LIST)

    code, out, err = command(
        path, "--source", "ACME", "--by", "officer", "--phone-country", "np", "--json"
    )

    assert code == 1
    assert json.loads(out)["added"] == 3
    assert "staff.csv:4: Name: A name to call by is needed." in err
    assert Person.objects.count() == 3


def test_a_dry_run_of_the_command_adds_nobody(tmp_path, officer):
    path = tmp_path / "staff.csv"
    path.write_text("Name,Phone\nRam Thapa,+9779841234567\n")

    assert command(path, "--source", "ACME", "--dry-run")[0] == 0
    assert not Person.objects.exists()


def test_the_command_refuses_what_it_cannot_use(tmp_path, officer):
    path = tmp_path / "staff.pdf"
    path.write_bytes(b"%PDF-1.7")

    assert command(path, "--source", "ACME", "--by", "officer")[0] == 2
    assert command(tmp_path / "absent.csv", "--source", "ACME", "--by", "officer")[0] == 2


def test_the_command_takes_many_files_and_a_bad_one_takes_no_good_one_with_it(tmp_path, officer):
    good, bad, packed = tmp_path / "a.csv", tmp_path / "scan.csv", tmp_path / "all.zip"
    good.write_text("Name,Phone\nRam Thapa,+9779841234567\n")
    bad.write_bytes(b"%PDF-1.7")
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("north/b.csv", "Name\nSita Rai\nHari Rai\n")
        package.writestr("inner.zip", b"PK\x05\x06" + bytes(18))

    words = (str(bad), str(packed), "--source", "ACME", "--by", "officer", "--json")
    code, out, err = command(good, *words)

    assert code == 2
    told = [json.loads(line) for line in out.splitlines()]
    assert [(one["file"], one.get("added")) for one in told] == [
        ("a.csv", 1),
        ("scan.csv", None),
        ("all.zip/b.csv", 2),
        ("all.zip/inner.zip", None),
    ]
    assert "scan.csv: This is not a table" in err
    assert Person.objects.count() == 3


def test_the_command_finishes_what_was_left_half_done_and_doubles_nothing(
    tmp_path, officer, state, noon
):
    path = tmp_path / "staff.csv"
    path.write_text("Name\n" + "".join(f"Person{n} Rai{n}\n" for n in range(250)))
    words = ("--source", "ACME", "--by", "officer")
    brought = operations.bring_list(
        content=path.read_bytes(),
        filename="staff.csv",
        source="ACME",
        organisation=state,
        by=officer,
        at=noon,
    )
    operations.confirm_import(record=brought.record, by=officer, at=noon)
    operations.add_next(record=brought.record, by=officer, at=noon, limit=100)

    assert command(path, *words)[0] == 0
    assert command(path, *words)[0] == 0

    assert Person.objects.count() == 250
    assert Import.objects.get().state == ImportState.DONE
