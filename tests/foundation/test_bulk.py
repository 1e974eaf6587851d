from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction

from sojourn.foundation import bulk
from sojourn.foundation.people.models import Household, NameToken, Person, Whereabouts
from sojourn.foundation.people.terms import Occupation, Source

pytestmark = pytest.mark.django_db


def test_rows_come_back_as_they_were_made(state, noon):
    household = Household.objects.create(name="%s, a name; with signs\t\\N")
    person = Person(
        name="रमेश “O'Neil”",
        other_names=["Ramesh", {"x": None}],
        languages=["ne"],
        occupation=Occupation.STUDENT,
        household=household,
        responsible=state,
        birth_year=1990,
        is_exercise=True,
        registered_at=noon.astimezone(timezone(timedelta(hours=5, minutes=45))),
    )
    claim = Whereabouts(
        person=person, observed_at=noon, recorded_at=noon, source=Source.SELF, accuracy_km=1,
        key=2**59 + 1, level=16, exact_sealed=b"\x00\xff",
    )  # fmt: skip
    bulk.insert([person])
    bulk.insert([claim])

    stored = Person.objects.get()
    for field in Person._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(person, field.attname), field.name
    again = Whereabouts.objects.get()
    assert (again.key, bytes(again.exact_sealed), again.accuracy_km) == (2**59 + 1, b"\x00\xff", 1)
    assert again.observed_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_broken_promise_of_the_database_is_refused_and_nothing_is_kept(state, noon):
    person = Person(name="a", responsible=state, registered_at=noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([person, person])

    assert not Person.objects.exists()


def test_rows_that_the_database_numbers_itself_are_numbered(state, noon):
    person = Person(name="Asha", household=Household.objects.create(), responsible=state,
                    registered_at=noon)  # fmt: skip
    bulk.insert([person])

    bulk.insert([NameToken(person=person, token="asha"), NameToken(person=person, token="as")])

    kept = NameToken.objects.order_by("pk").values_list("token", flat=True)
    assert list(kept) == ["asha", "as"]
    assert len(set(NameToken.objects.values_list("pk", flat=True))) == 2


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])
