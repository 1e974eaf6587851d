"""From an address to Django's database settings: SQLite for one machine, PostgreSQL when it is outgrown."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON; PRAGMA busy_timeout=60000;"
)


def database_from(url: str, *, home: Path) -> dict[str, Any]:
    """Return settings for `postgres://user:password@host:port/name`, `sqlite:///path` or nothing.

    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url or f"sqlite:///{home / 'sojourn.sqlite3'}")
    if parts.scheme == "sqlite":
        name = unquote(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": SQLITE_START,
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"DATABASE_URL begins with {parts.scheme}:, not with postgres: or sqlite:.")
