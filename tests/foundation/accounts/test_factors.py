"""Second factors: codes of an app, recovery codes, and showing again who one is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.foundation.accounts.conftest import PASSWORD, is_in, show, sign_in

from sojourn.foundation.accounts import factors, operations
from sojourn.foundation.accounts.models import OpenSession
from sojourn.foundation.accounts.terms import FactorKind
from sojourn.foundation.audit.models import AuditEvent
from sojourn.site.second_factor import second_factor

# RFC 6238, appendix B, SHA-1: seconds and the last six of the eight digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PUBLISHED = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), PUBLISHED)
def test_codes_are_those_of_the_published_table(seconds, code):
    at = datetime.fromtimestamp(seconds, tz=UTC)

    assert factors.counter_of(SECRET, code, at=at) == seconds // 30


@pytest.mark.parametrize("typed", ["287 082", "٢٨٧٠٨٢", "२८७०८२", " 287082 "])
def test_a_code_is_read_however_a_keyboard_writes_it(typed):
    at = datetime.fromtimestamp(59, tz=UTC)

    assert factors.counter_of(SECRET, typed, at=at) == 1


@pytest.mark.parametrize(("away_s", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(away_s, counts):
    at = datetime.fromtimestamp(1111111111 + away_s, tz=UTC)

    assert (factors.counter_of(SECRET, "050471", at=at) is not None) == counts


def test_who_has_an_app_is_asked_for_its_code_at_the_door(client, officer, app):
    app.enter(officer)
    answer = sign_in(client, next="/account/")
    assert answer["Location"] == reverse("login_factor")
    assert not is_in(client)

    answer = show(client, app.shows())

    assert answer["Location"] == "/account/"
    assert is_in(client)
    event = AuditEvent.objects.filter(what="user.signed_in").latest("id")
    assert event.keys["factor"] == "totp"


def test_a_code_is_good_once(client, officer, app):
    app.enter(officer)
    code = app.shows()
    sign_in(client)
    show(client, code)
    other = Client()
    sign_in(other)

    answer = show(other, code)

    assert answer.status_code == 422
    assert not is_in(other)


def test_nor_is_an_older_one_good_after_a_newer(officer, app, noon):
    app.enter(officer, at=noon)
    assert factors.use_code(user=officer, code=app.shows(noon), at=noon) == FactorKind.CODE

    earlier = app.shows(noon - timedelta(seconds=30))

    assert factors.use_code(user=officer, code=earlier, at=noon) is None


def test_without_the_password_there_is_no_second_step(client, officer, app):
    app.enter(officer)

    assert show(client, app.shows())["Location"] == reverse("login")
    assert not is_in(client)


def test_the_second_step_waits_five_minutes(client, officer, app):
    app.enter(officer)
    sign_in(client)
    session = client.session
    waiting = session["at_the_door"]
    session["at_the_door"] = [*waiting[:3], (now() - timedelta(minutes=5)).isoformat()]
    session.save()

    assert show(client, app.shows())["Location"] == reverse("login")
    assert not is_in(client)


def test_guesses_are_few_even_from_many_sessions(officer, app):
    app.enter(officer)
    for _ in range(6):
        client = Client()
        sign_in(client)
        assert show(client, "000000").status_code == 422
    client = Client()
    sign_in(client)

    answer = show(client, app.shows())

    assert answer.status_code == 422
    assert "Try again in" in answer.content.decode()


def test_a_recovery_code_opens_once(client, officer, app):
    codes = app.enter(officer)
    assert len(set(codes)) == 10
    sign_in(client)
    show(client, codes[3])
    assert is_in(client)

    other = Client()
    sign_in(other)
    assert show(other, codes[3]).status_code == 422
    assert show(other, codes[4]).status_code == 302


def test_new_recovery_codes_replace_the_old_ones(client, officer, app):
    old = app.enter(officer)
    client.force_login(officer)
    page = client.post(reverse("accounts:recovery_codes"))
    new = [code.replace(" ", "") for code in page.context["codes"]]
    assert not set(old) & set(new)

    assert factors.use_code(user=officer, code=old[0], at=now()) is None
    assert factors.use_code(user=officer, code=new[0], at=now()) == FactorKind.RECOVERY


def test_the_secret_of_an_app_is_not_in_the_database(officer, app):
    codes = app.enter(officer)

    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert app.secret not in kept
    assert not any(code in kept for code in codes)


def test_an_app_is_added_by_its_first_code_and_recovery_codes_are_shown_once(client, officer, app):
    client.force_login(officer)
    page = client.get(reverse("accounts:add_code"))
    app.secret = page.context["secret"].replace(" ", "")
    assert "data:image/svg+xml" in page.context["picture"]

    answer = client.post(reverse("accounts:add_code"), {"code": app.shows()})

    assert len(answer.context["codes"]) == 10
    assert factors.held_by(officer).has_code
    assert "factor_pending" not in client.session
    assert AuditEvent.objects.filter(what="factor.added", about=officer.audit_key).exists()


def test_a_wrong_first_code_adds_nothing_and_keeps_the_picture(client, officer):
    client.force_login(officer)
    first = client.get(reverse("accounts:add_code")).context["secret"]

    answer = client.post(reverse("accounts:add_code"), {"code": "000000"})

    assert answer.status_code == 422
    assert answer.context["secret"] == first
    assert not factors.held_by(officer).any


def test_a_factor_of_somebody_else_is_not_there(client, officer, other_officer, app):
    app.enter(other_officer)
    client.force_login(officer)
    pk = Authenticator.objects.filter(user=other_officer, type="totp").get().pk

    answer = client.post(reverse("accounts:remove_factor", args=[pk]))

    assert answer.status_code == 404
    assert factors.held_by(other_officer).has_code


class TestRequired:
    """Where the site can be reached by others, nobody works without a second factor."""

    @pytest.fixture(autouse=True)
    def _required(self, settings):
        settings.SECOND_FACTOR = "required"

    def test_who_has_none_reaches_only_where_one_is_added(self, client, officer):
        sign_in(client)
        for name in ("home", "account", "registration:people", "triage:queue", "site:design"):
            assert client.get(reverse(name))["Location"] == reverse("accounts:factors"), name
        for name in ("accounts:factors", "accounts:add_code", "accounts:add_passkey"):
            assert client.get(reverse(name)).status_code == 200, name

    def test_a_part_of_a_page_goes_there_as_a_whole(self, client, officer):
        sign_in(client)

        answer = client.get(reverse("registration:people"), headers={"HX-Request": "true"})

        assert answer["HX-Redirect"] == reverse("accounts:factors")

    def test_with_the_first_one_everything_opens(self, client, officer, app):
        sign_in(client)
        page = client.get(reverse("accounts:add_code"))
        app.secret = page.context["secret"].replace(" ", "")
        client.post(reverse("accounts:add_code"), {"code": app.shows()})

        assert client.get(reverse("registration:people")).status_code == 200

    def test_a_session_from_before_shows_the_factor_first(self, client, officer, app):
        app.enter(officer)
        client.force_login(officer)
        assert client.get(reverse("home"))["Location"] == reverse("accounts:confirm")

        client.post(reverse("accounts:confirm"), {"confirm": "1", "confirm-code": app.shows()})

        assert client.get(reverse("home")).status_code == 200

    def test_the_last_one_stays(self, client, officer, app):
        app.enter(officer)
        pk = factors.factors_of(officer)[0].pk
        with pytest.raises(operations.CannotRemoveFactor, match="last one"):
            operations.remove_factor(user=officer, pk=pk, at=now())
        assert factors.held_by(officer).any


def test_where_it_is_offered_everything_opens_and_the_page_says_so(client, officer):
    sign_in(client)

    assert "password only" in client.get(reverse("home")).content.decode()
    assert client.get(reverse("registration:people")).status_code == 200


@pytest.mark.parametrize(
    ("given", "url", "is_required"),
    [
        ("", "http://localhost:8000", False),
        ("", "http://127.0.0.1:8000", False),
        ("", "http://[::1]:8000", False),
        ("", "http://laptop.localhost", False),
        ("", "https://sojourn.example", True),
        ("", "http://192.168.1.7:8000", True),
        ("", "https://localhost.example.org", True),
        ("", "nonsense", True),
        ("required", "http://localhost:8000", True),
        ("offered", "https://sojourn.example", False),
    ],
)
def test_a_second_factor_is_required_unless_the_site_is_this_very_machine(given, url, is_required):
    assert (second_factor(given, site_url=url) == "required") == is_required


def test_a_slip_of_the_pen_in_the_setting_stops_the_start():
    with pytest.raises(ValueError, match="SOJOURN_SECOND_FACTOR"):
        second_factor("ofered", site_url="https://sojourn.example")


class TestAFreshProof:
    """Before records are handed out one shows again who one is."""

    @pytest.fixture
    def stale(self, client, officer, register):
        register("Maria Santos")
        sign_in(client)
        session = client.session
        long_ago = (now() - timedelta(minutes=10)).isoformat()
        session["confirmed_at"] = session["opened_at"] = long_ago
        session.save()
        return client

    def export(self, client, **more):
        return client.post(reverse("registration:export"), {"format": "csv", **more})

    def test_an_export_asks_for_the_password_and_goes_on_with_what_was_sent(self, stale):
        page = self.export(stale)
        assert b"Maria" not in page.content
        assert ("format", "csv") in page.context["sent_on"]

        answer = self.export(
            stale,
            **{"confirm": "1", "confirm-sent_on": "1", "confirm-password": PASSWORD},
        )

        assert "Maria Santos" in answer.content.decode()
        assert answer["Content-Type"] == "text/csv"
        assert b"Maria" in self.export(stale).content

    def test_a_wrong_password_hands_out_nothing(self, stale):
        answer = self.export(
            stale, **{"confirm": "1", "confirm-sent_on": "1", "confirm-password": "guess"}
        )

        assert answer.status_code == 422
        assert b"Maria" not in answer.content
        assert answer.context["was_sent"] == "1"

    def test_who_has_a_factor_shows_it_and_the_password_is_not_enough(self, stale, officer, app):
        app.enter(officer)
        wrong = {"confirm": "1", "confirm-sent_on": "1", "confirm-password": PASSWORD}
        assert self.export(stale, **wrong).status_code == 422

        right = {"confirm": "1", "confirm-sent_on": "1", "confirm-code": app.shows()}
        assert b"Maria" in self.export(stale, **right).content

    def test_signing_in_is_a_fresh_proof(self, client, officer, register):
        register("Maria Santos")
        sign_in(client)

        assert b"Maria" in self.export(client).content

    def test_a_page_that_is_looked_at_is_shown_after_the_proof(self, stale):
        url = reverse("accounts:add_code")
        assert "secret" not in (stale.get(url).context or {})

        answer = stale.post(
            url, {"confirm": "1", "confirm-sent_on": "0", "confirm-password": PASSWORD}
        )

        assert answer["Location"] == url
        assert stale.get(url).context["secret"]


KEYS = st.sampled_from(
    [
        "id",
        "rawId",
        "type",
        "response",
        "clientDataJSON",
        "attestationObject",
        "signature",
        "authenticatorData",
        "userHandle",
        "clientExtensionResults",
        "challenge",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "AAAA",
            "public-key",
            "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA",
        ]
    )
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=20,
)


@examples(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=JSON)
def test_whatever_a_browser_sends_in_place_of_a_passkey_is_refused_and_breaks_nothing(
    rf, officer, sent
):
    request = rf.post("/")
    request.session = {}
    factors.passkey_options(request, officer, is_new=True)
    assert not factors.is_new_passkey(request, credential=sent)
    factors.passkey_options(request, officer, is_new=False)
    assert not factors.use_passkey(request, user=officer, credential=sent, at=now())
    assert not OpenSession.objects.filter(user=officer).exists()
