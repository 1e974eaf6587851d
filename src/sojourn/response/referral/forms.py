"""Forms of the directory and of referrals."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.organisations.models import Organisation
from sojourn.response.referral.models import Service
from sojourn.response.referral.operations import ServiceFacts
from sojourn.response.referral.queries import Wanted
from sojourn.response.referral.terms import Consent, ServiceKind, ServiceStatus

LARGEST_MB: Final = 5


class NarrowForm(forms.Form):
    """What the directory is searched for; read from the address, never refused."""

    q = forms.CharField(
        label=_("Name, area or words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Helps with"), required=False, choices=[("", "—"), *ServiceKind.choices]
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *settings.LANGUAGES]

    def wanted(self, **fixed: Any) -> Wanted:
        """Return what was asked for; what cannot be read narrows nothing."""
        self.is_valid()
        data = self.cleaned_data if self.is_bound else {}
        return Wanted(
            text=data.get("q", ""),
            kind=data.get("kind", ""),
            language=data.get("language", ""),
            **fixed,
        )


class ServiceForm(forms.Form):
    """An entry of the directory."""

    name = forms.CharField(label=_("Name of the service"), max_length=200)
    provider = forms.CharField(label=_("Who runs it"), max_length=200)
    organisation = forms.ModelChoiceField(
        label=_("They work in here as"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("They do not"),
        help_text=_(
            "Then referrals reach them here. Otherwise you tell them, and note what they say."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Helps with"),
        choices=ServiceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    status = forms.TypedChoiceField(
        label=_("Takes people"), choices=ServiceStatus.choices, coerce=ServiceStatus
    )
    capacity = forms.IntegerField(
        label=_("Places free"), required=False, min_value=0, max_value=1_000_000
    )
    description = forms.CharField(
        label=_("What they do"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    eligibility = forms.CharField(
        label=_("For whom"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    documents_needed = forms.CharField(label=_("Papers needed"), required=False, max_length=300)
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=200,
        help_text=_("Codes, separated by spaces: en ne hi"),
    )
    country = forms.CharField(
        label=_("Country"), required=False, max_length=3, help_text=_("Three letters, such as NPL.")
    )
    area = forms.CharField(label=_("Area"), required=False, max_length=120)
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    is_confidential = forms.BooleanField(
        label=_("The place is secret"),
        required=False,
        help_text=_("Only those who run it see the address."),
    )
    hours = forms.CharField(label=_("Hours"), required=False, max_length=200)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=32)
    assured_on = forms.DateField(
        label=_("Checked on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, partners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = partners

    @property
    def facts(self) -> ServiceFacts:
        """Return what the form says."""
        data = self.cleaned_data
        return ServiceFacts(
            name=data["name"],
            provider=data["provider"],
            kinds=data["kinds"],
            status=data["status"],
            capacity=data["capacity"],
            description=data["description"],
            eligibility=data["eligibility"],
            documents_needed=data["documents_needed"],
            languages=data["languages"].replace(",", " ").split(),
            country=data["country"].upper(),
            area=data["area"],
            address=data["address"],
            is_confidential=data["is_confidential"],
            hours=data["hours"],
            phone=data["phone"],
            assured_on=data["assured_on"],
        )


def initial_of(service: Service, *, address: str) -> dict[str, Any]:
    """Return what a form shows of an entry; the address only where the reader may see it."""
    names = (
        "name provider organisation kinds status capacity description eligibility documents_needed "
        "country area is_confidential hours phone assured_on"
    )
    return {name: getattr(service, name) for name in names.split()} | {
        "languages": " ".join(service.languages),
        "address": address,
    }


class BringForm(forms.Form):
    """A list of services."""

    file = forms.FileField(
        label=_("The list"),
        help_text=_("CSV or a spreadsheet with the columns of the export, up to 5 MB."),
    )

    def clean_file(self) -> Any:
        """Refuse a file larger than a directory would be."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB * 1_000_000:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file


class OfferForm(forms.Form):
    """To which service, and what they must know."""

    service = forms.ModelChoiceField(label=_("Service"), queryset=Service.objects.none())
    kinds = forms.MultipleChoiceField(
        label=_("For"),
        choices=ServiceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    summary = forms.CharField(
        label=_("What they must know"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only what they need in order to help. No word about immigration status."),
    )

    def __init__(self, *args: Any, found: Sequence[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Service.objects.filter(pk__in=[service.pk for service in found])


class ConsentForm(forms.Form):
    """How the person agreed."""

    how = forms.TypedChoiceField(
        label=_("How did they agree?"),
        choices=[
            choice
            for choice in Consent.choices
            if choice[0] in {Consent.SPOKEN, Consent.SIGNED, Consent.CARER}
        ],
        coerce=Consent,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Words"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """Why it goes without consent."""

    note = forms.CharField(
        label=_("Why it cannot wait, and why they cannot be asked"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WordsForm(forms.Form):
    """Words that go with a step, where there are any."""

    note = forms.CharField(
        label=_("Words"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
