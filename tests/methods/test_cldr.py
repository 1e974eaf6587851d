"""Countries and languages are called by the names their readers use."""

import pytest

from sojourn.methods.cldr import country_name, language_name


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("NPL", "en", "Nepal"),
        ("NPL", "ar", "نيبال"),
        ("NPL", "fil", "Nepal"),
        ("XYZ", "en", "XYZ"),
        ("NPL", "no-such-language", "Nepal"),
    ],
)
def test_a_country_is_named_in_the_readers_language(code, language, name):
    assert country_name(code, language) == name


@pytest.mark.parametrize(
    ("tag", "language", "name"),
    [
        ("ne", "en", "Nepali"),
        ("pt-BR", "en", "Brazilian Portuguese"),
        ("ar-SD", "en", "Arabic"),
        ("qqq", "en", "qqq"),
    ],
)
def test_a_language_is_named_by_itself_or_by_what_it_is_a_form_of(tag, language, name):
    assert language_name(tag, language) == name
