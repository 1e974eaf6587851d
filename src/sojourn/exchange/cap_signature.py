"""Is a CAP message signed, and by whom? A certificate inside the message is never trusted.

Only certificates that the operator pinned can make a signature valid. Without one, a message whose
digest still fits is "cannot be checked", and one whose digest does not fit was changed: "invalid".
"""

import base64
import hashlib
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sojourn.exchange.alerts.shape import CANNOT_BE_CHECKED, INVALID, UNSIGNED, VALID
from sojourn.exchange.elements import children

_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_DIGESTS: Final = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
# Canonical form → (exclusive, with comments).
_FORMS: Final = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
_UNFAMILIAR: Final = "The signature uses a method that cannot be checked here."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking came to, and why, in words ("" when there is nothing to say)."""

    signature: str
    reason: str = ""


def check_signature(alert: etree._Element, pinned: Sequence[str] = ()) -> Outcome:
    """Return whether the message is signed by the owner of a pinned certificate (PEM)."""
    outcomes = [
        _outcome(_with_only(alert, position), pinned)
        for position, _ in enumerate(children(alert, "Signature"))
    ]
    if not outcomes:
        return Outcome(UNSIGNED)
    # A hub may sign again what the author signed. One broken signature is not mended by another.
    ranks = (INVALID, VALID, CANNOT_BE_CHECKED)
    return min(outcomes, key=lambda outcome: ranks.index(outcome.signature))


def _outcome(alert: etree._Element, pinned: Sequence[str]) -> Outcome:
    """Return what comes of the one signature a message has."""
    whole = _fits(alert, next(children(alert, "Signature")))
    if whole is False:
        return Outcome(INVALID, "The message was changed after it was signed.")
    if whole is None:
        return Outcome(CANNOT_BE_CHECKED, _UNFAMILIAR)
    if not pinned:
        return Outcome(CANNOT_BE_CHECKED, "No certificate of this sender is known here.")
    if any(_verified(alert, certificate) for certificate in pinned):
        return Outcome(VALID)
    return Outcome(CANNOT_BE_CHECKED, "It is not signed with a certificate that is trusted here.")


def _with_only(alert: etree._Element, position: int) -> etree._Element:
    """Return a copy, without what follows it in an envelope, that has only one of its signatures."""
    alone = deepcopy(alert)
    alone.tail = None
    for index, signature in enumerate(list(children(alone, "Signature"))):
        if index != position:
            _cut(signature)
    return alone


def _fits(alert: etree._Element, signature: etree._Element) -> bool | None:
    """Return whether the digest is that of the message; None when that cannot be computed."""
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    if len(references) != 1 or not _is_whole(references[0], alert):
        return None
    stated = (references[0].findtext(f"{_DS}DigestValue") or "").encode()
    method = references[0].find(f"{_DS}DigestMethod")
    digest = _DIGESTS.get("" if method is None else str(method.get("Algorithm")))
    canonical = _canonical(alert, references[0])
    if digest is None or canonical is None:
        return None
    try:
        wanted = base64.b64decode(b"".join(stated.split()), validate=True)
    except ValueError:
        return False
    return hashlib.new(digest, canonical, usedforsecurity=False).digest() == wanted


def _is_whole(reference: etree._Element, alert: etree._Element) -> bool:
    """Return whether the reference means the whole message, not some part of it."""
    uri = reference.get("URI")
    names = {f"#{alert.get(name)}" for name in ("Id", "ID", "id") if alert.get(name)}
    return uri == "" or uri in names


def _canonical(alert: etree._Element, reference: etree._Element) -> bytes | None:
    transforms = [
        str(transform.get("Algorithm"))
        for transform in reference.iterfind(f"{_DS}Transforms/{_DS}Transform")
    ]
    if _ENVELOPED not in transforms:
        return None
    forms = [name for name in transforms if name != _ENVELOPED]
    if len(forms) > 1 or any(name not in _FORMS for name in forms):
        return None
    exclusive, comments = _FORMS[forms[0]] if forms else (False, False)
    bare = deepcopy(alert)
    for signature in list(children(bare, "Signature")):
        _cut(signature)
    return bytes(etree.tostring(bare, method="c14n", exclusive=exclusive, with_comments=comments))


def _cut(signature: etree._Element) -> None:
    """Remove an element but not the text behind it, as the enveloped transform says."""
    parent, before = signature.getparent(), signature.getprevious()
    if parent is None:
        return
    if signature.tail and before is not None:
        before.tail = (before.tail or "") + signature.tail
    elif signature.tail:
        parent.text = (parent.text or "") + signature.tail
    parent.remove(signature)


def _verified(alert: etree._Element, certificate: str) -> bool:
    """Return whether this certificate's key made the signature. SHA-1 proves nothing any more."""
    try:
        XMLVerifier().verify(
            etree.tostring(alert),
            x509_cert=certificate,
            expect_config=SignatureConfiguration(require_x509=True, location="./"),
        )
    except (SignXMLException, ValueError, etree.LxmlError):
        return False
    return True
