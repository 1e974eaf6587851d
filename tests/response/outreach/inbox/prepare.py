"""Makes the tables of a database and one provider in it; prints the provider's key. Run as a script."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")

import django

django.setup()


def main(secret):
    from django.core.management import call_command
    from django.utils.timezone import now

    from sojourn.foundation.audit.terms import System
    from sojourn.foundation.organisations import operations as organisations
    from sojourn.foundation.organisations.terms import OrganisationKind
    from sojourn.response.outreach.operations import inbox
    from sojourn.response.outreach.terms import ProviderForm

    call_command("migrate", verbosity=0, interactive=False)
    by = System("tests")
    organisation = organisations.found_organisation(
        name="Testland", kind=OrganisationKind.STATE_OF_ORIGIN, country="PHL", by=by, at=now()
    )
    provider = inbox.add_provider(
        organisation=organisation,
        facts=inbox.ProviderFacts(name="Gateway", form=ProviderForm.SIGNED),
        secret=secret,
        by=by,
        at=now(),
    )
    sys.stdout.write(str(provider.pk))


if __name__ == "__main__":
    main(sys.argv[1])
