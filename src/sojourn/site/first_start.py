"""What the first start prepares: the database, an organisation, and a way in."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import OrganisationKind, Role

SET_UP: Final = System("set-up")
LOGINS: Final = {
    "duty": Role.DUTY_OFFICER,
    "protect": Role.DATA_PROTECTION_OFFICER,
    "admin": Role.ADMINISTRATOR,
}


def prepare_database() -> bool:
    """Bring the database up to date and return whether there was anything to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


@transaction.atomic
def prepare_logins(*, file: Path, at: datetime) -> None:
    """Make an organisation with a login for each role that begins its work, when there is no user yet.

    Their password is random and kept in a file that only its owner can read.
    """
    if User.objects.exists():
        return
    password = secrets.token_urlsafe(12)
    file.touch(mode=0o600)
    file.write_text(password)
    organisation = organisations.found_organisation(
        name="Our organisation",
        kind=OrganisationKind.STATE_OF_ORIGIN,
        country="",
        by=SET_UP,
        at=at,
    )
    for username, role in LOGINS.items():
        user = organisations.add_user(
            username=username,
            password=password,
            display_name=str(role.label),
            by=SET_UP,
            at=at,
        )
        organisations.give_role(user=user, organisation=organisation, role=role, by=SET_UP, at=at)


def logins_to_print(file: Path) -> list[tuple[str, str, str]]:
    """Return (username, password, role) of the first logins whose password was not changed since."""
    if not file.exists():
        return []
    password = file.read_text().strip()
    return [
        (user.username, password, str(LOGINS[user.username].label))
        for user in sorted(
            User.objects.filter(username__in=LOGINS, is_active=True),
            key=lambda user: list(LOGINS).index(user.username),
        )
        if user.check_password(password)
    ]
