"""The texts of messages: one data file a language, put together from whole sentences. Pure.

    write(Wanted(purpose=TextPurpose.CHECK, kind="earthquake", level="precaution", sender="Embassy"), "ne").short

Promises: plain public-safety words; nothing about a case, a status or an organisation's inside; a short form for
SMS whose parts are counted; telephone numbers and links stand in isolates inside right-to-left text.
"""

from sojourn.response.outreach.texts.compose import TextPurpose, Wanted, Written, write
from sojourn.response.outreach.texts.ladder import Chosen, LanguagePolicy, choose
from sojourn.response.outreach.texts.library import Language, fingerprint_of, languages, names
from sojourn.response.outreach.texts.parts import Parts, parts_of

__all__ = [
    "Chosen",
    "Language",
    "LanguagePolicy",
    "Parts",
    "TextPurpose",
    "Wanted",
    "Written",
    "choose",
    "fingerprint_of",
    "languages",
    "names",
    "parts_of",
    "write",
]
