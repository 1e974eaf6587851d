"""Refusals: why a deed is not done, said to the reader in the reader's language."""

from django.utils.translation import gettext


def mark(words: str) -> str:
    """Return a sentence as it is; imported as `_`, it marks the sentence for translation.

    So rules, which decide on plain values, say sentences without knowing in which language they are read.
    """
    return words


class Refusal(Exception):
    """A deed is refused. The message, a marked sentence with its values, is translated when it is read."""

    def __init__(self, words: str, /, **values: object) -> None:
        super().__init__(words)
        self.words = words
        self.values = values

    def __str__(self) -> str:
        said = gettext(self.words)
        return said % self.values if self.values else said
