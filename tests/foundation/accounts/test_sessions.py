"""A session ends by itself, at once when it must, and everybody sees where they are signed in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from tests.foundation.accounts.conftest import PASSWORD, is_in, sign_in

from sojourn.foundation.accounts import rules
from sojourn.foundation.accounts.models import OpenSession
from sojourn.foundation.accounts.terms import Ended
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.organisations import operations as organisations

LIMITS = rules.Limits(
    idle=timedelta(minutes=15), shared_idle=timedelta(minutes=5), total=timedelta(hours=8)
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("open_for_min", "idle_for_min", "is_shared", "ended"),
    [
        (14, 14.9, False, None),
        (60, 15, False, Ended.IDLE),
        (60, 4.9, True, None),
        (60, 5, True, Ended.IDLE),
        (479.9, 0, False, None),
        (480, 0, False, Ended.TOO_LONG),
        (480, 0, True, Ended.TOO_LONG),
    ],
)
def test_a_session_ends_after_its_time(open_for_min, idle_for_min, is_shared, ended, noon):
    assert (
        rules.ended_because(
            opened_at=noon - timedelta(minutes=open_for_min),
            seen_at=noon - timedelta(minutes=idle_for_min),
            is_shared=is_shared,
            limits=LIMITS,
            at=noon,
        )
        == ended
    )


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140.0 Safari/537 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words_without_versions(agent, device):
    assert rules.device_of(agent) == device


def _ago(client, **columns):
    OpenSession.objects.filter(session_key=client.session.session_key).update(**columns)


@pytest.fixture
def signed_in(client, officer):
    sign_in(client)
    assert is_in(client)
    return client


def test_after_a_quarter_of_an_hour_without_anything_one_is_asked_again_and_told_why(signed_in):
    _ago(signed_in, seen_at=now() - timedelta(minutes=15))

    answer = signed_in.get(reverse("account"), follow=True)

    assert answer.redirect_chain[-1][0] == "/login/?next=/account/"
    assert "nothing was done here" in answer.content.decode()
    assert not OpenSession.objects.filter(user__isnull=False).exists()


def test_what_is_done_keeps_the_session_open(signed_in):
    _ago(signed_in, seen_at=now() - timedelta(minutes=14))
    assert is_in(signed_in)

    seen_at = OpenSession.objects.get(user__isnull=False).seen_at
    assert seen_at > now() - timedelta(minutes=1)


def test_a_part_that_renews_itself_does_not(signed_in):
    long_ago = now() - timedelta(minutes=14)
    _ago(signed_in, seen_at=long_ago)

    signed_in.get(reverse("account"), headers={"X-Renews": "1"})

    assert OpenSession.objects.get(user__isnull=False).seen_at == long_ago


def test_typing_says_that_somebody_is_there(signed_in):
    _ago(signed_in, seen_at=now() - timedelta(minutes=14))

    assert signed_in.post(reverse("accounts:here")).status_code == 204
    assert OpenSession.objects.get(user__isnull=False).seen_at > now() - timedelta(minutes=1)


def test_after_eight_hours_it_is_over_however_busy(signed_in):
    _ago(signed_in, opened_at=now() - timedelta(hours=8), seen_at=now())

    assert not is_in(signed_in)


def test_a_part_of_a_page_whose_session_is_over_goes_to_the_door_as_a_whole(signed_in):
    _ago(signed_in, seen_at=now() - timedelta(hours=1))

    answer = signed_in.get(
        reverse("home"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/triage/"},
    )

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login/?next=/triage/"


def test_one_sees_where_one_is_signed_in_and_not_from_where(signed_in, officer):
    other = Client(headers={"User-Agent": FIREFOX})
    sign_in(other)

    page = signed_in.get(reverse("accounts:sessions")).content.decode()

    assert "Firefox, Linux" in page
    assert page.count("Not kept") == 2
    assert page.count("This one") == 1
    assert signed_in.session.session_key not in page
    assert other.session.session_key not in page


def test_one_ends_another_session_and_it_is_over_at_the_next_click(signed_in, officer):
    other = Client()
    sign_in(other)
    found = OpenSession.objects.get(session_key=other.session.session_key)

    signed_in.post(reverse("accounts:end_session", args=[found.ticket]))

    assert not is_in(other)
    assert is_in(signed_in)
    assert AuditEvent.objects.filter(what="session.ended", by=officer.audit_key).exists()


def test_one_ends_all_others_at_once(signed_in):
    others = [Client() for _ in range(3)]
    for other in others:
        sign_in(other)

    signed_in.post(reverse("accounts:end_other_sessions"))

    assert not any(is_in(other) for other in others)
    assert is_in(signed_in)


def test_nobody_ends_the_session_of_somebody_else(signed_in, other_officer):
    other = Client()
    other.force_login(other_officer)
    found = OpenSession.objects.get(session_key=other.session.session_key)

    answer = signed_in.post(reverse("accounts:end_session", args=[found.ticket]))

    assert answer.status_code == 404
    assert is_in(other)


def test_a_session_of_a_former_password_is_not_listed(signed_in, officer, noon):
    other = Client()
    sign_in(other)
    organisations.set_password(user=officer, password="quite another one", by=officer, at=noon)

    fresh = Client()
    sign_in(fresh, password="quite another one")

    assert len(fresh.get(reverse("accounts:sessions")).context["sessions"]) == 1
    assert not is_in(other)


def test_a_role_that_ends_counts_from_the_next_click(signed_in, officer, administrator):
    assert signed_in.get(reverse("registration:people")).status_code == 200

    organisations.end_role(membership=officer.memberships.get(), by=administrator, at=now())

    assert signed_in.get(reverse("registration:people")).status_code == 403


def test_the_key_of_a_session_changes_at_the_door(client, officer):
    client.get(reverse("login"))
    sign_in(client, next="/account/")
    first = client.session.session_key
    client.post(reverse("logout"))
    sign_in(client)

    assert client.session.session_key != first
    assert not OpenSession.objects.filter(session_key=first).exists()


class TestASharedComputer:
    @pytest.fixture
    def shared(self, client, officer):
        self.answer = sign_in(client, is_shared="on")
        return client

    def test_the_session_ends_with_the_browser_and_after_five_minutes(self, shared, settings):
        cookie = shared.cookies[settings.SESSION_COOKIE_NAME]
        assert not cookie["max-age"]
        assert not cookie["expires"]
        _ago(shared, seen_at=now() - timedelta(minutes=5))
        assert not is_in(shared)

    def test_the_language_is_forgotten_with_it(self, shared):
        assert not self.answer.cookies["django_language"]["max-age"]

    def test_its_pages_are_kept_nowhere(self, shared):
        for name in ("home", "account", "registration:people"):
            assert "no-store" in shared.get(reverse(name))["Cache-Control"]

    def test_signing_out_clears_everything_of_ours(self, shared):
        answer = shared.post(reverse("logout"))

        assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert answer["Location"] == reverse("login")

    def test_a_button_leads_away_at_once(self, shared, settings):
        page = shared.get(reverse("home")).content.decode()
        assert "Leave now" in page

        answer = shared.post(reverse("logout"), {"leave": "1"})

        assert answer["Location"] == settings.EXIT_URL
        assert "cookies" in answer["Clear-Site-Data"]
        assert not is_in(shared)

    def test_elsewhere_there_is_no_such_button(self, signed_in):
        assert "Leave now" not in signed_in.get(reverse("home")).content.decode()
        assert "cookies" not in signed_in.post(reverse("logout"))["Clear-Site-Data"]

    def test_the_door_of_a_shared_computer_remembers_no_name(self, client, db):
        page = client.get(reverse("login") + "?shared").content.decode()

        assert 'autocomplete="username"' not in page
        assert "checked" in page


class TestAnAdministrator:
    def test_a_user_who_is_kept_out_is_out_at_the_next_click(
        self, signed_in, officer, administrator, noon
    ):
        organisations.set_active(user=officer, is_active=False, by=administrator, at=noon)

        assert not is_in(signed_in)


def test_a_password_from_a_colleague_is_changed_before_anything_else(
    client, officer, administrator, noon
):
    organisations.renew_password(
        user=officer, password="from a colleague", by=administrator, at=noon
    )
    answer = sign_in(client, password="from a colleague")
    for name in ("home", "registration:people", "account"):
        assert client.get(reverse(name))["Location"] == reverse("password")
    assert "knows it" in client.get(reverse("password")).content.decode()

    answer = client.post(
        reverse("password"),
        {
            "old_password": "from a colleague",
            "new_password1": PASSWORD,
            "new_password2": PASSWORD,
        },
    )

    assert answer["Location"] == reverse("account")
    assert is_in(client)


def test_the_old_password_is_no_new_one(signed_in):
    answer = signed_in.post(
        reverse("password"),
        {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD},
    )

    assert answer.status_code == 422
