"""The door and the first page."""

import re

import pytest
from django.urls import reverse

from sojourn.foundation.organisations import operations as organisations

PASSWORD = "a quiet river runs deep"


@pytest.fixture
def signed_up(officer, noon):
    organisations.set_password(user=officer, password=PASSWORD, by=officer, at=noon)
    return officer


def test_a_visitor_is_asked_to_sign_in_and_goes_on_to_where_she_was_going(client, signed_up):
    asked = client.get(reverse("account"))
    assert asked.status_code == 302

    page = client.get(asked["Location"])
    assert page.status_code == 200
    done = client.post(
        reverse("login"),
        {"username": "officer", "password": PASSWORD, "next": page.context["next"]},
    )

    assert done["Location"] == reverse("account")
    assert done.cookies["django_language"].value == "en"


def test_a_link_to_elsewhere_is_not_followed_after_signing_in(client, signed_up):
    done = client.post(
        reverse("login"),
        {"username": "officer", "password": PASSWORD, "next": "https://elsewhere.example/"},
    )

    assert done["Location"] == reverse("home")


def test_a_wrong_password_is_told_on_the_page(client, signed_up):
    answer = client.post(reverse("login"), {"username": "officer", "password": "no"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def _sign_in(client, password, **more):
    return client.post(reverse("login"), {"username": "Officer", "password": password}, **more)


def test_after_six_wrong_guesses_even_the_right_password_waits_as_long_as_is_said(
    client, signed_up
):
    for _ in range(6):
        _sign_in(client, "guess")

    answer = client.post(reverse("login"), {"username": "officer", "password": PASSWORD})

    assert answer.status_code == 422
    said = re.search(r"Try again in (\d+) seconds\.", answer.content.decode())
    assert 0 < int(said[1]) <= 50


def test_guessing_from_one_place_shuts_out_no_other(client, signed_up):
    for _ in range(7):
        _sign_in(client, "guess", REMOTE_ADDR="203.0.113.9")

    answer = client.post(
        reverse("login"), {"username": "officer", "password": PASSWORD}, REMOTE_ADDR="198.51.100.7"
    )

    assert answer["Location"] == reverse("home")


def test_signing_out_needs_a_post_and_clears_the_browser(client, signed_up):
    client.force_login(signed_up)

    assert client.get(reverse("logout")).status_code == 405
    answer = client.post(reverse("logout"))

    assert "cache" in answer["Clear-Site-Data"]
    assert client.get(reverse("home")).status_code == 302


def test_the_first_page_offers_what_the_role_allows(client, signed_up, administrator, crisis):
    client.force_login(signed_up)
    page = client.get(reverse("home")).content.decode()
    assert "Earthquake" in page
    assert "Unaccounted for" in page

    client.force_login(administrator)
    page = client.get(reverse("home")).content.decode()
    assert "Earthquake" not in page
    assert "Open the register" not in page


def test_a_user_changes_her_name_and_language_but_not_her_role(client, signed_up):
    client.force_login(signed_up)

    answer = client.post(
        reverse("account"),
        {"display_name": "Amal", "email": "", "language": "ar", "role": "administrator"},
    )

    signed_up.refresh_from_db()
    assert (signed_up.display_name, signed_up.language) == ("Amal", "ar")
    assert answer.cookies["django_language"].value == "ar"
    assert [held.role for held in signed_up.memberships.all()] == ["duty_officer"]
    assert 'dir="rtl"' in client.get(reverse("account")).content.decode()


def test_a_new_password_keeps_this_session_and_ends_others(client, signed_up):
    other = type(client)()
    for browser in (client, other):
        browser.post(reverse("login"), {"username": "officer", "password": PASSWORD})

    client.post(
        reverse("password"),
        {
            "old_password": PASSWORD,
            "new_password1": "another quiet river",
            "new_password2": "another quiet river",
        },
    )

    assert client.get(reverse("home")).status_code == 200
    assert other.get(reverse("home")).status_code == 302
