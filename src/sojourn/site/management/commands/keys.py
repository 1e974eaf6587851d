"""`sojourn keys`: replace the master key or an organisation's, while the site runs."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from sojourn.foundation.access import operations
from sojourn.foundation.access.models import DataKey, PersonKey
from sojourn.foundation.access.terms import DataClass
from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations.models import Organisation

OPERATOR = System("operator")


class Command(BaseCommand):
    """Exit status 0 done, 2 refused. Every way may be killed and run again; reading goes on meanwhile."""

    help = "Show and replace keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        ways = parser.add_subparsers(dest="way", required=True)
        ways.add_parser("status", help="how many keys there are, and under which versions")
        master = ways.add_parser(
            "master", help="make a new master key and bring everything under it"
        )
        master.add_argument("--again", action="store_true", help="go on with one that was begun")
        ways.add_parser("drop-old", help="forget old masters once nothing is under them")
        rotate = ways.add_parser("rotate", help="give an organisation new keys")
        rotate.add_argument("organisation", type=UUID, help="its key")

    def handle(self, *_args: Any, way: str, **options: Any) -> None:
        """Do it and say what was done."""
        try:
            self.stdout.write(getattr(self, f"_{way.replace('-', '_')}")(**options))
        except operations.CannotRotate as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal

    def _status(self, **_options: Any) -> str:
        lines = [
            f"{row.organisation}: {row.data_class}, version {row.version}"
            for row in DataKey.objects.select_related("organisation").order_by(
                "organisation__name", "data_class", "version"
            )
        ]
        return "\n".join([*lines, f"{PersonKey.objects.count()} keys of people"])

    def _master(self, *, again: bool, **_options: Any) -> str:
        deed = operations.wrap_anew if again else operations.replace_master
        done = deed(by=OPERATOR, at=now())
        return f"{done.keys} keys wrapped and {done.cells} values sealed anew."

    def _drop_old(self, **_options: Any) -> str:
        dropped = operations.drop_old_masters(by=OPERATOR, at=now())
        return f"{dropped} old master keys forgotten. Destroy their copies elsewhere too."

    def _rotate(self, *, organisation: UUID, **_options: Any) -> str:
        found = Organisation.objects.filter(pk=organisation).first()
        if found is None:
            raise CommandError("There is no organisation under this key.", returncode=2)
        keys = cells = 0
        for data_class in (DataClass.SENSITIVE, DataClass.VAULT):
            done = operations.rotate_organisation(
                organisation=found, data_class=data_class, by=OPERATOR, at=now()
            )
            keys, cells = keys + done.keys, cells + done.cells
        return f"{keys} keys wrapped and {cells} values sealed anew."
