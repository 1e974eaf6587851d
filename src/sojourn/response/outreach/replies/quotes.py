"""An e-mail answer without the message it quotes: our own words must not be read as the person's."""

import re
from typing import Final

QUOTE: Final = re.compile(
    r"^\s*(>|-{2,}.*\w.*-{2,}\s*$|_{5,}\s*$|(from|de|von|da|от|від|từ|من)\s*:\s.*@"
    r"|.{0,120}@.{0,120}:\s*$|.{0,200}(wrote|écrit|escribió|napisał|пише|كتب|लेख्नुभयो|लिखा)\s*:\s*$"
    r"|-- ?$)",
    re.IGNORECASE,
)


def above_quote(text: str) -> str:
    """Return what stands above the first quoted line or signature. The whole text is kept elsewhere."""
    lines: list[str] = []
    for line in text.splitlines():
        if QUOTE.match(line):
            break
        lines.append(line)
    return "\n".join(lines).strip()
