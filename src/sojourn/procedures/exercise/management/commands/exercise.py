"""`sojourn exercise SCENARIO`: play a crisis with people who do not exist, through the real channels."""

import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from threading import Thread
from typing import Any, Final

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from tqdm import tqdm

from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role
from sojourn.procedures.exercise import queries, rules, tasks
from sojourn.procedures.exercise.headless.drive import CannotFinish
from sojourn.procedures.exercise.headless.place import SOJOURN, CannotRun, place_of_its_own
from sojourn.procedures.exercise.headless.play import Order, play_through
from sojourn.procedures.exercise.scenarios.files import NoSuchScenario, scenario, scenario_keys

UNUSABLE: Final = 2
HOURS: Final = 48.0
LOOK_S: Final = 0.5
USAGE: Final = (
    "Scenarios: {}. Without --headless the site is started, and the exercise is begun on its page."
)


class Command(BaseCommand):
    """With --headless: plays in a place of its own and prints the outcome. Nothing need be prepared."""

    help = "Play a crisis with a synthetic population through the real channels."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the scenario and how it is played."""
        parser.epilog = USAGE.format(", ".join(scenario_keys()))
        parser.add_argument("scenario", help=", ".join(scenario_keys()))
        parser.add_argument(
            "--headless", action="store_true", help="play by itself and print the outcome"
        )
        parser.add_argument(
            "--speed", default="max", help="of the clock, 1 to 600 or max; --headless runs at max"
        )
        parser.add_argument(
            "--json", action="store_true", help="the outcome as JSON on standard output"
        )
        parser.add_argument("--people", type=int, default=5_000, help="how many (5000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same (1)")
        parser.add_argument(
            "--hours", type=float, default=HOURS, help=f"of the exercise ({HOURS:g})"
        )
        parser.add_argument("--database", default="", help="URL; default: a temporary SQLite file")
        parser.add_argument("--port", type=int, help="of the site, without --headless")
        parser.add_argument(
            "--here", action="store_true", help="in the database of the settings, site running"
        )

    def handle(self, *_args: Any, **given: Any) -> None:
        """Check what was asked, then play here, in a place of its own, or on the pages."""
        try:
            scenario(given["scenario"])
            rules.check_can_start(people=given["people"], is_running=False)
        except (NoSuchScenario, rules.CannotStart) as refusal:
            raise CommandError(str(refusal), returncode=UNUSABLE) from refusal
        if not given["headless"]:
            self._on_pages(given)
        elif given["speed"] != "max":
            raise CommandError("A headless exercise runs at --speed max.", returncode=UNUSABLE)
        elif given["here"]:
            self._here(given)
        else:
            self._in_a_place_of_its_own(given)

    def _on_pages(self, given: dict[str, Any]) -> None:
        """Run the site, and begin the exercise on it as soon as there is a duty officer."""
        try:
            speed = max(rules.SPEEDS) if given["speed"] == "max" else float(given["speed"])
            rules.check_speed(speed)
        except (ValueError, rules.CannotStart) as refusal:
            raise CommandError(str(refusal), returncode=UNUSABLE) from refusal
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        order = (given["scenario"], given["people"], given["seed"], speed)
        Thread(target=_begin, args=order, daemon=True).start()
        call_command("run", **({"port": given["port"]} if given["port"] else {}))

    def _in_a_place_of_its_own(self, given: dict[str, Any]) -> None:
        words = ["exercise", given["scenario"], "--headless", "--here"]
        for name in ("people", "seed", "hours"):
            words += [f"--{name}", str(given[name])]
        if given["json"]:
            words.append("--json")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(UNUSABLE))  # so that all is ended
        try:
            with place_of_its_own(database=given["database"]) as environment:
                done = subprocess.run([*SOJOURN, *words], env=environment, check=False)
        except CannotRun as refusal:
            raise CommandError(str(refusal), returncode=UNUSABLE) from refusal
        if done.returncode:
            sys.exit(done.returncode)

    def _here(self, given: dict[str, Any]) -> None:
        order = Order(
            scenario=given["scenario"],
            people=given["people"],
            seed=given["seed"],
            hours=given["hours"],
        )
        with tqdm(
            total=100, disable=None, file=sys.stderr, bar_format="{l_bar}{bar}| {postfix}"
        ) as bar:

            def tell(share: float, words: str) -> None:
                bar.set_postfix_str(words, refresh=False)
                bar.update(round(share * 100) - bar.n)

            try:
                outcome = play_through(order, tell=tell)
            except (CannotFinish, rules.CannotStart) as refusal:
                raise CommandError(str(refusal)) from refusal
        if given["json"]:
            self.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=2))
        else:
            for name, value in outcome.items():
                self.stdout.write(f"{name}: {value}")


def _begin(scenario: str, people: int, seed: int, speed: float) -> None:
    """Ask for the exercise once the first start has made a duty officer; not while another is under way."""
    players = User.objects.filter(
        memberships__role=Role.DUTY_OFFICER, is_active=True, is_decoy=False
    )
    while (player := players.order_by("memberships__starts_at").first()) is None:
        time.sleep(LOOK_S)
    if not queries.is_any_under_way():
        tasks.begin(scenario=scenario, people=people, seed=seed, speed=speed, by=player)
    connections.close_all()
