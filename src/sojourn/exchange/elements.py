"""Small questions about XML elements that every XML reader here asks."""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from sojourn.exchange.reading import Problem

_DEEPEST: Final = 12


def local(element: etree._Element) -> str:
    """Return the name without its namespace; "" for a comment or instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: etree._Element) -> str:
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str | None = None) -> Iterator[etree._Element]:
    """Return the child elements, of one local name or all; comments are passed over."""
    for child in element:
        if isinstance(child.tag, str) and (name is None or local(child) == name):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """Return all text inside, trimmed; "" for no element."""
    if element is None:
        return ""
    return "".join(str(piece) for piece in element.itertext(etree.Element)).strip()


def text_at(element: etree._Element, name: str) -> str:
    return text_of(child(element, name))


def problem_at(element: etree._Element, words: str) -> Problem:
    line = int(element.sourceline) if element.sourceline else None
    return Problem(f"line {line}" if line else "", words, line)


def leftovers(
    element: etree._Element, known: Iterable[str] = (), prefix: str = ""
) -> dict[str, tuple[str, ...]]:
    """Return everything not known, as path → texts, so that nothing is dropped in silence.

    Names and values in the pair form (valueName, value) stand under the name.
    """
    skip = frozenset(known)
    found: dict[str, list[str]] = {}
    for piece in children(element):
        if local(piece) not in skip:
            for path, text in _flat(piece, prefix, 0):
                found.setdefault(path, []).append(text)
    return {path: tuple(texts) for path, texts in found.items()}


def _flat(element: etree._Element, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    path = f"{prefix}{local(element)}"
    pairs = list(named_values(element))
    if pairs:
        for name, value in pairs:
            yield f"{path}/{name}", value
        return
    for name, value in element.attrib.items():
        yield f"{path}@{etree.QName(str(name)).localname}", str(value)
    inner = list(children(element))
    if inner and depth < _DEEPEST:
        for piece in inner:
            yield from _flat(piece, f"{path}/", depth + 1)
    elif text := text_of(element):
        yield path, text


def named_values(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Return the pairs of valueName and value; one element may hold several in a row."""
    name = ""
    for piece in children(element):
        if local(piece) == "valueName":
            name = text_of(piece)
        elif local(piece) == "value" and name:
            yield name, text_of(piece)
