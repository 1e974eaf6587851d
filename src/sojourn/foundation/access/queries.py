"""Questions of access."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sojourn.foundation.access.models import Grant
from sojourn.foundation.access.terms import Purpose


def people_granted(
    *, organisations: Collection[UUID], purpose: Purpose, at: datetime
) -> QuerySet[Grant, UUID]:
    """Return the keys of the people that some organisations may see for a purpose at a moment."""
    return (
        Grant.objects.filter(organisation_id__in=organisations, purpose=purpose, starts_at__lte=at)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .values_list("person_id", flat=True)
    )
