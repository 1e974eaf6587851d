"""Names of countries and languages in the reader's language, from Unicode's CLDR by way of Babel."""

from functools import lru_cache

import pycountry
from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=4096)
def country_name(alpha3: str, language: str) -> str:
    """Return the name of a country by ISO 3166-1 alpha-3; the code itself where it has no name."""
    entry = pycountry.countries.get(alpha_3=alpha3)
    if entry is None:
        return alpha3
    name = _locale(language).territories.get(entry.alpha_2)
    return str(name or entry.name)


@lru_cache(maxsize=4096)
def language_name(tag: str, language: str) -> str:
    """Return the name of a language by its BCP 47 tag; the tag itself where it has no name."""
    name = _locale(language).languages.get(tag.replace("-", "_")) or _locale(
        language
    ).languages.get(tag.partition("-")[0])
    return str(name or tag)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
