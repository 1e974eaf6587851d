"""The data of the board's map, in the shape that the map of the design system draws."""

from dataclasses import asdict
from typing import Any

from sojourn.foundation.caseload.terms import Facet
from sojourn.methods import disclosure
from sojourn.reporting.board import places, queries
from sojourn.reporting.board.parts import Looking
from sojourn.reporting.board.rules import Breakdown


def map_of(looking: Looking) -> dict[str, Any]:
    """Return footprint, clusters and posts."""
    found = _clusters(looking)
    footprint = queries.footprint(looking.crisis)
    is_empty = footprint is None and not found.clusters
    posts = queries.posts(crisis=looking.crisis, sight=looking.sight)
    return {
        "footprint": footprint,
        "cells": [asdict(cluster) | {"count": cluster.count} for cluster in found.clusters],
        "posts": [
            {"name": post.name, "latitude": post.latitude, "longitude": post.longitude}
            for post in posts
        ],
        "bounds": places.bounds_of(looking.crisis.countries) if is_empty else None,
    }


def unplaced(looking: Looking) -> int:
    """Return how many people are in areas that the map cannot place."""
    return _clusters(looking).unplaced


def _clusters(looking: Looking) -> places.Clusters:
    board = queries.board(crisis=looking.crisis, sight=looking.sight, at=looking.at)
    areas = next(
        (one for one in board.breakdowns if one.facet == Facet.AREA), Breakdown(Facet.AREA, ())
    )
    smallest = places.SMALLEST if looking.sight.is_exact else disclosure.MINIMUM
    return places.clusters_of(areas, looking.crisis, smallest=smallest)
