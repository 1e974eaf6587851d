"""What readers say of a source: a code with its values, so that it is kept once and read in any language.

English stands here and is what machines get; pages translate it (`foundation.sentences`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Value = str | int | float


def mark(words: str) -> str:
    """Return a sentence as it is; called as `_`, it marks the sentence for translation."""
    return words


_ = mark


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its code in a table of sentences, and the values it names, in order."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        """Return the sentence of a reader in English."""
        return self.said(SENTENCES)

    def said(self, among: Mapping[str, str], translate: Callable[[str], str] | None = None) -> str:
        """Return the sentence as a table has it, or its code where the table has none."""
        words = among.get(self.code)
        if words is None:
            return self.code
        return (translate(words) if translate else words) % dict(self.values)

    def packed(self) -> list[object]:
        """Return the sentence as JSON keeps it: code and values."""
        return [self.code, dict(self.values)]


def say(code: str, **values: Value) -> Sentence:
    """Return a sentence of a reader. The code must stand in `SENTENCES`; a test sees to it."""
    return Sentence(code, tuple(values.items()))


def as_written(text: str) -> Sentence:
    """Return words that come from a source, or from a reader that has no codes, as they are."""
    return say("as_written", text=text)


def unpacked(kept: object) -> Sentence:
    """Return a sentence that JSON kept; a bare text, as the first releases kept it, is as written."""
    match kept:
        case [str(code), dict(values)]:
            return Sentence(code, tuple((str(name), _plain(one)) for name, one in values.items()))
    return as_written(str(kept))


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int | float) else str(value)


_OF_FILES: Final = {
    "as_written": "%(text)s",
    "file_empty": _("The file is empty."),
    "file_too_large": _("The file is larger than %(megabytes)d MB."),
    "file_no_table": _("This is not a table. Save the list as XLSX, ODS or CSV."),
    "file_no_rows": _("The table has no rows."),
    "file_damaged": _("The file is damaged."),
    "file_too_slow": _("The file takes too long to read."),
    "file_too_much_inside": _("The file is damaged, or larger inside than it should be."),
    "file_unpacks_too_far": _("The file unpacks to far more than it should."),
    "file_locked": _("The file is locked with a password."),
    "file_macros": _("The file holds macros. Save it as XLSX or ODS without them and try again."),
    "file_no_spreadsheet": _("The file is damaged, or is no spreadsheet."),
    "file_no_sheet": _("No sheet of the file holds a table."),
    "file_holds_files": _("The file holds other files inside. Save the list alone as XLSX."),
    "file_too_many_parts": _("The file holds more than %(most)d parts; refused."),
    "file_twice_a_part": _("The file holds two parts of the same name; refused."),
    "file_packed_oddly": _(
        "The file is packed in a way that is not read here. Pack it as plain ZIP."
    ),
    "file_link": _("The file holds a link to another file; refused."),
    "file_leads_outside": _("The file holds a part whose name leads outside; refused."),
    "file_hidden_head": _("Something else stands before the archive in this file; refused."),
    "file_overlap": _("The parts of the file lie over one another; refused."),
    "archive_empty": _("The archive holds no file."),
    "archive_nested": _("The archive holds another archive or a program; send its files."),
    "archive_or_program": _("This is an archive in an archive, or a program. Send the list alone."),
    "encoding_wrong": _("The file says it is %(encoding)s and is not."),
    "encoding_guessed": _(
        "The file is not in UTF-8; it was read as %(encoding)s. Check the accents."
    ),
    "sheet_no_table": _("The sheet “%(sheet)s” was not read: it is no table."),
    "sheet_hidden": _("The sheet “%(sheet)s” was not read: it is hidden."),
    "sheet_beyond": _("The sheet “%(sheet)s” was not read: one sheet is read at a time."),
    "hidden_rows": _("Hidden in the spreadsheet, and read: rows %(rows)s."),
    "hidden_columns": _("Hidden in the spreadsheet, and read: columns %(columns)s."),
    "read_as_text": _("text, %(encoding)s, parted by “%(separator)s”"),
    "read_as_tabs": _("text, %(encoding)s, parted by tabs"),
    "read_as_sheet": _("spreadsheet, sheet “%(sheet)s”"),
}

_OF_ROWS: Final = {
    "rows_beyond": _("Only %(most)d rows are read at once."),
    "columns_beyond": _("Only %(most)d columns are read."),
    "cell_cut": _("A very long cell was cut."),
    "line_unreadable": _("Line %(line)d cannot be read: %(why)s."),
    "cells_without_heading": _("Cells without a heading: %(cells)d."),
    "row_left_out": _("%(why)s; the row is left out."),
    "not_three_numbers": _("It is not three numbers; left out."),
}

_OF_PEOPLE: Final = {
    "no_names": _("No column of names was recognised. Say which one it is."),
    "nobody": _("The list has a heading and nobody under it."),
    "name_needed": _("A name to call by is needed."),
    "email_wrong": _("This is not an e-mail address."),
    "half_position": _("A position needs both latitude and longitude."),
    "accuracy_wrong": _("Accuracy is a distance in km."),
    "birth_year_digits": _("The year of birth needs four digits, as in 1994 or 1994-03-27."),
    "birth_year_ahead": _(
        "%(year)d lies ahead: it may be Bikram Sambat. Write the year as in 1994."
    ),
    "birth_year_wrong": _("%(year)d is no year of birth of a living person."),
    "age_wrong": _("An age is a number of years."),
    "day_wrong": _("Write the day as 2026-03-27."),
    "degrees_wrong": _("Degrees are written as 28.231 or 28°13'52\"N."),
    "degrees_beyond": _("%(degrees)s degrees lie outside -%(limit)s to %(limit)s."),
    "coordinates_wrong": _("Coordinates are written as latitude, longitude: 28.231, 84.731."),
    "country_unknown": _("This country is not known; its name in English or its code (NPL) is."),
    "language_unknown": _("This language is not known; its name in English or its code (ne) is."),
    "sex_unknown": _("Write F, M or X, or leave it empty."),
    "phone_no_country": _("The country code is missing."),
    "phone_wrong": _("This is not a telephone number."),
    "phone_length": _("This number has too few or too many digits."),
    "phone_unused": _("No such number is in use in that country."),
}

_OF_POINTS: Final = {
    "no_columns": _("The heading lacks the columns: %(columns)s."),
    "heading_unreadable": _("The heading cannot be read."),
    "row_unreadable": _("The row cannot be read: %(why)s."),
    "point_at_zero": _("0, 0 is open sea and often means “not known”."),
    "no_id": _("The row has no id."),
    "id_twice": _("The id has been used in a row before."),
    "cell_empty": _("It is empty."),
    "no_degrees": _("“%(text)s” is not a number of degrees."),
    "beyond_degrees": _("%(text)s is not from -%(most)d to %(most)d."),
    "no_distance": _("“%(text)s” is not a distance in km; left out."),
    "no_moment": _("“%(text)s” is not a date and time; left out."),
    "in_the_future": _("%(text)s lies in the future."),
}

_OF_SERVICES_AND_STOCKS: Final = {
    "list_empty": _("The list is empty."),
    "status_left_out": _(
        "Left out, and kept nowhere: %(columns)s. Immigration status is no business of this list."
    ),
    "column_unknown": _("This column is not known and was left out."),
    "cell_needed": _("This is needed; the row was left out."),
    "not_known": _("Not known: %(words)s."),
    "status_unknown": _("Not known; taken as paused."),
    "secrecy_unknown": _("Not yes or no; taken as yes."),
    "capacity_wrong": _("Not a whole number; left empty."),
    "assured_wrong": _("Not a date like 2026-03-01; left empty."),
    "no_country_code": _("“%(text)s” is no code of a country."),
    "no_number_of_people": _("“%(text)s” is no number of people."),
}

SENTENCES: Final[Mapping[str, str]] = (
    _OF_FILES | _OF_ROWS | _OF_PEOPLE | _OF_POINTS | _OF_SERVICES_AND_STOCKS
)
"""Code → English, with places for the values."""
