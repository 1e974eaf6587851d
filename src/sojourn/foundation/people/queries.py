"""Questions about people. All take the viewer and the purpose; another organisation's person is not there."""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now

from sojourn.foundation.access import queries as access
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.people.models import Person, Whereabouts


def people(*, viewer: Viewer, purpose: Purpose, at: datetime | None = None) -> QuerySet[Person]:
    """Return the people that the viewer may see for the purpose. The one policy on people.

    Duty officer: of the own organisation. Post officer: of the own post. Warden: who named them.
    Partner: by a grant in force at `at` (now, when not given). Everyone else: nobody.
    """
    scope = viewer.scope
    if scope.is_empty:
        return Person.objects.none()
    reach = Q(responsible_id__in=scope.organisations)
    for organisation, office in scope.posts:
        reach |= Q(responsible_id=organisation, office_id=office)
    if scope.as_warden:
        reach |= Q(warden_id=viewer.user.pk)
    if scope.granted_to:
        granted = access.people_granted(
            organisations=scope.granted_to, purpose=purpose, at=at or now()
        )
        reach |= Q(pk__in=granted)
    return Person.objects.filter(reach, erased_at__isnull=True)


def last_known_location(person: Person) -> Whereabouts | None:
    """Return the newest claim of where a person is, or None."""
    return person.whereabouts.order_by("-observed_at", "-recorded_at", "-id").first()


def newest_whereabouts(people: QuerySet[Person]) -> QuerySet[Whereabouts]:
    """Return the newest claim for each of some people."""
    newest = (
        Whereabouts.objects.filter(person=OuterRef("person"))
        .order_by("-observed_at", "-recorded_at", "-id")
        .values("pk")[:1]
    )
    return Whereabouts.objects.filter(person__in=people, pk=Subquery(newest))
