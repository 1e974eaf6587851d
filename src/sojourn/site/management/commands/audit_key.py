"""`sojourn audit key`: print the public key with which others verify our checkpoints and cosignatures."""

from typing import Any

from django.core.management.base import BaseCommand

from sojourn.exchange.signed_note import Algorithm, Key
from sojourn.foundation.audit import signing


class Command(BaseCommand):
    """Make the key when there is none, and print its public half, for checkpoints and for cosignatures."""

    help = "Print the public keys: the first is for our checkpoints, the second for what we cosign."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print two lines."""
        key = signing.own_key()
        self.stdout.write(str(key))
        self.stdout.write(str(Key(key.name, key.public, Algorithm.COSIGNATURE)))
