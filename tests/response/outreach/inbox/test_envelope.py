"""The forms that gateways speak, and who is turned away."""

import json
from datetime import UTC, datetime
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.response.outreach.inbox.envelope import (
    MOST_BYTES,
    Refused,
    Request,
    arrived,
    canonical_address,
    signature_of,
)

SECRET = "between us"


def _signed(body, secret=SECRET, header="x-signature"):
    return Request("POST", b"", {header: f"sha256={signature_of(secret, body)}"}, body)


def _json(**facts):
    return json.dumps({"id": "7", "from": "+9779812345678", "text": "1", **facts}).encode()


def _kannel(text, charset, token=SECRET, **more):
    fields = {"token": token, "id": "k1", "from": "9779812345678", "charset": charset, **more}
    query = urlencode(fields) + "&text=" + quote_from_bytes(text)
    return Request("GET", query.encode(), {}, b"")


def test_signed_json_is_taken_in():
    message = arrived(_signed(_json(at="2026-03-01T12:00:00+05:45")), form="signed", secret=SECRET)

    assert (message.provider_message_id, message.address, message.text) == (
        "7",
        "+9779812345678",
        "1",
    )
    assert message.said_at == datetime(2026, 3, 1, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize("header", ["x-signature", "x-hub-signature-256"])
def test_either_name_of_the_signature_will_do(header):
    assert arrived(_signed(_json(), header=header), form="signed", secret=SECRET).text == "1"


@pytest.mark.parametrize("form", ["signed", "external"])
def test_a_body_that_another_secret_signed_is_refused(form):
    with pytest.raises(Refused) as refusal:
        arrived(_signed(_json(), secret="somebody else"), form=form, secret=SECRET)
    assert refusal.value.status == 401


def test_a_body_changed_after_signing_is_refused():
    request = _signed(_json())
    changed = Request("POST", b"", request.headers, request.body.replace(b'"1"', b'"2"'))
    with pytest.raises(Refused, match="signature"):
        arrived(changed, form="signed", secret=SECRET)


@given(st.binary(max_size=300), st.text(max_size=80))
def test_nothing_unsigned_is_ever_taken_in(body, signature):
    request = Request("POST", b"", {"x-signature": signature}, body)
    with pytest.raises(Refused) as refusal:
        arrived(request, form="signed", secret=SECRET)
    assert refusal.value.status == 401


@given(st.binary(max_size=300), st.sampled_from(["signed", "external"]))
def test_a_signed_body_of_any_bytes_is_taken_in_or_refused_but_never_breaks(body, form):
    status = 200
    try:
        assert arrived(_signed(body), form=form, secret=SECRET).address
    except Refused as refusal:
        status = refusal.status
    assert status in {200, 400}


@pytest.mark.parametrize(
    ("text", "charset", "words"),
    [
        (b"1", "UTF-8", "1"),
        ("मद्दत".encode("utf-16-be"), "UTF-16BE", "मद्दत"),
        ("نعم".encode("utf-16-be"), "UCS-2", "نعم"),
        ("é".encode("latin-1"), "ISO-8859-1", "é"),
        ("é".encode("cp1252"), "windows-1252", "é"),
        (b"plain", "", "plain"),
    ],
)
def test_kannels_bytes_are_read_in_the_charset_it_names(text, charset, words):
    assert arrived(_kannel(text, charset), form="kannel", secret=SECRET).text == words


def test_kannels_token_is_checked_and_not_kept():
    message = arrived(_kannel(b"1", "UTF-8"), form="kannel", secret=SECRET)
    assert "between" not in message.raw
    with pytest.raises(Refused) as refusal:
        arrived(_kannel(b"1", "UTF-8", token="guess"), form="kannel", secret=SECRET)
    assert refusal.value.status == 401


@pytest.mark.parametrize("charset", ["x-unheard-of", "hex", "utf-16be-01", "", "\x00"])
def test_words_in_an_unknown_charset_are_kept_for_a_person_to_read(charset):
    """A 400 would make the gateway forget the message, an error would make it come back for ever."""
    assert arrived(_kannel(b"1 safe", charset), form="kannel", secret=SECRET).text == "1 safe"


def test_half_a_sign_becomes_a_mark_that_can_be_kept():
    body = rb'{"id": "m-1", "from": "+9779841234567", "text": "sa\ud800fe"}'
    request = Request("POST", b"", {"x-signature": signature_of(SECRET, body)}, body)

    assert arrived(request, form="signed", secret=SECRET).text == "sa?fe"


def test_a_body_nested_without_end_is_refused():
    body = b"[" * 60_000
    request = Request("POST", b"", {"x-signature": signature_of(SECRET, body)}, body)

    with pytest.raises(Refused) as refusal:
        arrived(request, form="signed", secret=SECRET)
    assert refusal.value.status == 400


def test_a_moment_in_odd_digits_costs_the_moment_and_not_the_message():
    body = '{"id": "m-1", "from": "+9779841234567", "text": "safe", "at": "²"}'.encode()
    request = Request("POST", b"", {"x-signature": signature_of(SECRET, body)}, body)

    message = arrived(request, form="signed", secret=SECRET)
    assert (message.text, message.said_at) == ("safe", None)


def test_the_form_of_rapidpro_is_taken_in_with_its_token():
    body = urlencode({"from": "+97798 1234 5678", "text": "2 మ", "date": "2026-03-01T12:00:00Z"})
    request = Request("POST", b"", {"authorization": f"Token {SECRET}"}, body.encode())

    message = arrived(request, form="external", secret=SECRET)

    assert (message.address, message.text) == ("+9779812345678", "2 మ")
    assert len(message.provider_message_id) == 64


def test_without_an_id_the_same_words_at_the_same_time_are_the_same_message():
    def read(text):
        body = urlencode({"from": "+9779812345678", "text": text, "date": "2026-03-01T12:00:00Z"})
        request = Request("POST", b"", {"authorization": f"Token {SECRET}"}, body.encode())
        return arrived(request, form="external", secret=SECRET).provider_message_id

    assert read("1") == read("1") != read("2")


def test_a_body_without_end_is_refused():
    with pytest.raises(Refused) as refusal:
        arrived(_signed(b"x" * (MOST_BYTES + 1)), form="signed", secret=SECRET)
    assert refusal.value.status == 413


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("9779812345678", "+9779812345678"),
        ("+977-981-2345678", "+9779812345678"),
        ("00977 9812345678", "+9779812345678"),
        ("Maria@Example.ORG ", "maria@example.org"),
        ("1234", "1234"),
    ],
)
def test_an_address_is_written_as_contact_points_hold_it(given, canonical):
    assert canonical_address(given) == canonical
