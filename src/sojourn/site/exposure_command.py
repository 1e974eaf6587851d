"""`sojourn exposure FOOTPRINT PEOPLE`: who is inside which band, from files to a file, without a database."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from sojourn.exchange.alerts.read import read_file
from sojourn.exchange.alerts.shape import as_json
from sojourn.exchange.people_points import PeoplePoints, read_people_points, write_answers
from sojourn.exchange.reading import Unreadable
from sojourn.methods.exposure.answers import Answer, Answers, Doubts, answers_for
from sojourn.methods.footprint import Band, Footprint
from sojourn.response.exposure.rules import footprint_of, level_word

Row = tuple[str, str, str, float | None]

DONE: Final = 0
WITH_PROBLEMS: Final = 1
UNUSABLE: Final = 2


def run(argv: Sequence[str]) -> int:
    """Answer for every person of a file. Returns 0, 1 with problems shown, or 2 for unusable input."""
    options = _parser().parse_args(list(argv))
    try:
        footprint, problems, sent_at = _footprint(options.footprint)
        now = datetime.now(UTC)
        at = options.at or sent_at or now
        if options.at is None and sent_at is not None:
            told = f"Ages are counted at {at:%Y-%m-%d %H:%M %Z}, when the newest alert was sent."
            print(told, file=sys.stderr)  # noqa: T201  # a command speaks to its user
        people = _people(options.people, at, max(at, now))
    except _CannotUse as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201  # a command speaks to its user
        return UNUSABLE
    problems += [
        f"{options.people.name}:{one.line}: {one.column}: {one.problem}" for one in people.problems
    ]
    doubts = Doubts(options.near, options.too_old, options.half_life)
    answers, placed = _answer(footprint, people, doubts)
    rows = _rows(footprint, people, answers, placed)
    try:
        _write(options.out, rows, is_json=options.json)
    except OSError as error:
        print(f"{options.out}: {error.strerror}", file=sys.stderr)  # noqa: T201  # see above
        return UNUSABLE
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201  # see above
    if options.json:
        shown = _summary(footprint, answers, placed) | {"problems": problems}
        if options.out is None:
            shown["people"] = [
                {"id": one, "band": band, "answer": answer, "probability": chance}
                for one, band, answer, chance in _rows(footprint, people, answers, placed)
            ]
        json.dump(shown, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    return WITH_PROBLEMS if problems else DONE


class _CannotUse(Exception):
    """A file is of no use; the message names it and says why."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sojourn exposure", description=__doc__)
    parser.add_argument(
        "footprint", type=Path, help="GeoJSON, any alert file that can be read, or a ShakeMap grid"
    )
    parser.add_argument(
        "people",
        type=Path,
        help="CSV with id, latitude, longitude and, if known, accuracy_km and observed_at",
    )
    parser.add_argument("--out", type=Path, help="CSV to write; standard output when left out")
    parser.add_argument("--json", action="store_true", help="counts as JSON on standard output")
    parser.add_argument("--near", type=_not_negative, default=0.0, metavar="KM")
    parser.add_argument(
        "--too-old", type=_not_negative, default=float("inf"), metavar="DAYS",
        help="from this age on, a position inside or near is too old to tell",
    )  # fmt: skip
    parser.add_argument(
        "--half-life", type=_above_zero, default=Doubts().half_life_days, metavar="DAYS",
        help="after which half of the people have moved on (an assumption; default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--at",
        type=_moment,
        help="ages are counted at this moment; default: when the newest alert was sent, else now",
    )
    return parser


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 20_000:
        raise argparse.ArgumentTypeError("from 0 to 20,000 is needed")
    return value


def _above_zero(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0 is needed")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date and time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _footprint(path: Path) -> tuple[Footprint, list[str], datetime | None]:
    """The footprint of a file and when its newest alert was sent; of several alerts the bands of all, worst last."""
    try:
        reading = read_file(path)
    except Unreadable as error:
        raise _CannotUse(f"{path.name}:{error.line or ''} {error.problem}") from error
    except OSError as error:
        raise _CannotUse(f"{path}: {error.strerror or error}") from error
    problems = [f"{path.name}: {one.where}: {one.problem}" for one in reading.problems]
    bands: list[Band] = []
    sent_at = max((_moment(alert.sent) for alert in reading.rows if alert.sent), default=None)
    for alert in reading.rows:
        problems += [f"{path.name}: {one.where}: {one.problem}" for one in alert.problems]
        found = footprint_of(as_json(alert), alert.grid)
        problems += [f"{path.name}: {one}" for one in found.problems]
        if found.footprint.raster is not None:
            return found.footprint, problems, sent_at
        bands += found.footprint.bands
    if not bands:
        raise _CannotUse("\n".join([*problems, f"{path.name}: nothing in it says where."]))
    footprint = Footprint(tuple(sorted(bands, key=lambda band: band.level)))
    return footprint, problems, sent_at


def _people(path: Path, at: datetime, latest: datetime) -> PeoplePoints:
    """The people of a file; a position from after the alert is fresh, one from the future a problem."""
    try:
        size = path.stat().st_size
        with (
            path.open(encoding="utf-8-sig", newline="") as lines,
            tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar,
        ):
            return read_people_points(lines, at=at, latest=latest, progress=bar.update)
    except Unreadable as error:
        raise _CannotUse(f"{path.name}:{error.line or 1}: {error.problem}") from error
    except UnicodeDecodeError as error:
        raise _CannotUse(f"{path.name}: the text is not UTF-8.") from error
    except OSError as error:
        raise _CannotUse(f"{path}: {error.strerror or error}") from error


def _answer(
    footprint: Footprint, people: PeoplePoints, doubts: Doubts
) -> tuple[Answers, NDArray[np.bool_]]:
    """Answers for the people that are placed, and which those are."""
    lon, lat = np.asarray(people.longitude), np.asarray(people.latitude)
    placed = ~np.isnan(lon)
    accuracy_km, age_days = np.asarray(people.accuracy_km), np.asarray(people.age_days)
    points = (lon[placed], lat[placed], accuracy_km[placed], age_days[placed])
    return answers_for(footprint, *points, doubts), placed


def _rows(
    footprint: Footprint, people: PeoplePoints, answers: Answers, placed: NDArray[np.bool_]
) -> Iterator[Row]:
    words = [level_word(band.level) for band in footprint.bands]
    found = iter(
        zip(
            answers.band.tolist(),
            answers.answer.tolist(),
            answers.probability.tolist(),
            strict=True,
        )
    )
    for one, is_placed in zip(people.ids, placed.tolist(), strict=True):
        if not is_placed:
            yield one, "", Answer.UNKNOWN, None
            continue
        band, answer, chance = next(found)
        yield one, words[band] if band >= 0 else "", answer, chance


def _write(out: Path | None, rows: Iterator[Row], *, is_json: bool) -> None:
    if out is None:
        if not is_json:
            write_answers(sys.stdout, rows)
        return
    unfinished = out.with_name(out.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        write_answers(file, rows)
    unfinished.replace(out)


def _summary(
    footprint: Footprint, answers: Answers, placed: NDArray[np.bool_]
) -> dict[str, object]:
    exposed = np.isin(answers.answer, [Answer.INSIDE, Answer.POSSIBLE])
    counts = np.bincount(answers.band[exposed], minlength=len(footprint.bands))
    return {
        "people": len(placed),
        "bands": [
            {"level": band.level, "label": band.label, "people": int(count)}
            for band, count in zip(footprint.bands, counts, strict=True)
        ],
        "answers": {
            answer.value: int((answers.answer == answer).sum())
            for answer in Answer
            if answer != Answer.UNKNOWN
        }
        | {Answer.UNKNOWN.value: int((~placed).sum())},
        "expected_inside": round(float(answers.probability[exposed].sum()), 1),
    }
