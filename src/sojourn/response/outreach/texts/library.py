"""The sentences of each language, as the files beside this module hold them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """The sentences of one language under names such as `kind.earthquake`. `code` is BCP 47."""

    code: str
    name: str
    is_rtl: bool
    short_without_accents: bool
    sentences: Mapping[str, str]


@cache
def languages() -> Mapping[str, Language]:
    """Return code → language, English first, then by code."""
    files = sorted(FOLDER.glob("*.toml"), key=lambda file: (file.stem != "en", file.stem))
    return {file.stem: _language(file) for file in files}


def names() -> list[str]:
    """Return the names of all sentences, in the order of the English file."""
    return list(languages()["en"].sentences)


def fingerprint_of(language: str, name: str) -> str:
    """Return what identifies the exact words of a sentence: a review of other words does not count."""
    words = languages()[language].sentences[name]
    return sha256(f"{language}\x00{name}\x00{words}".encode()).hexdigest()[:32]


def _language(file: Path) -> Language:
    with file.open("rb") as stream:
        table = tomllib.load(stream)
    sentences = {
        f"{group}.{name}": words
        for group in ("kind", "care", "level", "say")
        for name, words in table[group].items()
    }
    return Language(
        code=file.stem,
        name=table["name"],
        is_rtl=table["direction"] == "rtl",
        short_without_accents=table.get("short_without_accents", False),
        sentences=sentences,
    )
