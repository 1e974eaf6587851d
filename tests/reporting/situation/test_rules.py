"""A report on plain values."""

import csv
import io
from datetime import UTC, datetime, timedelta

from sojourn.foundation.caseload.rules import WORLD_CLOCK, Clock
from sojourn.foundation.caseload.terms import Facet, Measure
from sojourn.reporting.situation import rules

NOON = datetime(2015, 4, 25, 12, 0, tzinfo=UTC)


def _group(**facts):
    stood = {
        "answer": "inside",
        "standing": "unaccounted",
        "is_messaged": True,
        "is_reached": False,
        "area": "Gorkha",
        "band": "7",
        "nationality": "PHL",
        "language": "fil",
        "office": "",
        "age": "unknown",
        "count": 3,
    }
    return rules.Group(**(stood | facts))


def test_groups_are_counted_as_the_board_counts_cases():
    counts = rules.by_facet([_group(), _group(standing="safe", count=2), _group(answer="near")])

    assert counts[Facet.ALL][""] == {
        Measure.EXPOSED: 5,
        Measure.MESSAGED: 8,
        Measure.UNACCOUNTED: 3,
        Measure.SAFE: 2,
        Measure.NEAR: 3,
    }
    assert counts[Facet.NATIONALITY]["PHL"][Measure.EXPOSED] == 5


def test_only_those_unaccounted_for_have_an_age_that_matters():
    groups = [
        _group(age="day"),
        _group(age="unknown", count=2),
        _group(age="day", standing="safe"),
        _group(age="day", answer="near"),
    ]

    assert rules.ages_of_unaccounted(groups) == {"day": 3, "unknown": 2}


def test_the_clock_of_an_exercise_is_read_backwards():
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC), NOON, 60.0)

    real = rules.world_time(clock, NOON + timedelta(hours=1))

    assert real == datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
    assert clock.at(real) == NOON + timedelta(hours=1)


def test_a_real_crisis_runs_on_the_worlds_clock_and_a_paused_one_stands():
    assert rules.world_time(WORLD_CLOCK, NOON) == NOON
    assert rules.world_time(Clock(NOON, NOON, 0.0), NOON + timedelta(hours=3)) == NOON


def test_the_table_has_one_number_a_row_and_tells_what_is_hidden():
    report = rules.Report(
        crisis="=Quake",
        kind="Earthquake",
        countries=("Nepal",),
        is_exercise=True,
        as_of=NOON,
        zone="Asia/Kathmandu",
        edition="shared",
        edition_words="",
        headline=(rules.Row("unaccounted", "Unaccounted for", (None,)),),
        sections=(
            rules.Section(
                topic="area",
                title="By area",
                columns=("Safe",),
                indicators=("safe",),
                rows=(rules.Row("Gorkha", "Gorkha", (15,)),),
            ),
        ),
        unknown=(),
        is_internal=False,
    )

    _heads, tags, *rows = csv.reader(io.StringIO(rules.table_of(report).decode()))

    assert tags[0] == "#date+as_of"
    when = "2015-04-25T12:00:00+00:00"
    assert rows == [
        [when, "'=Quake", "yes", "all", "", "", "", "unaccounted", "", "hidden: too small to show"],
        [when, "'=Quake", "yes", "area", "Gorkha", "Gorkha", "", "safe", "15", ""],
    ]
