"""Forms of conversations, campaigns and texts."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.identifiers import uuid7
from sojourn.response.outreach.operations.campaigns import EXPOSED, CampaignFacts
from sojourn.response.outreach.operations.conversations import LONGEST_ANSWER
from sojourn.response.outreach.terms import CampaignPurpose, FallbackPolicy
from sojourn.response.outreach.texts import languages

ANSWERS: Final = [(answer.value, answer.label) for answer in (*EXPOSED, Answer.NEAR)]


class AnswerForm(forms.Form):
    """Words of an officer to a person. The key makes a repeated post count once."""

    text = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_ANSWER,
        help_text=_(
            "Plain words, no names or numbers of documents: a text message can be read by others."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)


class FindForm(forms.Form):
    """Whom an unmatched reply may be from."""

    q = forms.CharField(label=_("Name or telephone"), max_length=100, required=False)


class CampaignForm(forms.Form):
    """What is said, to whom, and what happens without a text in a language of theirs."""

    purpose = forms.ChoiceField(label=_("What it says"), choices=CampaignPurpose.choices)
    standings = forms.MultipleChoiceField(
        label=_("To people who are"),
        choices=Standing.choices,
        initial=[Standing.UNACCOUNTED.value],
        widget=forms.CheckboxSelectMultiple,
    )
    answers = forms.MultipleChoiceField(
        label=_("And whose position is"),
        choices=ANSWERS,
        initial=[answer.value for answer in EXPOSED],
        widget=forms.CheckboxSelectMultiple,
    )
    policy = forms.ChoiceField(
        label=_("When there is no text in a language of theirs"),
        choices=FallbackPolicy.choices,
        initial=FallbackPolicy.THEN_LADDER.value,
        widget=forms.RadioSelect,
    )
    first = forms.ChoiceField(label=_("First language of the ladder"), initial="en")
    second = forms.ChoiceField(label=_("Second language of the ladder"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(language.code, language.name) for language in languages().values()]
        for name, choices in (("first", spoken), ("second", [("", "—"), *spoken])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def facts(self) -> CampaignFacts:
        """Return what was chosen."""
        chosen = self.cleaned_data
        return CampaignFacts(
            purpose=CampaignPurpose(chosen["purpose"]),
            standings=[Standing(value) for value in chosen["standings"]],
            answers=[Answer(value) for value in chosen["answers"]],
            policy=FallbackPolicy(chosen["policy"]),
            ladder=[code for code in (chosen["first"], chosen["second"]) if code],
        )


class AttachForm(forms.Form):
    """Whose an unmatched reply is."""

    person = forms.UUIDField()

    @property
    def person_id(self) -> UUID:
        """Return the key that was posted."""
        key: UUID = self.cleaned_data["person"]
        return key
