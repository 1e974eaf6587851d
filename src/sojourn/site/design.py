"""The page that shows every component at once, with sample data; the test browser looks at it too."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sojourn.foundation.access.pages import EVERY_ROLE, public_page, staff_page

NOON: Final = datetime(2015, 4, 25, 12, 0, tzinfo=UTC)
audience = public_page if settings.DEBUG else staff_page(*EVERY_ROLE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sample chart."""

    label: str
    tone: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Crisis:
    """As much of a crisis as its ribbon and its card show."""

    name: str
    is_exercise: bool
    started_at: datetime = NOON
    time_zone: str = "Asia/Kathmandu"
    countries: tuple[str, ...] = ("NPL",)


class Sample(forms.Form):
    """One field of each kind, two of them wrong."""

    name = forms.CharField(label="Name", help_text="As the person says it, in any script.")
    phone = forms.CharField(label="Phone", required=False)
    language = forms.ChoiceField(label="Language", choices=[("ne", "नेपाली"), ("ar", "العربية")])
    needs = forms.MultipleChoiceField(
        label="Needs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("medical", "Medical"), ("shelter", "Shelter"), ("documents", "Documents")],
    )
    sure = forms.BooleanField(label="The person agrees to be referred", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))


@audience
def design(request: HttpRequest) -> HttpResponse:
    """Show them all."""
    lines = (
        Line("Unaccounted for", "unaccounted", (4180, 3900, 3120, 2400, 1710, 1240, 980)),
        Line("In need", "in_need", (0, 40, 160, 240, 310, 300, 280)),
        Line("Safe", "safe", (0, 240, 900, 1540, 2160, 2640, 2920)),
    )
    form = Sample({"language": "xx", "phone": "98510"})
    form.add_error("phone", "The country code is missing.")
    context = {
        "noon": NOON,
        "lines": lines,
        "marks": ("06:00", "07:00", "08:00", "09:00", "10:00", "11:00", "12:00"),
        "trend": lines[0].values,
        "form": form,
        "page": Paginator(range(120), 25).page(2),
        "sample": Crisis("Kathmandu, April 2015", is_exercise=True),
        "rows": (
            ("रमेश अधिकारी", "NPL", "unaccounted", "+9779851012345"),
            ("فاطمة الزهراء", "JOR", "in_need", "+962790123456"),
            ("Nguyễn Thị Lan", "VNM", "safe", "+84912345678"),
        ),
        "places": {
            "footprint": {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"level": level, "label": label},
                        "geometry": {"type": "Polygon", "coordinates": [_box(half)]},
                    }
                    for level, label, half in ((2, "VI", 1.6), (3, "VII", 1.0), (4, "VIII", 0.5))
                ],
            },
            "cells": [
                _cell(27.7, 85.3, (412, 60, 350)),
                _cell(28.2, 83.98, (120, 0, 240)),
                _cell(27.1, 84.9, (0, 0, 75)),
            ],
            "posts": [{"name": "Embassy, Kathmandu", "latitude": 27.74, "longitude": 85.33}],
        },
    }
    return render(request, "design.html", context)


def _box(half: float) -> list[list[float]]:
    west, east, south, north = 84.73 - half, 84.73 + half, 28.23 - half / 1.5, 28.23 + half / 1.5
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _cell(latitude: float, longitude: float, counts: tuple[int, int, int]) -> dict[str, float]:
    unaccounted, in_need, safe = counts
    return {
        "latitude": latitude,
        "longitude": longitude,
        "count": sum(counts),
        "unaccounted": unaccounted,
        "in_need": in_need,
        "safe": safe,
    }
