"""Questions of the procedure."""

from django.db.models import QuerySet

from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.organisations.terms import OrganisationKind


def may_take_part(lead: Organisation | None) -> QuerySet[Organisation]:
    """Return the organisations that can work on a crisis beside the one that leads it."""
    found = Organisation.objects.exclude(kind=OrganisationKind.EMPLOYER).order_by("name", "id")
    if lead is None:
        return found
    return found.exclude(pk=lead.pk).filter(is_exercise=lead.is_exercise)
