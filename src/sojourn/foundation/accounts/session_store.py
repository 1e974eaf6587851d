"""Sessions as rows that know whose they are, so that they can be listed and ended. The engine of `settings`."""

from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.timezone import now

from sojourn.foundation.accounts.models import OpenSession

OPENED_AT: Final = "opened_at"  # ISO 8601
CONFIRMED_AT: Final = "confirmed_at"  # when the user last showed who they are, ISO 8601
FACTOR: Final = "factor"  # kind of the second factor that was shown
DEVICE: Final = "device"
IS_SHARED: Final = "is_shared"


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with the columns of `OpenSession`."""

    row: OpenSession | None = None

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        """Return the table."""
        return OpenSession

    def load(self) -> dict[str, Any]:
        """Return the data, and keep the row beside it."""
        self.row = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs lack it
        return self.decode(self.row.session_data) if self.row else {}

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        """Return the row to write; what the session's data says of it shows in its columns."""
        at = now()
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]  # the stubs lack it
        row = OpenSession(session_key=key, ticket=ticket_of(key), seen_at=at)
        if data.get(SESSION_KEY):
            opened_at = data.setdefault(OPENED_AT, at.isoformat())
            row.user_id = data[SESSION_KEY]
            row.password_mark = data.get(HASH_SESSION_KEY, "")
            row.device = data.get(DEVICE, "")
            row.is_shared = data.get(IS_SHARED, False)
            row.opened_at = datetime.fromisoformat(opened_at)
        row.session_data = self.encode(data)
        row.expire_date = self.get_expiry_date()
        self.row = row
        return row


def ticket_of(session_key: str) -> UUID:
    """Return the name under which a page may speak of a session: its key cannot be told from it."""
    return UUID(bytes=sha256(b"ticket:" + session_key.encode()).digest()[:16])
