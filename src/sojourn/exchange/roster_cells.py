"""What one cell of a roster says: a year, a day, a place on earth, a country, a language, a word.

Each reader returns a value or raises NotRead with a sentence for whoever keeps the list.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

import babel
import pycountry

from sojourn.exchange.roster_headers import plain_heading
from sojourn.exchange.sentences import Sentence, say

LANGUAGES: Final = (
    "en",
    "fr",
    "es",
    "ar",
    "ne",
    "bn",
    "hi",
    "fil",
    "am",
    "uk",
    "vi",
    "pt",
    "ru",
    "zh",
    "id",
)


class NotRead(ValueError):
    """The cell cannot be understood; the message, in English, says what would be."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def western_digits(text: str) -> str:
    """Return the text with the digits of any script as 0 to 9."""
    return "".join(
        sign if (value := unicodedata.decimal(sign, None)) is None else str(value) for sign in text
    )


def read_birth_year(text: str, *, today: date) -> int:
    """Return the year of a date of birth in whatever order its parts stand."""
    years = [int(year) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", western_digits(text))]
    if len(years) != 1:
        raise NotRead(say("birth_year_digits"))
    if today.year < years[0] <= today.year + 60:
        raise NotRead(say("birth_year_ahead", year=years[0]))
    if not 1900 <= years[0] <= today.year:
        raise NotRead(say("birth_year_wrong", year=years[0]))
    return years[0]


def read_age(text: str, *, today: date) -> int:
    """Return the year of birth that an age gives, within a year."""
    found = re.fullmatch(r"\D*(\d{1,3})\D*", western_digits(text))
    if not found or int(found[1]) > 120:
        raise NotRead(say("age_wrong"))
    return today.year - int(found[1])


def read_moment(text: str) -> datetime:
    """Return a moment in UTC. Only year-month-day is read: 03/04 may be two different days."""
    plain = western_digits(text).strip().replace("/", "-").replace(".", "-", 2)
    try:
        moment = datetime.fromisoformat(plain)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotRead(say("day_wrong")) from error


def read_degrees(text: str, *, limit: float) -> float:
    """Return degrees, written as 28.231, 28,231 or 28°13'52\"N, between -limit and limit."""
    plain = western_digits(text).upper().replace("−", "-").strip()
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d+(?:[.,]\d+)?", plain)]
    if not 1 <= len(numbers) <= 3 or re.search(r"[^\d\s.,+\-°º'’′\"”″NSEWO:]", plain):
        raise NotRead(say("degrees_wrong"))
    degrees = sum(number / 60.0**power for power, number in enumerate(numbers))
    if plain.startswith("-") or plain[-1] in "SWO":
        degrees = -degrees
    if abs(degrees) > limit:
        raise NotRead(say("degrees_beyond", degrees=f"{degrees:g}", limit=f"{limit:g}"))
    return degrees


def read_coordinates(text: str) -> tuple[float, float]:
    """Return (latitude, longitude) from one cell, as in ``28.231, 84.731``."""
    plain = re.sub(r"^\w*\s*\(|\)$", "", western_digits(text).strip())
    parts = [part for part in re.split(r"\s*[;/]\s*|,\s+|(?<=[NS])\s*,?\s*|\s{2,}", plain) if part]
    if len(parts) != 2:
        parts = plain.split(",") if plain.count(",") == 1 else plain.split()
    if len(parts) != 2:
        raise NotRead(say("coordinates_wrong"))
    return read_degrees(parts[0], limit=90), read_degrees(parts[1], limit=180)


def read_country(text: str) -> str:
    """Return the ISO 3166-1 alpha-3 code of a country, written as code, name or nationality."""
    plain = plain_heading(text)
    code = _countries().get(plain) or _countries().get(plain.removeprefix("the "))
    if code is None:
        raise NotRead(say("country_unknown"))
    return code


def read_language(text: str) -> str:
    """Return the BCP 47 code of a language, written as code or name."""
    plain = plain_heading(text)
    code = _languages().get(plain)
    if code is None:
        raise NotRead(say("language_unknown"))
    return code


@cache
def _countries() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for country in pycountry.countries:
        for written in (
            country.name,
            getattr(country, "common_name", ""),
            getattr(country, "official_name", ""),
            country.alpha_2,
            country.alpha_3,
        ):
            known.setdefault(plain_heading(written), country.alpha_3)
    for language in LANGUAGES:
        for alpha_2, name in babel.Locale.parse(language).territories.items():
            if found := pycountry.countries.get(alpha_2=alpha_2):
                known.setdefault(plain_heading(name), found.alpha_3)
    for entry in _NATIONALITIES.split(";"):
        code, _, written = entry.strip().partition(" ")
        known.update((plain_heading(name), code) for name in written.split(","))
    known.pop("", None)
    return known


@cache
def _languages() -> Mapping[str, str]:
    known = {"tagalog": "fil", "tl": "fil", "pilipino": "fil", "bangla": "bn", "mandarin": "zh"}
    for shown in LANGUAGES:
        for code, name in babel.Locale.parse(shown).languages.items():
            known.setdefault(plain_heading(name), code.replace("_", "-"))
            if "_" not in code:
                known.setdefault(code, code)
    for code in LANGUAGES:
        known[plain_heading(babel.Locale.parse(code).get_display_name(code) or code)] = code
    return known


_NATIONALITIES: Final = """
    AFG afghan; AUS australian; BGD bangladeshi; BOL bolivian; BRA brazilian; CAN canadian;
    CHN chinese; CIV ivory coast, ivorian; CMR cameroonian; COD congolese; COL colombian;
    DEU german; DOM dominican; DZA algerian; ECU ecuadorian; EGY egyptian, مصري, مصرية;
    ERI eritrean; ESP spanish; ETH ethiopian; FRA french; GBR british, uk; GHA ghanaian;
    GIN guinean; GTM guatemalan; HND honduran; HTI haitian; IDN indonesian;
    IND indian, भारतीय; IRN iranian; IRQ iraqi; ITA italian; JOR jordanian; JPN japanese;
    KEN kenyan; KGZ kyrgyz; KHM cambodian; KOR korean, south korea; LBN lebanese;
    LBY libyan; LKA sri lankan; MAR moroccan; MEX mexican; MLI malian; MMR burmese;
    MYS malaysian; NGA nigerian; NPL nepali, nepalese, नेपाली; PAK pakistani; PER peruvian;
    PHL filipino, filipina; POL polish; PRT portuguese; RUS russian; SDN sudanese;
    SEN senegalese; SLV salvadoran; SOM somali; SSD south sudanese; SYR syrian, سوري, سورية;
    THA thai; TJK tajik; TUN tunisian; TUR turkish; UGA ugandan; UKR ukrainian;
    USA american; UZB uzbek; VEN venezuelan; VNM vietnamese; YEM yemeni
"""

_SEXES: Final = {
    "female": """
        f female woman girl w femme féminin femenino mujer feminino أنثى انثى امرأة महिला
        स्त्री नारी মহিলা নারী babae ሴት ж жін жіноча жінка женский жен nữ 女 perempuan wanita
    """,
    "male": """
        m male man boy h homme masculin masculino hombre ذكر رجل पुरुष পুরুষ lalaki ወንድ ч чол
        чоловіча чоловік мужской муж nam 男 laki
    """,
    "other": """
        other x autre otro outro آخر अन्य অন্যান্য iba ሌላ інша другой khác 其他
    """,
}


def read_sex(text: str) -> str:
    """Return ``female``, ``male`` or ``other``."""
    words = plain_heading(text).split()
    for sex, known in _SEXES.items():
        if words and words[0] in plain_heading(known).split():
            return sex
    raise NotRead(say("sex_unknown"))


_OCCUPATIONS: Final = {
    "domestic_worker": """
        domestic, housemaid, maid, nanny, house ?help, domesti, عاملة منزلية, خادمة, घरेलु,
        গৃহকর্মী, kasambahay
    """,
    "student": """
        student, étudiant, etudiant, estudiante, طالب, विद्यार्थी, छात्र, শিক্ষার্থী, ছাত্র,
        mag-?aaral, ተማሪ, студент, sinh viên, 学生
    """,
    "visitor": """
        visitor, tourist, visiteur, touriste, turista, visitante, زائر, سائح, पर्यटक, পর্যটক,
        turist, ጎብኚ, турист, du khách, 游客
    """,
    "family": """
        dependent, dependant, spouse, wife, husband, child, conjoint, épouse, hij[oa],
        espos, زوجة, ابن, पत्नी, বাচ্চা, asawa
    """,
    "resident": """
        resident, résident, residente, مقيم, स्थायी, বাসিন্দা, резидент
    """,
}
"""Pieces of job titles, as regular expressions."""


def read_occupation(text: str) -> str:
    """Return the kind of stay a job title points to; any other job is ``worker``. Never status."""
    lowered = text.casefold()
    for occupation, pieces in _OCCUPATIONS.items():
        if any(re.search(piece.strip(), lowered) for piece in pieces.split(",")):
            return occupation
    return "worker"
