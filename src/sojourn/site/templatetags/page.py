"""Words of the templates: telephone numbers, moments, ages and the lines of a chart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from sojourn.foundation.sentences import kept_in_words
from sojourn.methods import cldr
from sojourn.site import charts
from sojourn.site.context import address, may_open

register = template.Library()

SUBJECTS = (
    "crisis",
    "case",
    "person",
    "alert",
    "campaign",
    "conversation",
    "referral",
    "service",
    "household",
)
TONES = {
    "unaccounted": "unaccounted",
    "in_need": "in_need",
    "safe": "safe",
}


@register.filter
def phone(number: str | None) -> SafeString:
    """Show an E.164 number grouped as its country does, left to right in any text."""
    if not number:
        return SafeString("")
    try:
        shown = phonenumbers.format_number(
            phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        shown = number
    return format_html('<bdi class="phone" dir="ltr">{}</bdi>', shown)


@register.filter
def moment(at: datetime | None, zone: str | ZoneInfo | None = None) -> SafeString:
    """Show a moment in the zone of the place, and beside it in UTC, from which all others can tell."""
    if at is None:
        return SafeString("")
    place = ZoneInfo(zone) if isinstance(zone, str) and zone else zone or None
    local = timezone.localtime(at, place)
    there = formats.date_format(local, pgettext("a date and its time", "j M Y, H:i"))
    if local.utcoffset() == timedelta(0):
        return format_html('<time datetime="{}">{} UTC</time>', at.isoformat(), there)
    utc = at.astimezone(ZoneInfo("UTC"))
    return format_html(
        '<time datetime="{}">{} <span class="moment-utc">({} UTC)</span></time>',
        at.isoformat(),
        there,
        utc.strftime("%H:%M"),
    )


@register.filter
def listed(parts: Iterable[object]) -> str:
    """Show some things one after another, parted as the language of the reader does."""
    return pgettext("between the things of a list", ", ").join(str(part) for part in parts)


@register.filter
def said(kept: object) -> str:
    """Say a sentence of a reader, or one kept as code and values, in the language of the page."""
    return kept_in_words(kept)


@register.filter
def age(at: datetime | None, now: datetime | None = None) -> SafeString:
    """Say how long before `now` (else: before this moment) something was, in the largest unit."""
    if at is None:
        return SafeString("")
    seconds = int(((now or timezone.now()) - at).total_seconds())
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _age(max(0, seconds)))


def _age(seconds: int) -> str:
    if seconds < 60:
        return gettext("just now")
    minutes = seconds // 60
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


@register.filter
def tone(standing: str | None) -> str:
    """Return the name of the colour of a standing; nothing for another word."""
    return TONES.get(str(standing or ""), "")


@register.filter
def share_of(part: int | str | None, whole: int | str | None) -> int:
    """Return a whole percentage, 0 where there is no whole."""
    count, of = int(part or 0), int(whole or 0)
    return round(100 * count / of) if of else 0


@register.simple_tag(takes_context=True)
def way(context: template.Context, name: str, *keys: Any) -> str:
    """Return the address of a page that this viewer may open; nothing when they may not, or it is not here."""
    request = context.get("request")
    url = address(name, *keys)
    return url if url and may_open(getattr(request, "viewer", None), url) else ""


@register.simple_tag(takes_context=True)
def exercise_here(context: template.Context) -> bool:
    """Say whether anything that the page is about belongs to an exercise."""
    return any(_is_of_exercise(context.get(name)) for name in ("exercise", *SUBJECTS))


def _is_of_exercise(subject: Any) -> bool:
    if subject is True:
        return True
    owners = (subject, *(getattr(subject, name, None) for name in ("crisis", "person", "case")))
    return any(getattr(owner, "is_exercise", False) is True for owner in owners)


@register.simple_tag
def line_chart(lines: Any, marks: Any = ()) -> charts.LineChart:
    """Lay out lines of numbers for the chart component."""
    return charts.line_chart(lines, tuple(marks or ()))


@register.simple_tag
def sparkline_points(values: Any) -> str:
    """Lay out one short line of numbers."""
    return charts.sparkline_points(values)


@register.simple_tag
def split_bar(unaccounted: int | None, in_need: int | None, safe: int | None) -> charts.SplitBar:
    """Lay out three counts along one bar."""
    return charts.split_bar(unaccounted or 0, in_need or 0, safe or 0)


@register.filter
def at_place(values: Any, place: int) -> Any:
    """Return one of a row of values; nothing where the row is shorter."""
    return values[place] if place < len(values) else ""


@register.filter
def country(alpha3: str | None) -> str:
    """Name a country, given by its alpha-3 code, in the reader's language."""
    return cldr.country_name(alpha3, get_language() or "en") if alpha3 else ""


@register.filter
def language_named(tag: str | None) -> str:
    """Name a language, given by its BCP 47 tag, in the reader's language."""
    return cldr.language_name(tag, get_language() or "en") if tag else ""


@register.filter
def grouped(count: int | None) -> str:
    """Write a count with its thousands apart, as the reader's language does."""
    return "" if count is None else formats.number_format(count, force_grouping=True)


@register.filter
def signed(change: int) -> str:
    """Write a change with its sign, a true minus included."""
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{formats.number_format(abs(change), force_grouping=True)}"
