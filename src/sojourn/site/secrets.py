"""Keeps a secret in a file that only its owner can read; makes one when there is none."""

import os
import secrets
from pathlib import Path


def secret_in(file: Path) -> str:
    """Return the secret in a file, made on first use. Two processes that start at once agree on one."""
    if not file.exists():
        staged = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(staged, file)
        except FileExistsError:
            pass  # another process made it first; its secret is the one
        finally:
            staged.unlink(missing_ok=True)
    return file.read_text().strip()
