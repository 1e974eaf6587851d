"""Reads replies: safe, need help, stop, or words for a person. Pure; the tables are in `words.toml`.

    read_reply("hindi ako ligtas").meaning  # Meaning.HELP

Promises: a negated "safe" is never read as safe; help beats safe when both appear; what is not understood in
full is marked to be read by a person, and its text is never changed.
"""

from sojourn.response.outreach.replies.quotes import above_quote
from sojourn.response.outreach.replies.reading import Meaning, Reading, Scope, read_reply

__all__ = ["Meaning", "Reading", "Scope", "above_quote", "read_reply"]
