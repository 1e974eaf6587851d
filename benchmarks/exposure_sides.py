"""The two sides of the exposure benchmark: ours on three stores, and five others. Each answers the same question.

A side is built from arrays of longitude and latitude, then asked with a list of polygons, one a band; it answers
with the people inside and each one's worst band, in arrays. `cpu` is the CPU seconds used so far, servers too.
"""

import importlib.util
import os
import time
from pathlib import Path

import numpy as np
import shapely

from sojourn.methods.exposure import blocks, search
from sojourn.methods.footprint import Band, Footprint


def worst(n, person, band):
    """From pairs of person and band to each person's worst band."""
    bands = np.full(n, -1, np.int16)
    np.maximum.at(bands, person, band.astype(np.int16))
    inside = np.flatnonzero(bands >= 0)
    return inside, bands[inside]


class Side:
    """What all sides have."""

    name = ""
    most_shapes = (
        50  # asked with more polygons it is left out at 10 M people: too slow or too large
    )

    def __init__(self, lon, lat):
        self.lon, self.lat, self.n = lon, lat, len(lon)

    def cpu(self):
        return time.process_time()

    def size(self):
        return None


class BareRead(Side):
    """Reads every coordinate once and does nothing with it: what no scan can beat."""

    name = "bare read of all coordinates"

    def ask(self, polygons):
        return np.zeros(0, np.int64), np.asarray([self.lon.sum() + self.lat.sum()])[:0]


class Shapely(Side):
    """Every point against every polygon, prepared: the truth."""

    name = "shapely, all points × all bands"

    def ask(self, polygons):
        bands = np.full(self.n, -1, np.int16)
        for number, polygon in enumerate(polygons):
            shapely.prepare(polygon)
            bands[shapely.intersects_xy(polygon, self.lon, self.lat)] = number
        inside = np.flatnonzero(bands >= 0)
        return inside, bands[inside]


class Ours(Side):
    """Packed blocks in arrays in memory."""

    name = "**ours, in memory**"

    def __init__(self, lon, lat):
        super().__init__(lon, lat)
        self.store = blocks.Memory(blocks.points(np.arange(self.n), lon, lat))
        self.looked_at = 0

    def ask(self, polygons):
        footprint = Footprint(tuple(Band(i, str(i), one) for i, one in enumerate(polygons)))
        return self.ask_footprint(footprint)

    def ask_footprint(self, footprint):
        found = search.find(self.store, footprint)
        self.looked_at = found.looked_at
        return found.person, found.band

    def size(self):
        return self.n * blocks.POINT_BYTES


class OursInDatabase(Ours):
    """Packed blocks in the product's own table."""

    alias = "default"

    def __init__(self, lon, lat):
        Side.__init__(self, lon, lat)
        from sojourn.foundation.organisations.models import Organisation
        from sojourn.response.exposure.models import LocationBlock, LocationIndex
        from sojourn.response.exposure.queries import BlockTable

        LocationIndex.objects.using(self.alias).all().delete()
        organisation = Organisation.objects.using(self.alias).first()
        if organisation is None:
            organisation = Organisation(name="Benchmark", kind="state_of_origin", country="PHL")
            organisation.save(using=self.alias)
        self.index = LocationIndex(organisation=organisation, is_exercise=True)
        self.index.save(using=self.alias)
        positions = blocks.points(np.arange(self.n), lon, lat)
        LocationBlock.objects.using(self.alias).bulk_create(
            (
                LocationBlock(index=self.index, key_lo=key_lo, n=n, data=data)
                for key_lo, n, data in blocks.packed_blocks(positions)
            ),
            batch_size=50,
        )
        self.store = BlockTable(self.index)


class OursInSqlite(OursInDatabase):
    """Packed blocks in SQLite."""

    name = "**ours, SQLite**"

    def size(self):
        from django.db import connections

        return Path(connections["default"].settings_dict["NAME"]).stat().st_size


class OursInPostgres(OursInDatabase):
    """Packed blocks in PostgreSQL; CPU of the server's backend included (in ticks of 10 ms)."""

    name = "**ours, PostgreSQL**"
    alias = "postgres"

    def cpu(self):
        from django.db import connections

        connections[self.alias].ensure_connection()
        pid = connections[self.alias].connection.info.backend_pid
        return time.process_time() + backend_cpu(pid)

    def size(self):
        from django.db import connections

        with connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('exposure_locationblock')")
            return cursor.fetchone()[0]


def backend_cpu(pid):
    """User and system seconds of a process on this machine; 0 when it is elsewhere."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Geopandas(Side):
    """geopandas.sjoin with the points' index built before."""

    name = "geopandas sjoin"
    most_shapes = 20

    def __init__(self, lon, lat):
        import geopandas

        super().__init__(lon, lat)
        self.gpd = geopandas
        self.points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat))
        self.points.sindex  # noqa: B018  # builds it

    def ask(self, polygons):
        areas = self.gpd.GeoDataFrame(geometry=polygons)
        pairs = self.gpd.sjoin(self.points, areas, predicate="intersects")
        return worst(self.n, pairs.index.to_numpy(), pairs["index_right"].to_numpy())


class Duckdb(Side):
    """DuckDB with its spatial extension: bounding box, then ST_Intersects."""

    name = "DuckDB spatial"
    most_shapes = 20

    def __init__(self, lon, lat):
        import duckdb

        super().__init__(lon, lat)
        self.db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        folder = Path(importlib.util.find_spec("duckdb_ext").submodule_search_locations[0])
        (extension,) = folder.rglob("spatial.duckdb_extension")
        self.db.load_extension(str(extension))
        rows = {"id": np.arange(self.n), "lon": lon, "lat": lat}  # noqa: F841  # DuckDB reads it by name
        self.db.execute("CREATE TABLE people AS SELECT id, lon, lat FROM rows")

    def ask(self, polygons):
        self.db.execute(
            "CREATE OR REPLACE TABLE bands (band INT, w DOUBLE, s DOUBLE, e DOUBLE, n DOUBLE, g GEOMETRY)"
        )
        self.db.executemany(
            "INSERT INTO bands VALUES (?, ?, ?, ?, ?, ST_GeomFromText(?::VARCHAR))",
            [(i, *one.bounds, one.wkt) for i, one in enumerate(polygons)],
        )
        pairs = self.db.execute(
            "SELECT id, band FROM people JOIN bands ON lon BETWEEN w AND e AND lat BETWEEN s AND n"
            " WHERE ST_Intersects(g, ST_Point(lon, lat))"
        ).fetchnumpy()
        return worst(self.n, pairs["id"], pairs["band"])


class Postgis(Side):
    """PostGIS with a GiST index, polygons in a table, LATERAL; asked the way that keeps prepared geometries."""

    name = "PostGIS GiST"
    most_shapes = 20
    url = ""

    def __init__(self, lon, lat):
        import psycopg

        super().__init__(lon, lat)
        self.db = psycopg.connect(self.url, autocommit=True)
        run = self.db.execute
        run("CREATE EXTENSION IF NOT EXISTS postgis")
        run("DROP TABLE IF EXISTS bench_people, bench_raw")
        run("CREATE UNLOGGED TABLE bench_raw (id int, lon float8, lat float8)")
        with self.db.cursor().copy("COPY bench_raw FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(binary_rows(lon, lat))
        run(
            "CREATE UNLOGGED TABLE bench_people AS"
            " SELECT id, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place FROM bench_raw"
        )
        run("DROP TABLE bench_raw")
        run("CREATE INDEX ON bench_people USING gist (place)")
        run("VACUUM ANALYZE bench_people")
        run("CREATE TEMP TABLE bands (band int, area geometry)")

    def cpu(self):
        return time.process_time() + backend_cpu(self.db.info.backend_pid)

    def ask(self, polygons):
        self.db.execute("TRUNCATE bands")
        for number, one in enumerate(polygons):
            self.db.execute(
                "INSERT INTO bands VALUES (%s, ST_GeomFromWKB(%s, 4326))", (number, one.wkb)
            )
        with self.db.cursor(binary=True).copy(
            "COPY (SELECT p.id, b.band FROM bands b CROSS JOIN LATERAL (SELECT id FROM bench_people"
            " WHERE place && b.area AND ST_Intersects(b.area, place) OFFSET 0) p) TO STDIN".replace(
                "TO STDIN", "TO STDOUT (FORMAT BINARY)"
            )
        ) as copy:
            data = b"".join(bytes(part) for part in copy)
        return worst(self.n, *from_binary_rows(data))

    def size(self):
        return self.db.execute("SELECT pg_total_relation_size('bench_people')").fetchone()[0]


_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("a", ">i4"),
        ("id", ">i4"),
        ("b", ">i4"),
        ("lon", ">f8"),
        ("c", ">i4"),
        ("lat", ">f8"),
    ]
)
_PAIR = np.dtype([("fields", ">i2"), ("a", ">i4"), ("id", ">i4"), ("b", ">i4"), ("band", ">i4")])
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)


def binary_rows(lon, lat):
    """Rows in the binary form of COPY."""
    rows = np.zeros(len(lon), _ROW)
    rows["fields"], rows["a"], rows["b"], rows["c"] = 3, 4, 8, 8
    rows["id"], rows["lon"], rows["lat"] = np.arange(len(lon)), lon, lat
    return _HEAD + rows.tobytes() + b"\xff\xff"


def from_binary_rows(data):
    """Person and band from the binary form of COPY."""
    rows = np.frombuffer(
        data, _PAIR, count=(len(data) - len(_HEAD) - 2) // _PAIR.itemsize, offset=len(_HEAD)
    )
    return rows["id"].astype(np.int64), rows["band"].astype(np.int64)
