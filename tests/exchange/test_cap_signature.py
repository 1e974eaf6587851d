"""What a signature proves: only a pinned certificate makes it valid."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

from sojourn.exchange.alerts.read import read_alerts

MESSAGE = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>S-1</identifier>
<sender>dhm@example.org</sender><sent>2026-03-01T12:00:00+05:45</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><note>Leave the valley.</note></alert>"""


def certificate_and_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hydrology and Meteorology")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), key


@pytest.fixture(scope="module")
def agency():
    return certificate_and_key()


@pytest.fixture(scope="module")
def stranger():
    return certificate_and_key()


def signed(owner):
    certificate, key = owner
    root = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#").sign(
        etree.fromstring(MESSAGE), key=key, cert=[certificate]
    )
    return etree.tostring(root)


def outcome(data, *pinned):
    [alert] = read_alerts("x.xml", data, pinned).rows
    return alert.signature


def test_a_message_signed_by_a_pinned_certificate_is_valid(agency):
    assert outcome(signed(agency), agency[0]) == "valid"


def test_a_message_that_was_changed_is_invalid_whoever_is_pinned(agency):
    changed = signed(agency).replace(b"Leave the valley", b"Stay in the valley")

    assert outcome(changed, agency[0]) == "invalid"
    assert outcome(changed) == "invalid"


def test_a_certificate_out_of_the_message_is_never_trusted(agency, stranger):
    assert outcome(signed(stranger)) == "cannot be checked"
    assert outcome(signed(stranger), agency[0]) == "cannot be checked"


def test_a_signature_made_up_is_not_valid(agency, stranger):
    """The digest fits and the pinned certificate is enclosed, but another key signed."""
    _, forged_key = stranger
    assert outcome(signed((agency[0], forged_key)), agency[0]) == "cannot be checked"


def test_a_message_without_a_signature_is_unsigned(agency):
    assert outcome(MESSAGE, agency[0]) == "unsigned"


def test_a_signed_message_is_valid_inside_a_feed(agency):
    feed = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><content>%s</content></entry></feed>"

    assert outcome(feed % signed(agency), agency[0]) == "valid"


def test_the_reason_is_told_where_the_signature_stands(agency):
    [alert] = read_alerts("x.xml", signed(agency)).rows

    assert "No certificate of this sender is known here" in alert.problems[0].problem
    assert alert.problems[0].line == 3
