"""The shape of the house: what must be in every app, what must be nowhere."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]


def _own_apps():
    return [config for config in apps.get_app_configs() if config.name.startswith("sojourn.")]


@pytest.mark.parametrize("config", _own_apps(), ids=lambda config: config.label)
def test_every_app_with_tables_has_migrations(config):
    if any(not model._meta.abstract for model in config.get_models()):
        assert (Path(config.path) / "migrations" / "0001_initial.py").exists()


@pytest.mark.parametrize("config", _own_apps(), ids=lambda config: config.label)
def test_every_app_says_what_it_owns(config):
    assert config.module.__doc__, f"{config.name} has no docstring"


def test_no_column_holds_immigration_status():
    words = (
        "visa",
        "immigration",
        "residence_permit",
        "legal_status",
        "migration_status",
        "undocumented",
    )
    columns = [
        f"{model.__name__}.{field.name}"
        for config in _own_apps()
        for model in config.get_models()
        for field in model._meta.get_fields()
    ]
    assert columns
    assert not [column for column in columns if any(word in column.lower() for word in words)]


def test_the_tree_holds_nothing_that_it_must_not():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check_tree.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_drawn_lifecycle_is_the_one_of_the_code():
    drawing = runpy.run_path(str(ROOT / "scripts" / "draw_lifecycle.py"))
    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == drawing["page"]()
