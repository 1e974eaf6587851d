"""Places by code or by name: ISO 3166-1 and 3166-2, and the names of countries in many languages.

Only exact matches count (Niger is not Nigeria); a name two countries share is no match. The outlines
are Natural Earth's, vendored in data/boundaries; its view of disputed borders is not ours.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pycountry
import shapely

from sojourn.exchange.geometry import GeoJson

BOUNDARIES: Final = Path(__file__).resolve().parents[3] / "data" / "boundaries"

# What public sources say and no standard lists.
_ALSO_CALLED: Final = {
    "Bosnia & Herzegovina": "BIH",
    "Brunei": "BRN",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "Congo-Kinshasa": "COD",
    "DR Congo": "COD",
    "DRC": "COD",
    "East Timor": "TLS",
    "Great Britain": "GBR",
    "Holland": "NLD",
    "Iran": "IRN",
    "Ivory Coast": "CIV",
    "Laos": "LAO",
    "Macedonia": "MKD",
    "Micronesia": "FSM",
    "Moldova": "MDA",
    "North Korea": "PRK",
    "Palestine": "PSE",
    "Russia": "RUS",
    "South Korea": "KOR",
    "Swaziland": "SWZ",
    "Syria": "SYR",
    "The Bahamas": "BHS",
    "The Gambia": "GMB",
    "Turkey": "TUR",
    "UAE": "ARE",
    "UK": "GBR",
    "USA": "USA",
    "Vatican": "VAT",
    "Viet Nam": "VNM",
}
_COUNTRY_SCHEMES: Final = frozenset(
    [
        "iso31661",
        "iso31661alpha2",
        "iso31661alpha3",
        "iso31661numeric",
        "iso3166",
        "iso3166a2",
        "iso3166a3",
        "iso2",
        "iso3",
        "isoa2",
        "isoa3",
        "country",
        "countries",
        "countrycode",
        "countryname",
        "countrynames",
        "countryiso",
        "countryiso2",
        "countryiso3",
        "m49",
        "un49",
        "nation",
    ]
)
_SUBDIVISION_SCHEMES: Final = frozenset(
    [
        "iso31662",
        "iso31662code",
        "subdivision",
        "subdivisioncode",
        "admin1",
        "adm1",
        "province",
        "provincecode",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place with its outline. ``code`` is alpha-3 for a country, ISO 3166-2 for a part of one."""

    code: str
    name: str
    geometry: GeoJson


def knows_scheme(scheme: str) -> bool:
    """Return whether codes of this scheme can be placed at all."""
    return _scheme(scheme) != ""


def placed(scheme: str, value: str) -> Place | None:
    """Return the place of a code in a scheme as senders name it; None when it is not known."""
    kind = _scheme(scheme)
    if kind == "country":
        return country(value)
    if kind == "subdivision":
        return subdivision(value) or country(value)
    return None


def country(text: str) -> Place | None:
    """Return a country by alpha-2, alpha-3 or numeric code, or by its whole name."""
    code = country_code(text)
    return _countries().get(code) if code else None


def country_code(text: str) -> str | None:
    """Return the alpha-3 code of a country given by code or whole name, None when unclear."""
    text = text.strip()
    if len(text) <= 3 and text.isascii():
        found = _codes().get(text.upper())
        if found:
            return found
    return _names().get(folded(text)) or None


def subdivision(code: str) -> Place | None:
    """Return a first-level part of a country by its ISO 3166-2 code."""
    return _subdivisions().get(code.strip().upper())


def subdivisions() -> Mapping[str, Place]:
    """Return the first-level parts of all countries by their ISO 3166-2 codes."""
    return _subdivisions()


def countries_touching(geometry: GeoJson) -> list[str]:
    """Return the alpha-3 codes of the countries a shape touches, the largest share first."""
    shape = shapely.geometry.shape(geometry)
    tree, codes, outlines = _map()
    touched = [int(index) for index in tree.query(shape, predicate="intersects")]
    shares = {
        codes[index]: shapely.area(shapely.intersection(shape, outlines[index]))
        for index in touched
    }
    return sorted(shares, key=lambda code: (-shares[code], code))


def folded(name: str) -> str:
    """Return a name without case, marks above Latin letters, and punctuation, for exact comparison."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    latin = "".join(mark for mark in plain if not "\u0300" <= mark <= "\u036f")
    words = re.sub(r"[\s\-_.,'’`()]+", " ", latin.replace("&", " and ")).strip()
    return words.removeprefix("the ")


def _scheme(scheme: str) -> str:
    name = re.sub(r"[^a-z0-9]", "", scheme.casefold())
    if name in _SUBDIVISION_SCHEMES or "31662" in name:
        return "subdivision"
    if name in _COUNTRY_SCHEMES or "31661" in name:
        return "country"
    return ""


@cache
def _countries() -> Mapping[str, Place]:
    places: dict[str, Place] = {}
    for feature in _features("countries.geojson.gz"):
        fields = feature["properties"]
        if fields.get("iso3"):
            places[fields["iso3"]] = Place(fields["iso3"], fields["name"], feature["geometry"])
    return places


@cache
def _map() -> tuple[shapely.STRtree, list[str], list[shapely.Geometry]]:
    codes = list(_countries())
    outlines = [shapely.geometry.shape(_countries()[code].geometry) for code in codes]
    return shapely.STRtree(outlines), codes, outlines


@cache
def _subdivisions() -> Mapping[str, Place]:
    return {
        feature["properties"]["code"]: Place(
            feature["properties"]["code"], feature["properties"]["name"], feature["geometry"]
        )
        for feature in _features("subdivisions.geojson.gz")
    }


@cache
def _codes() -> Mapping[str, str]:
    codes = {"XK": "XKX", "XKX": "XKX", "UK": "GBR", "EL": "GRC"}
    for entry in pycountry.countries:
        codes |= dict.fromkeys((entry.alpha_2, entry.alpha_3, entry.numeric), entry.alpha_3)
    return codes


@cache
def _names() -> Mapping[str, str]:
    """Return folded name → alpha-3; an empty text where two countries share the name."""
    names: dict[str, str] = {}

    def learn(name: str, code: str) -> None:
        key = folded(name)
        if key:
            names[key] = code if names.get(key, code) == code else ""

    for entry in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            learn(getattr(entry, field, ""), entry.alpha_3)
    for feature in _features("countries.geojson.gz"):
        fields = feature["properties"]
        if fields.get("iso3"):
            for name in (fields["name"], fields.get("formal", ""), *fields["names"].values()):
                learn(name, fields["iso3"])
    names.update({folded(name): code for name, code in _ALSO_CALLED.items()})
    return names


def _features(name: str) -> list[dict[str, Any]]:
    with gzip.open(BOUNDARIES / name, "rt", encoding="utf-8") as file:
        features: list[dict[str, Any]] = json.load(file)["features"]
    return features
