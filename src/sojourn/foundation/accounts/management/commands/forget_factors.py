"""`sojourn manage forget_factors USERNAME`: for whoever keeps the machine, where there are not two colleagues."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from sojourn.foundation.accounts import operations
from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations.models import User


class Command(BaseCommand):
    """Removes every second factor of a user and ends the sessions. It is in the audit trail."""

    help = "Remove every second factor of a user who lost them, and end the sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the user name."""
        parser.add_argument("username")

    def handle(self, *_args: Any, username: str, **_options: Any) -> None:
        """Forget them and say how many."""
        user = User.objects.filter(username=username, is_decoy=False).first()
        if user is None:
            raise CommandError(f"There is no user {username}.", returncode=2)
        gone = operations.forget_factors(user=user, by=System("keeper-of-the-machine"), at=now())
        self.stdout.write(f"{gone} factors of {username} were removed.")
