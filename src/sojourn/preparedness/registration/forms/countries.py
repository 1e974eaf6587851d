"""The countries of the world as a choice."""

import babel
import pycountry
from django.utils.translation import get_language


def country_choices(*, is_alpha_2: bool = False) -> list[tuple[str, str]]:
    """Return codes and names of countries in the language of the page, by name, after an empty one."""
    territories = babel.Locale.parse((get_language() or "en").replace("-", "_")).territories
    named = [
        (
            country.alpha_2 if is_alpha_2 else country.alpha_3,
            str(territories.get(country.alpha_2, country.name)),
        )
        for country in pycountry.countries
    ]
    return [("", "—"), *sorted(named, key=lambda pair: pair[1])]
