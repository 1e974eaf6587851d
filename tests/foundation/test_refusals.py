"""A refusal is said in the language of whoever reads it."""

import pytest
from django.utils.translation import override

from sojourn.foundation.refusals import Refusal
from sojourn.response.referral import rules as referral
from sojourn.response.referral.terms import Consent, State
from sojourn.response.triage import rules as triage


def test_a_refusal_is_read_in_the_language_of_its_reader_not_of_its_moment():
    with pytest.raises(Refusal) as caught:
        triage.check_can_assign(holder="Omar", is_expected=False)

    assert str(caught.value).startswith("Omar holds this case now.")
    with override("ar"):
        said = str(caught.value)
    assert "Omar" in said
    assert "holds" not in said


def test_a_refusal_names_states_in_the_language_of_its_reader():
    with override("ar"), pytest.raises(Refusal) as caught:
        referral.check_can_step(state=State.CLOSED, to=State.SENT, consent=Consent.SPOKEN)

    with override("ar"):
        said = str(caught.value)
    assert "closed" not in said
    assert "%(" not in said


def test_a_sentence_without_values_keeps_its_per_cent_sign():
    assert str(Refusal("100 % sure")) == "100 % sure"
