"""Compile the catalogues of words: locale/*/LC_MESSAGES/django.po to .mo. Pure Python, safe to repeat.

A catalogue with a broken placeholder is refused: a page with the wrong number is worse than one in English.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]")


def main() -> int:
    """Compile every catalogue; 1 when one of them is broken."""
    problems = []
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        problems += [f"{source.parts[-3]}: {problem}" for problem in broken(catalogue)]
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def broken(catalogue: Catalog) -> list[str]:
    """Return the words whose translation has other placeholders than the original."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not message.fuzzy and not holds_its_places(message)
    ]


def holds_its_places(message: Message) -> bool:
    """Say whether each form of a translation fills the same places; one form may leave out a count."""
    originals = message.id if isinstance(message.id, tuple | list) else [message.id]
    allowed = {place.group() for text in originals for place in PLACEHOLDER.finditer(text)}
    translated = message.string if isinstance(message.string, tuple | list) else [message.string]
    is_plural = len(originals) > 1
    for text in filter(None, translated):
        places = {place.group() for place in PLACEHOLDER.finditer(text)}
        if places - allowed or (not is_plural and places != allowed):
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
