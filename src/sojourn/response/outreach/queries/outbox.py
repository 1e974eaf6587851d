"""Questions about messages and senders."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.response.outreach.models.outbox import Dispatch, Message, Sender
from sojourn.response.outreach.terms import MessageState


def messages(*, viewer: Viewer) -> QuerySet[Message]:
    """Return the messages to people whom the viewer may see, in no order."""
    return Message.objects.filter(
        person__in=people.people(viewer=viewer, purpose=Purpose.LOCATING).values("pk")
    )


def counts(*, viewer: Viewer) -> Mapping[MessageState, int]:
    """Return how many of the viewer's messages stand in each state."""
    mine = messages(viewer=viewer)
    return _with_claimed(_counted(mine), Dispatch.objects.filter(message__in=mine.values("pk")))


def counts_for(reason_id: UUID) -> Mapping[MessageState, int]:
    """Return how many messages of one reason, such as a campaign, stand in each state."""
    return _with_claimed(
        _counted(Message.objects.filter(reason_id=reason_id)),
        Dispatch.objects.filter(message__reason_id=reason_id),
    )


def failures(*, viewer: Viewer) -> QuerySet[Message]:
    """Return messages that will not arrive, with their people, newest first."""
    return _listed(messages(viewer=viewer).filter(state=MessageState.FAILED))


def undecided(*, viewer: Viewer) -> QuerySet[Message]:
    """Return messages of which nobody can know whether they were sent: a person decides."""
    return _listed(
        messages(viewer=viewer).filter(state=MessageState.UNCERTAIN, dispatch__due_at__isnull=True)
    )


def held(*, viewer: Viewer) -> QuerySet[Message]:
    """Return messages that a person holds back."""
    return _listed(messages(viewer=viewer).filter(dispatch__is_held=True))


def waiting(*, viewer: Viewer) -> QuerySet[Message]:
    """Return messages that wait to be sent and are not held back, the most urgent first."""
    chosen = messages(viewer=viewer).filter(
        dispatch__state=MessageState.QUEUED, dispatch__is_held=False
    )
    return _listed(chosen).order_by("urgency", "id")


def without_way_out(*, viewer: Viewer) -> int:
    """Return how many messages wait for a channel that no sender serves."""
    serving = Sender.objects.filter(
        organisation=OuterRef("organisation"),
        channel=OuterRef("channel"),
        is_exercise=OuterRef("is_exercise"),
        is_enabled=True,
    )
    return (
        messages(viewer=viewer)
        .filter(~Exists(serving), dispatch__state=MessageState.QUEUED, dispatch__is_held=False)
        .count()
    )


def senders(*, viewer: Viewer) -> QuerySet[Sender]:
    """Return the senders of the organisations that the viewer administers."""
    administered = [
        held.organisation_id for held in viewer.memberships if held.role == Role.ADMINISTRATOR
    ]
    return Sender.objects.filter(organisation__in=administered).order_by("channel", "name", "id")


def cases_to_tell(crisis: Crisis, person_ids: set[UUID]) -> list[UUID]:
    """Return the keys of the cases of some people in a crisis."""
    return list(
        Case.objects.filter(crisis=crisis, person_id__in=person_ids).values_list("pk", flat=True)
    )


def _listed(chosen: QuerySet[Message]) -> QuerySet[Message]:
    return chosen.select_related("person", "contact_point", "sender").order_by("-id")


def _counted(chosen: QuerySet[Message]) -> dict[MessageState, int]:
    rows = chosen.order_by().values_list("state").annotate(number=Count("pk"))
    found = {MessageState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in MessageState}


def _with_claimed(
    counted: dict[MessageState, int], dispatches: QuerySet[Dispatch]
) -> Mapping[MessageState, int]:
    """A message that a worker holds still says `queued`: what is claimed stands in its dispatch."""
    claimed = dispatches.filter(state=MessageState.CLAIMED).count()
    counted[MessageState.QUEUED] = max(0, counted[MessageState.QUEUED] - claimed)
    counted[MessageState.CLAIMED] = claimed
    return counted
