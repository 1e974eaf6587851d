"""Collect the words of all pages into locale/*/LC_MESSAGES/django.po. Translations that are there stay.

python scripts/collect_messages.py            collect, and say how much of each language is there
python scripts/collect_messages.py --missing ar   print what a language lacks, as JSON
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "sojourn"
LOCALE = ROOT / "locale"
LANGUAGES = ("fr", "es", "ar", "ne", "bn", "hi", "fil", "am", "uk", "vi")
MARKS = {
    "_": (0,),
    "gettext": (0,),
    "gettext_lazy": (0,),
    "gettext_noop": (0,),
    "ngettext": (0, 1),
    "ngettext_lazy": (0, 1),
    "pgettext": (-1, 1),
    "pgettext_lazy": (-1, 1),
    "npgettext": (-1, 1, 2),
}
PIECE = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATES = re.compile(
    rf"(?<![\w.])(_|n?p?gettext)\(\s*({PIECE})(?:\s*,\s*({PIECE}))?(?:\s*,\s*({PIECE}))?", re.DOTALL
)
# What Django's forms say. It has no Amharic and no Filipino, so the words are ours.
FORMS = (
    "This field is required.",
    "Enter a valid email address.",
    "Enter a whole number.",
    "Enter a number.",
    "Enter a valid date.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Ensure this value is greater than or equal to %(limit_value)s.",
    "Ensure this value is less than or equal to %(limit_value)s.",
)

HEAD = "# Words of Sojourn. Written by its makers; not reviewed by a speaker yet. Apache-2.0."

FOUNDED = datetime(2026, 11, 25, tzinfo=UTC)  # a date that stays keeps the catalogues still

Words = tuple[str | None, tuple[str, ...]]


def main(arguments: list[str]) -> int:
    """Collect, or print what one language lacks."""
    words = dict.fromkeys(collected())
    if arguments[:1] == ["--missing"]:
        lacking = [list(text) for context, text in missing(words, arguments[1])]
        json.dump(lacking, sys.stdout, ensure_ascii=False, indent=0)
        return 0
    for language in LANGUAGES:
        catalogue = update(language, list(words))
        done = sum(1 for message in catalogue if message.id and _is_done(message.string))
        sys.stderr.write(f"{language}: {done} of {len(words)}\n")
    return 0


def collected() -> Iterator[Words]:
    """Yield (context, texts) of every marked word, in the order of the files."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield from in_python(path)
    if not settings.configured:
        settings.configure()
    for path in sorted(SOURCE.rglob("*.html")):
        yield from in_template(path)
    for text in FORMS:
        yield None, (text,)


def in_python(path: Path) -> Iterator[Words]:
    """Yield the words marked in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in MARKS and texts:
            yield from _words(name, texts)


def in_template(path: Path) -> Iterator[Words]:
    """Yield the words marked in a template."""
    for found in IN_TEMPLATES.finditer(
        templatize(path.read_text(encoding="utf-8"), origin=str(path))
    ):
        texts = [ast.literal_eval(piece) for piece in found.groups()[1:] if piece]
        yield from _words(found[1], texts)


def _words(name: str, texts: list[str]) -> Iterator[Words]:
    places = MARKS[name]
    context = texts.pop(0) if places[0] == -1 else None
    wanted = len([place for place in places if place >= 0])
    if len(texts) >= wanted and texts[0].strip():
        yield context, tuple(texts[:wanted])


def update(language: str, words: list[Words]) -> Catalog:
    """Write the catalogue of a language anew, keeping what is translated."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    catalogue = Catalog(
        locale=language,
        project="Sojourn",
        version="0.1.0",
        copyright_holder="The Sojourn contributors",
        fuzzy=False,
        charset="utf-8",
        creation_date=FOUNDED,
        revision_date=FOUNDED,
        last_translator="The Sojourn contributors",
        language_team=language,
        msgid_bugs_address="see SECURITY.md and CONTRIBUTING.md",
        header_comment=HEAD,
    )
    known = _read(path, language)
    for context, texts in words:
        key = texts if len(texts) > 1 else texts[0]
        before = known.get(texts[0], context) if known else None
        catalogue.add(
            key,
            string=before.string if before else None,
            context=context,
            flags=["python-format"] if any("%(" in text for text in texts) else [],
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_output=True, omit_header=False)
    return catalogue


def missing(words: dict[Words, None], language: str) -> list[Words]:
    """Return the words a language has no translation for."""
    known = _read(LOCALE / language / "LC_MESSAGES" / "django.po", language)
    return [
        (context, texts)
        for context, texts in words
        if not known
        or not (message := known.get(texts[0], context))
        or not _is_done(message.string)
    ]


def _read(path: Path, language: str) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def _is_done(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
