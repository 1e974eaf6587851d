"""Deeds on personal links: give one, give many, take them back. The token itself is kept nowhere."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.people.models import Person
from sojourn.response.outreach.models.links import PersonalLink
from sojourn.response.outreach.queries.links import hash_of

LIVES: Final = timedelta(days=90)
TOKEN_BYTES: Final = 12
TOKEN_LENGTH: Final = 16  # in base64


@transaction.atomic
def personal_link(*, person: Person, crisis: Crisis | None, by: Actor, at: datetime) -> str:
    """Give a person a link to their own page and return its address. `at` is the real moment."""
    address = links_for(people=[person.pk], crisis=crisis, given_by=by.audit_key, at=at)[person.pk]
    audit.record(what="link.given", about=person, by=by, at=at, person_id=person.pk)
    return address


@transaction.atomic
def links_for(
    *, people: Collection[UUID], crisis: Crisis | None, at: datetime, given_by: str = ""
) -> Mapping[UUID, str]:
    """Give each of some people a new link; the deed that needs them is what is audited.

    `given_by` is the audit key of who gives it by hand; empty for links that go out in messages.
    """
    tokens = new_tokens(people)
    keep_links(tokens=tokens, crisis=crisis, given_by=given_by, at=at)
    return {person: address_of(token) for person, token in tokens.items()}


def new_tokens(people: Iterable[UUID]) -> dict[UUID, str]:
    """Return a new token for each of some people. It opens nothing until its link is kept."""
    return {person: secrets.token_urlsafe(TOKEN_BYTES) for person in people}


def keep_links(
    *, tokens: Mapping[UUID, str], crisis: Crisis | None, at: datetime, given_by: str = ""
) -> None:
    """Let each token open the page of its person. In the transaction of the deed that needs them."""
    PersonalLink.objects.bulk_create(
        (
            PersonalLink(
                person_id=person,
                crisis=crisis,
                token_hash=hash_of(token),
                made_at=at,
                expires_at=at + LIVES,
                given_by=given_by,
            )
            for person, token in tokens.items()
        ),
        batch_size=1_000,
    )


def address_of(token: str) -> str:
    """Return the address of the page that a token opens."""
    return f"{settings.SITE_URL}/p/{token}/"


@transaction.atomic
def revoke_links(*, person: Person, by: Actor, at: datetime) -> int:
    """Take back all links of a person, such as when a telephone was lost. Safe to repeat."""
    revoked = PersonalLink.objects.filter(person=person, revoked_at__isnull=True).update(
        revoked_at=at
    )
    if revoked:
        audit.record(
            what="links.revoked", about=person, by=by, at=at, person_id=person.pk, count=revoked
        )
    return revoked


@transaction.atomic
def revoke_links_given_by(
    *, givers: Collection[User], about: Office, by: Actor, at: datetime
) -> int:
    """Take back the links that some users gave out by hand, such as in an office that is overrun. Safe to repeat."""
    revoked = PersonalLink.objects.filter(
        given_by__in=[giver.audit_key for giver in givers], revoked_at__isnull=True
    ).update(revoked_at=at)
    if revoked:
        audit.record(what="links.revoked", about=about, by=by, at=at, count=revoked)
    return revoked
