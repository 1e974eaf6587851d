"""Fetch the front-end files we ship, by package name, and write them beside a VENDOR.md.

Run it to renew them: `python scripts/vendor_frontend.py`. It needs npm and, for the map shapes,
shapely and pycountry. Nothing at run time needs it: what it writes is committed.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from world_shapes import simplified_countries

STATIC = Path(__file__).resolve().parent.parent / "src" / "sojourn" / "site" / "static"
SHAPES = STATIC / "sojourn" / "shapes" / "countries.geojson"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package, and which of its files we keep."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...]


PACKAGES = (
    Package(
        name="@picocss/pico",
        version="2.1.1",
        licence="MIT",
        folder="pico",
        files=("css/pico.min.css", "LICENSE.md"),
    ),
    Package(
        name="leaflet",
        version="1.9.4",
        licence="BSD-2-Clause",
        folder="leaflet",
        files=(
            "dist/leaflet.js",
            "dist/leaflet.css",
            "dist/images/layers.png",
            "dist/images/layers-2x.png",
            "dist/images/marker-icon.png",
            "dist/images/marker-icon-2x.png",
            "dist/images/marker-shadow.png",
            "LICENSE",
        ),
    ),
)
ATLAS = Package(
    name="world-atlas",
    version="2.0.2",
    licence="ISC (package), public domain (Natural Earth)",
    folder="",
    files=("countries-10m.json", "LICENSE"),
)


def main() -> None:
    """Fetch every package, keep its files, write the notes."""
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            _keep(package, _unpacked(package, Path(scratch)))
        _write_shapes(_unpacked(ATLAS, Path(scratch)))


def _unpacked(package: Package, scratch: Path) -> Path:
    target = scratch / package.name.replace("/", "-").lstrip("@")
    target.mkdir()
    npm = shutil.which("npm") or "npm"
    subprocess.run(
        [npm, "pack", "--silent", f"{package.name}@{package.version}"], cwd=target, check=True
    )
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _keep(package: Package, source: Path) -> None:
    folder = STATIC / "vendor" / package.folder
    shutil.rmtree(folder, ignore_errors=True)
    lines = []
    for name in package.files:
        kept = folder / name.removeprefix("dist/").removeprefix("css/")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(_without_source_map((source / name).read_bytes()))
        lines.append(f"| {kept.relative_to(folder)} | {_checksum(kept)} |")
    _note(folder / "VENDOR.md", package, lines)


def _without_source_map(content: bytes) -> bytes:
    """Drop the pointer to a source map: we ship none, and the static storage looks for it."""
    lines = content.split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))


def _write_shapes(source: Path) -> None:
    SHAPES.parent.mkdir(parents=True, exist_ok=True)
    world = simplified_countries(json.loads((source / "countries-10m.json").read_text()))
    SHAPES.write_text(json.dumps(world, separators=(",", ":"), ensure_ascii=False) + "\n")
    print(f"{SHAPES.name}: {SHAPES.stat().st_size // 1024} KiB, {len(world['features'])} countries")
    _note(SHAPES.parent / "VENDOR.md", ATLAS, [f"| {SHAPES.name} | {_checksum(SHAPES)} |"])


def _note(path: Path, package: Package, lines: list[str]) -> None:
    head = f"# {package.name}\n\n- Version: {package.version}\n- Licence: {package.licence}\n"
    head += "- Renewed by: `scripts/vendor_frontend.py`\n\n| file | SHA-256 |\n|---|---|\n"
    path.write_text(head + "\n".join(lines) + "\n")


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
