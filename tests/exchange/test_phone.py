"""Telephone numbers as people write them."""

import pytest

from sojourn.exchange.phone import NotAPhoneNumber, looks_like_phone, read_phone


@pytest.mark.parametrize(
    ("written", "country", "e164"),
    [
        ("+977 984-1234567", None, "+9779841234567"),
        ("00977 9841234567", None, "+9779841234567"),
        ("9841234567", "NP", "+9779841234567"),
        ("٩٨٤١٢٣٤٥٦٧", "NP", "+9779841234567"),
        ("+९७७ ९८४१२३४५६७", None, "+9779841234567"),
        ("\u200e+965 5000 1234\u202c", None, "+96550001234"),
        ("0917 123 4567", "PH", "+639171234567"),
        ("(030) 901820", "DE", "+4930901820"),
    ],
)
def test_a_number_is_read_whatever_its_digits_and_spaces(written, country, e164):
    assert read_phone(written, country=country).e164 == e164


@pytest.mark.parametrize(
    ("written", "country", "why"),
    [
        ("9841234567", None, "country code"),
        ("ask her brother", "NP", "not a telephone number"),
        ("+977 12", None, "digits"),
        ("+1 555 010", None, "digits"),
        ("", "NP", "not a telephone number"),
    ],
)
def test_what_cannot_be_dialled_says_why(written, country, why):
    with pytest.raises(NotAPhoneNumber, match=why):
        read_phone(written, country=country)


def test_a_landline_takes_no_sms():
    assert not read_phone("(030) 901820", country="DE").sms
    assert read_phone("9841234567", country="NP").sms


@pytest.mark.parametrize(
    ("text", "answer"),
    [("+977 98412", True), ("٩٨٤١٢٣٤", True), ("Ram 5", False), ("N1234567", False), ("12", False)],
)
def test_a_search_for_a_number_is_told_from_a_search_for_a_name(text, answer):
    assert looks_like_phone(text) is answer
