"""People are found by name in any script, telephone or document, and only by those who may see them."""

import pytest

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.queries import search
from sojourn.foundation.people.terms import Channel, DocumentKind


@pytest.fixture
def find(viewer):
    def _find(text, who=viewer):
        found = search(viewer=who, purpose=Purpose.LOCATING, text=text)
        return [one.person.name for one in found]

    return _find


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("محمد عبد الرحمن", "Mohammed Abdul Rahman"),
        ("Mohammed Abdul Rahman", "محمد"),
        ("राम बहादुर श्रेष्ठ", "ram shrestha"),
        ("ተስፋዬ ገብረ", "Tesfaye"),
        ("Олександр Шевченко", "shevchenko"),
        ("王小明", "Wang Xiaoming"),
        ("Nguyễn Thị Hoa", "nguyen thi hoa"),
        ("Maria Dela Cruz", "maria de la cruz"),
        ("Ramesh Thapa", "ra"),
    ],
)
def test_a_name_is_found_in_another_script_or_spelling(register, find, name, typed):
    register("Sunita Gurung")
    register(name)

    assert find(typed)[:1] == [name]


def test_the_likeliest_comes_first(register, find):
    register("Mohamad Rahim")
    register("Mohammed Karim")

    assert find("mohammed karim")[0] == "Mohammed Karim"


@pytest.mark.parametrize("typed", ["+977 9841234567", "9841234567", "234567", "٩٨٤١٢٣٤٥٦٧"])
def test_a_telephone_is_found_by_its_last_digits(register, find, officer, noon, typed):
    person = register("Ram")
    register("Sita")
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )

    assert find(typed) == ["Ram"]


def test_a_document_is_found_whole_only(register, find, officer, noon):
    person = register("Ram")
    people.add_document(
        person=person,
        kind=DocumentKind.PASSPORT,
        number="N1234567",
        country="NPL",
        by=officer,
        at=noon,
    )

    assert find("n 1234567") == ["Ram"]
    assert find("N123456") == []


def test_another_organisation_finds_nobody_of_ours(register, find, other_officer, noon):
    register("Ram Thapa")

    assert find("Ram Thapa", viewer_of(other_officer, at=noon)) == []


@pytest.mark.parametrize("typed", ["", "   ", "…", "%", "'; drop table", "\u0301"])
def test_a_text_that_names_nobody_finds_nobody(register, find, typed):
    register("Ram Thapa")

    assert find(typed) == []
