"""Sentences of readers, said in the language of whoever reads the page."""

from collections.abc import Mapping

from django.utils.translation import gettext

from sojourn.exchange.sentences import SENTENCES, Sentence, unpacked


def in_words(sentence: Sentence, among: Mapping[str, str] = SENTENCES) -> str:
    """Return a sentence in the language in use."""
    return sentence.said(among, gettext)


def kept_in_words(kept: object) -> str:
    """Return a sentence, or one that JSON kept, in the language in use."""
    return in_words(kept if isinstance(kept, Sentence) else unpacked(kept))
