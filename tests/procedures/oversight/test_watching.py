"""What users read is counted as the trail grows; what is unusual reaches the data-protection officer, once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.conftest import LONG_AGO, SET_UP

from sojourn.foundation.access.models import Notice
from sojourn.foundation.access.refusals import REFUSED
from sojourn.foundation.access.terms import NoticeKind
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import CrisisKind
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import OfficeKind, Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from sojourn.procedures.oversight import operations
from sojourn.procedures.oversight.models import Counted, Hour

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)  # 9:45 in Kathmandu
NIGHT = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)  # 23:45 in Kathmandu


@pytest.fixture(autouse=True)
def watching(db):
    """The watch begins with what is sealed from now on."""
    operations.watch()


@pytest.fixture
def many(state, post):
    """A function that makes people of one post, in bulk."""

    def _many(count, *, office=post, **facts):
        return Person.objects.bulk_create(
            Person(
                name=f"Person {number}",
                responsible=state,
                office=office,
                registered_at=MORNING,
                **facts,
            )
            for number in range(count)
        )

    return _many


def read(persons, user, at, step=timedelta(seconds=30)):
    for number, person in enumerate(persons):
        people.note_read(
            person=person, what="person.read", by=user, at=at + step * number, why="assistance"
        )


def seal_and_watch():
    while audit.seal():
        pass
    return operations.watch()


def kinds():
    return [NoticeKind(notice.kind) for notice in Notice.objects.order_by("raised_at", "id")]


def test_many_records_in_an_hour_raise_one_notice_with_keys_and_no_people(many, consul, state):
    read(many(90), consul, MORNING)

    seal_and_watch()

    notice = Notice.objects.get()
    assert (notice.kind, notice.organisation, notice.by) == (
        NoticeKind.MASS_READING,
        state,
        consul.audit_key,
    )
    assert notice.about == consul.audit_key
    assert notice.keys["rule"] == "many-records"
    assert notice.keys["count"] >= notice.keys["limit"] == 80


def test_a_quiet_morning_raises_none(many, consul):
    read(many(30), consul, MORNING)

    assert seal_and_watch() >= 30
    assert kinds() == []


def test_the_same_person_again_and_again_is_one_person(many, consul):
    read(many(1) * 200, consul, MORNING, step=timedelta(seconds=10))

    seal_and_watch()

    assert Counted.objects.count() == 1
    assert kinds() == []


def test_nothing_is_counted_twice_and_a_notice_is_raised_once(many, consul):
    persons = many(95)
    read(persons[:90], consul, MORNING)
    seal_and_watch()
    assert operations.watch() == 0
    read(persons[90:], consul, MORNING + timedelta(minutes=46))
    seal_and_watch()

    assert Counted.objects.count() == 95
    assert sum(Hour.objects.values_list("number", flat=True)) == 95
    assert kinds() == [NoticeKind.MASS_READING]


def test_busy_colleagues_make_a_busy_hour_usual(many, consul, state, post):
    persons = many(90)
    for name in ("second", "third"):
        colleague = organisations.add_user(
            username=name, password=None, display_name=name, by=SET_UP, at=LONG_AGO
        )
        organisations.give_role(
            user=colleague,
            organisation=state,
            role=Role.POST_OFFICER,
            office=post,
            by=SET_UP,
            at=LONG_AGO,
        )
        read(persons[:60], colleague, MORNING)
    read(persons, consul, MORNING)

    seal_and_watch()

    assert kinds() == []


def test_lists_and_files_count_as_well(many, consul, state):
    persons = many(900)
    for start in range(0, 900, 100):
        people.note_listed(
            people=[one.pk for one in persons[start : start + 100]],
            what="register.listed",
            by=consul,
            at=MORNING + timedelta(minutes=start / 100),
            why="locating",
        )
    audit.record_export(
        what="register.exported",
        about=state,
        people=[uuid4() for _turn in range(600)],
        by=consul,
        at=MORNING + timedelta(minutes=20),
    )

    seal_and_watch()

    assert {notice.keys["rule"] for notice in Notice.objects.all()} == {
        "many-in-lists",
        "many-in-files",
    }


def test_people_of_another_country_are_out_of_the_area_of_a_post(many, consul, state):
    elsewhere = organisations.open_office(
        organisation=state,
        name="Embassy in Beirut",
        kind=OfficeKind.EMBASSY,
        country="LBN",
        by=SET_UP,
        at=LONG_AGO,
    )
    read(many(20), consul, MORNING)
    read(many(20, office=elsewhere), consul, MORNING + timedelta(minutes=11))

    seal_and_watch()

    assert kinds() == [NoticeKind.OUT_OF_AREA]


def test_at_night_by_the_clock_of_the_post_and_not_in_a_crisis(many, consul, state):
    read(many(35), consul, NIGHT)
    seal_and_watch()
    assert kinds() == [NoticeKind.AT_NIGHT]

    caseload.open_crisis(
        facts=caseload.CrisisFacts(
            name="Earthquake",
            kind=CrisisKind.EARTHQUAKE,
            countries=["NPL"],
            time_zone="Asia/Kathmandu",
        ),
        lead=state,
        by=SET_UP,
        at=NIGHT,
    )
    read(many(35), consul, NIGHT + timedelta(days=2))
    seal_and_watch()
    assert kinds() == [NoticeKind.AT_NIGHT]


def test_record_after_record_that_is_refused_is_told_of(consul):
    for number in range(20):
        audit.record(
            what=REFUSED,
            about=None,
            by=consul,
            at=MORNING + timedelta(seconds=number),
            route="registration:person",
            status=404,
            key=uuid4(),
        )

    seal_and_watch()

    assert kinds() == [NoticeKind.REFUSALS]


def test_the_people_of_an_exercise_are_nobody(many, consul):
    read(many(90, is_exercise=True), consul, MORNING)

    seal_and_watch()

    assert not Counted.objects.exists()
    assert kinds() == []


def test_what_is_old_is_forgotten(many, consul):
    read(many(3), consul, MORNING)
    seal_and_watch()

    assert operations.forget(at=MORNING + timedelta(days=1)) == 0
    assert operations.forget(at=MORNING + timedelta(days=3)) == 3
    assert Hour.objects.exists()
    assert operations.forget(at=MORNING + timedelta(days=91)) == 1


def test_a_long_backlog_is_watched_in_steps(many, consul, monkeypatch):
    monkeypatch.setattr(operations, "A_STEP", 7)
    read(many(30), consul, MORNING)

    assert seal_and_watch() >= 30
    assert Counted.objects.count() == 30
