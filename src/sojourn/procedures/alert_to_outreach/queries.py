"""Questions of the procedure."""

from django.db.models import QuerySet

from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.organisations.queries import other_organisations
from sojourn.foundation.organisations.terms import OrganisationKind


def may_take_part(lead: Organisation | None) -> QuerySet[Organisation]:
    """Return the organisations that can work on a crisis beside the one that leads it."""
    others = other_organisations([lead] if lead else [])
    found = others.exclude(kind=OrganisationKind.EMPLOYER).order_by("name", "id")
    return found if lead is None else found.filter(is_exercise=lead.is_exercise)
