"""Forms of triage. Nothing is required but what the deed itself cannot do without."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import pycountry
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sojourn.exchange.phone import NotAPhoneNumber, read_phone
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.people.operations import PersonFacts
from sojourn.foundation.people.terms import DocumentKind
from sojourn.methods import cldr
from sojourn.response.triage.operations import Companion, Said, WalkIn
from sojourn.response.triage.queries import Narrow
from sojourn.response.triage.terms import (
    Circumstance,
    ClosingReason,
    NeedKind,
    NeedSeverity,
    Source,
)

PRIORITIES: Final = [
    ("1", _("1 · now")),
    ("2", _("2 · within 6 hours")),
    ("3", _("3 · within 24 hours")),
    ("4", _("4 · within 72 hours")),
]
ASKED: Final = [kind for kind in NeedKind if kind != NeedKind.UNSPECIFIED]


class NarrowForm(forms.Form):
    """What the queue is narrowed to; read from the address, never refused."""

    q = forms.CharField(
        label=_("Search in the queue"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "aria-describedby": "search-help"}
        ),
    )
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=[("", "—"), *PRIORITIES]
    )
    kind = forms.ChoiceField(
        label=_("Need"), required=False, choices=[("", "—"), *NeedKind.choices]
    )
    office = forms.ModelChoiceField(
        label=_("Post"), queryset=Office.objects.none(), required=False, empty_label="—"
    )
    held = forms.ChoiceField(
        label=_("Held by"),
        required=False,
        choices=[("", "—"), ("mine", _("Me")), ("nobody", _("Nobody"))],
    )
    clock = forms.ChoiceField(
        label=_("Clock"),
        required=False,
        choices=[("", "—"), ("overdue", _("Overdue")), ("escalated", _("Escalated"))],
    )
    off_return = forms.BooleanField(label=_("Off the path of return"), required=False)

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = offices

    @property
    def narrow(self) -> Narrow:
        """Return what was asked for; what cannot be read narrows nothing."""
        self.is_valid()
        data = self.cleaned_data if self.is_bound else {}
        office = data.get("office")
        return Narrow(
            priority=int(data["priority"]) if data.get("priority") else None,
            kind=data.get("kind", ""),
            office=office.pk if office else None,
            held=data.get("held", ""),
            clock=data.get("clock", ""),
            is_off_return_path=data.get("off_return", False),
            text=data.get("q", ""),
        )


class AssignMany(forms.Form):
    """Cases that were ticked, and who gets them."""

    cases = forms.TypedMultipleChoiceField(coerce=UUID)
    to = forms.ModelChoiceField(
        label=_("Give the ticked cases to"), queryset=User.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, officers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to, cases = self.fields["to"], self.fields["cases"]
        if isinstance(to, forms.ModelChoiceField):
            to.queryset = officers
        ticked = self.data.getlist("cases") if hasattr(self.data, "getlist") else []
        if isinstance(cases, forms.TypedMultipleChoiceField):
            cases.choices = [(key, key) for key in ticked if _is_key(key)]


class NeedsForm(forms.Form):
    """Needs with how grave each is, circumstances, and words. `key` makes a second sending count once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    signs = forms.MultipleChoiceField(
        label=_("Circumstances"),
        choices=Circumstance.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("In their words"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, suggested: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggested = set(suggested)
        for kind in ASKED:
            self.fields[f"need_{kind.value}"] = forms.ChoiceField(
                label=kind.label,
                choices=[("", "—"), *NeedSeverity.choices],
                required=False,
                initial=NeedSeverity.UNKNOWN.value if kind.value in suggested else "",
            )

    @property
    def needs(self) -> list[Any]:
        """Return the fields of the needs, for the page."""
        return [self[f"need_{kind.value}"] for kind in ASKED]

    def said(self) -> list[Said]:
        """Return the needs that were chosen. Circumstances alone are help that was not said which."""
        signs = tuple(self.cleaned_data["signs"])
        chosen = [
            Said(kind.value, self.cleaned_data[f"need_{kind.value}"], signs)
            for kind in ASKED
            if self.cleaned_data.get(f"need_{kind.value}")
        ]
        if signs and not chosen:
            return [Said(NeedKind.UNSPECIFIED.value, "unknown", signs)]
        return chosen


class CallForm(NeedsForm):
    """What was said in a call."""


class ConfirmForm(NeedsForm):
    """What a text says, as a person read it."""

    report = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["text"]  # the text is theirs and stays as it is


class KindForm(forms.Form):
    """One kind of need."""

    kind = forms.ChoiceField(choices=NeedKind.choices, widget=forms.HiddenInput)


class OverruleForm(forms.Form):
    """Another priority, and why."""

    priority = forms.TypedChoiceField(label=_("Priority"), choices=PRIORITIES, coerce=int)
    reason = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("On record. The next officer must understand it."),
    )


class AssignForm(forms.Form):
    """Who holds the case; `seen` is whom the reader saw holding it."""

    to = forms.ModelChoiceField(label=_("Give to"), queryset=User.objects.none(), empty_label=None)
    seen = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, officers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("to", "seen"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = officers if name == "to" else User.objects.all()


class NoteForm(forms.Form):
    """Something to write down."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    note = forms.CharField(
        label=_("Note"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TaskForm(forms.Form):
    """Something to do."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    words = forms.CharField(label=_("What is to be done"), max_length=300)


class TaskKeyForm(forms.Form):
    """One task."""

    task = forms.UUIDField(widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """Why a case leaves the queue."""

    reason = forms.TypedChoiceField(
        label=_("Why"), choices=ClosingReason.choices, coerce=ClosingReason
    )
    closing_words = forms.CharField(
        label=_("What was done or tried"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NothingForm(forms.Form):
    """A deed that needs no words."""


class WalkInForm(NeedsForm):
    """Somebody who comes to us: one screen, one of name and description is enough."""

    source = forms.TypedChoiceField(
        label=_("How"),
        choices=[
            (Source.WALK_IN.value, Source.WALK_IN.label),
            (Source.CALL.value, Source.CALL.label),
        ],
        coerce=Source,
        initial=Source.WALK_IN.value,
        required=False,
        empty_value=Source.WALK_IN,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("As they write it, in any script."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    description = forms.CharField(
        label=_("Description, when no name is known"), required=False, max_length=300
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        help_text=_("Without a country code it is read as a number of the place."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=16,
        help_text=_("Its code, such as ne or fil."),
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, min_value=1900, max_value=2100
    )
    document_kind = forms.TypedChoiceField(
        label=_("Document"),
        choices=DocumentKind.choices,
        coerce=DocumentKind,
        required=False,
        empty_value=DocumentKind.PASSPORT,
    )
    document_number = forms.CharField(label=_("Number"), required=False, max_length=40)
    companions = forms.CharField(
        label=_("Who is with them"),
        required=False,
        max_length=2_000,
        help_text=_("One person a line; a year of birth after a comma, when known."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_at_post = forms.BooleanField(label=_("They are at the post now"), required=False)
    place = forms.CharField(
        label=_("Where they are, in words"),
        required=False,
        max_length=200,
        help_text=_("If they are not at the post: town, and what is near."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        """`country` (alpha-3) is where the crisis is: telephone numbers without a code are read as its own."""
        super().__init__(*args, **kwargs)
        place = pycountry.countries.get(alpha_3=country)
        self.region = str(place.alpha_2) if place else None
        nationality = self.fields["nationality"]
        if isinstance(nationality, forms.ChoiceField):
            nationality.choices = _countries()

    def clean(self) -> dict[str, Any]:
        """Keep a telephone number that cannot be read, in the words: nobody is turned away for it."""
        data = super().clean() or self.cleaned_data
        written = data.get("phone", "")
        try:
            data["phone"] = read_phone(written, country=self.region).e164 if written else ""
        except NotAPhoneNumber:
            data["phone"] = ""
            as_written = gettext("Telephone, as written: %s") % written
            data["text"] = f"{data.get('text', '')}\n{as_written}".strip()
        return data

    @property
    def walk_in(self) -> WalkIn:
        """Return what the screen holds."""
        data = self.cleaned_data
        return WalkIn(
            facts=PersonFacts(
                name=data["name"],
                description=data["description"],
                nationality=data["nationality"],
                languages=[data["language"]] if data["language"] else [],
                birth_year=data["birth_year"],
            ),
            needs=self.said(),
            text=data["text"],
            phone=data["phone"],
            document_kind=DocumentKind(data["document_kind"]),
            document_number=data["document_number"],
            companions=[
                _companion(line) for line in data["companions"].splitlines() if line.strip()
            ],
            is_at_post=data["is_at_post"],
            place=data["place"],
            source=Source(data["source"]),
        )


def _countries() -> list[tuple[str, str]]:
    locale = get_language() or "en"
    named = [
        (country.alpha_3, cldr.country_name(country.alpha_3, locale))
        for country in pycountry.countries
    ]
    return [("", "—"), *sorted(named, key=lambda pair: pair[1])]


def _companion(line: str) -> Companion:
    """Read "name, year"; what is no year belongs to the name."""
    name, _comma, year = line.rpartition(",")
    if name.strip() and year.strip().isdecimal() and 1900 <= int(year) <= 2100:
        return Companion(name=name.strip()[:200], birth_year=int(year))
    return Companion(name=line.strip()[:200])


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
