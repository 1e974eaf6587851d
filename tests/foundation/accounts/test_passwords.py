"""A password that a guesser tries first is refused, whatever is put around it."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from tests.foundation.accounts.conftest import PASSWORD, SECOND

from sojourn.foundation.accounts import factors, passwords
from sojourn.foundation.audit.models import AuditEvent

WORDS = frozenset({"sojourn", "ministry", "testland", "officer", "embassy", "kathmandu"})


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd2026!",
        "password12345",
        "1234567890123",
        "Sojourn-2026-!!",
        "sojournsojourn",
        "Embassy.Kathmandu",
        "MinistryOfTestland1",
        "0fficer0fficer",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "azertyuiop2026",
        "abcdefghijklmn",
        "zyxwvutsrqponm",
        "aaaaaaaaaaaaaa",
        "abababababab!!",
        "iloveyou2026!!",
        "Summer2026!!!!",
    ],
)
def test_what_is_tried_first_is_well_known(password):
    words = WORDS | {"summer", "password"}

    assert passwords.is_well_known(password, words=words)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        SECOND,
        "another quiet river",
        "correct horse battery staple",
        "Zr7-kQ2_vW9xLmPt",
        "the embassy cat sleeps on tuesdays",
        "मेरो सानो रातो घर",
        "بيت صغير قرب النهر",
        "sojournwithpurplegiraffes",
    ],
)
def test_several_words_or_chance_are_not(password):
    assert not passwords.is_well_known(password, words=WORDS)


def test_names_of_the_user_and_the_organisation_are_words_of_the_place(consul):
    words = passwords.words_of(consul)

    assert {"consul", "ministry", "testland", "embassy", "kathmandu", "sojourn"} <= words


@pytest.mark.parametrize("password", ["EmbassyKathmandu7", "Testland-2026-!"])
def test_the_setting_refuses_them_for_that_user(consul, password):
    with pytest.raises(ValidationError, match="easily guessed"):
        validate_password(password, consul)


def test_made_passwords_are_never_refused(consul):
    import secrets

    for _ in range(200):
        validate_password(secrets.token_urlsafe(12), consul)


def test_who_keeps_the_machine_removes_the_factors_of_one_who_lost_them(officer, app, capsys):
    app.enter(officer)

    call_command("forget_factors", "officer")

    assert not factors.held_by(officer).any
    event = AuditEvent.objects.get(what="factors.forgotten")
    assert event.by == "system:keeper-of-the-machine"
