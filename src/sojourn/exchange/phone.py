"""Telephone numbers as people write them, to the one form that reaches a telephone (E.164)."""

import unicodedata
from dataclasses import dataclass

import phonenumbers

from sojourn.exchange.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that could exist. ``sms`` is false where only a landline answers."""

    e164: str
    country: str | None
    sms: bool


class NotAPhoneNumber(ValueError):
    """The text holds no number that could be dialled; the message, in English, is fit to be shown."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def read_phone(text: str, *, country: str | None = None) -> Phone:
    """Return the number in a text; ``country`` (ISO 3166-1 alpha-2) is used where none is written.

    Digits of any script are read, ``00`` is read as ``+``. Raises NotAPhoneNumber.
    """
    plain = _western(text).strip()
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not plain.startswith("+") and country is None:
        raise NotAPhoneNumber(say("phone_no_country"))
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(say("phone_wrong")) from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhoneNumber(say("phone_length"))
    if not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber(say("phone_unused"))
    kind = phonenumbers.number_type(number)
    return Phone(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number),
        sms=kind != phonenumbers.PhoneNumberType.FIXED_LINE,
    )


def looks_like_phone(text: str) -> bool:
    """Say whether a search text is digits rather than a name."""
    plain = _western(text)
    digits = sum(sign.isdigit() for sign in plain)
    return digits >= 5 and not any(sign.isalpha() for sign in plain)


def _western(text: str) -> str:
    """With the digits 0 to 9, and without the invisible marks that copying leaves behind."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        value = unicodedata.decimal(sign, None)
        if value is not None:
            signs.append(str(value))
        elif unicodedata.category(sign) != "Cf":
            signs.append(sign)
    return "".join(signs)
