"""Questions about personal links."""

from datetime import datetime
from hashlib import sha256

from sojourn.foundation.people.models import Person
from sojourn.response.outreach.models.links import PersonalLink


def person_by_token(token: str, at: datetime) -> Person | None:
    """Return whose page a link opens at a real moment; None when it is unknown, run out or taken back."""
    link = (
        PersonalLink.objects.filter(
            token_hash=hash_of(token),
            expires_at__gt=at,
            revoked_at__isnull=True,
            person__erased_at__isnull=True,
        )
        .select_related("person")
        .first()
    )
    return link.person if link else None


def hash_of(token: str) -> bytes:
    """Return how a token is kept. Tokens are random, so a plain hash tells nothing."""
    return sha256(token.encode()).digest()
