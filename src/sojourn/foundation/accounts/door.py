"""Who a name and a password mean: a user, or with the second password the user's decoy. The backend of `settings`.

Two hashes are computed for every name and every password, known or not, so that the time taken tells nothing.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password
from django.db.models import Q
from django.http import HttpRequest

from sojourn.foundation.organisations.models import User

NO_PASSWORD = "!"  # noqa: S105  # Django's mark; checking against it takes as long as against any other


class Door(BaseBackend):
    """Looks a user up by name and checks both passwords."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_more: Any,
    ) -> User | None:
        """Return who comes in, or None."""
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username, is_decoy=False).first()
        decoy = User.objects.filter(stands_in_for__user__username=username).first()
        is_first = _fits(user, password)
        is_second = _fits(decoy, password)
        if user is None or not user.is_active:
            return None
        if is_first:
            return user
        return decoy if is_second else None

    def get_user(self, user_id: UUID) -> User | None:
        """Return whose session it is; None when the user was kept out since."""
        return (
            User.objects.filter(pk=user_id, is_active=True)
            .filter(Q(is_decoy=False) | Q(stands_in_for__user__is_active=True))
            .first()
        )


def _fits(user: User | None, password: str) -> bool:
    if user is None:
        return check_password(password, NO_PASSWORD)
    return user.check_password(password)
