"""Small files written whole or not at all, and safe on the disk before anybody is told."""

import os
from pathlib import Path
from typing import Final

FOR_THE_OWNER: Final = 0o600


def write(file: Path, text: str) -> None:
    """Put a text in the place of a file, for its owner only."""
    staged = _staged(file, text)
    try:
        staged.replace(file)
    finally:
        staged.unlink(missing_ok=True)


def write_once(file: Path, text: str) -> None:
    """Make a file, for its owner only. One that is there already, of another process too, stays as it is."""
    if file.exists():
        return
    staged = _staged(file, text)
    try:
        os.link(staged, file)
    except FileExistsError:
        pass  # another process made it first; its text is the one
    finally:
        staged.unlink(missing_ok=True)


def _staged(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FOR_THE_OWNER)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return staged
