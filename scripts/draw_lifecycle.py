"""Draws docs/lifecycle.md from the code: the stages of a case and the steps between them."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")
import django

django.setup()

from sojourn.foundation.caseload.rules import COUNTED_ANSWERS, HELP, STEPS  # noqa: E402 needs setup
from sojourn.foundation.caseload.terms import Answer, Stage, Standing  # noqa: E402 needs setup

PAGE = Path(__file__).resolve().parents[1] / "docs" / "lifecycle.md"


def page() -> str:
    """Return the page as it should be."""
    lines = [
        "# Lifecycle of a case",
        "",
        "Drawn by `scripts/draw_lifecycle.py` from `foundation/caseload/rules.py`; a test keeps it true.",
        "",
        "Help is open at every stage, so its steps ("
        + ", ".join(sorted(stage.value for stage in HELP))
        + ") are left out of the drawing: each stage, closed included, leads to each of them.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {Stage.REGISTERED.value}",
    ]
    for stage in Stage:
        lines += [
            f"    {stage.value} --> {to.value}"
            for to in Stage
            if to in STEPS[stage] and to not in HELP
        ]
    lines += [f"    {Stage.CLOSED.value} --> [*]", "```", "", "| stage | may become |", "|---|---|"]
    lines += [
        f"| {stage.value} | {', '.join(to.value for to in Stage if to in STEPS[stage])} |"
        for stage in Stage
    ]
    lines += [
        "",
        "## Standing",
        "",
        "Beside its stage each case has one standing: "
        + ", ".join(standing.value for standing in Standing)
        + ". Unaccounted for are those who have not been heard from and whose position says one of: "
        + ", ".join(answer.value for answer in Answer if answer in COUNTED_ANSWERS)
        + ".",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
