"""Questions about services and referrals. A partner sees what was sent to it, and the person only while it lasts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import FieldGroup, Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload import queries as caseload
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.organisations.queries import known_organisations
from sojourn.foundation.organisations.terms import OrganisationKind, Role
from sojourn.foundation.people import queries as people
from sojourn.foundation.people.models import Person
from sojourn.response.referral import rules
from sojourn.response.referral.models import Referral, ReferralStep, Service
from sojourn.response.referral.terms import ServiceKind, ServiceStatus, State

SENDERS = (Role.DUTY_OFFICER, Role.POST_OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the directory is narrowed to. An empty value narrows nothing."""

    text: str = ""
    kind: str = ""
    language: str = ""
    is_exercise: bool | None = None
    is_open: bool = False


def directory(wanted: Wanted) -> list[Service]:
    """Return the services that fit, those that take people first. The directory is small by nature."""
    found = Service.objects.select_related("organisation", "kept_by").order_by("provider", "name")
    if wanted.is_exercise is not None:
        found = found.filter(is_exercise=wanted.is_exercise)
    if wanted.is_open:
        found = found.exclude(status__in=[ServiceStatus.PAUSED, ServiceStatus.ENDED])
    for word in wanted.text.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(provider__icontains=word)
            | Q(area__icontains=word)
            | Q(description__icontains=word)
        )
    order = list(ServiceStatus)
    return sorted(
        (
            service
            for service in found
            if (not wanted.kind or wanted.kind in service.kinds)
            and (not wanted.language or wanted.language in service.languages)
        ),
        key=lambda service: order.index(ServiceStatus(service.status)),
    )


def services() -> QuerySet[Service]:
    """Return all services; there is nothing about people in them."""
    return Service.objects.select_related("organisation", "kept_by")


def services_kept(viewer: Viewer) -> QuerySet[Service]:
    """Return the services that the viewer may change: kept or run by an organisation they do casework for."""
    ids = [
        held.organisation_id
        for held in viewer.memberships
        if held.role in {*SENDERS, Role.PARTNER_CASEWORKER}
    ]
    return services().filter(Q(kept_by_id__in=ids) | Q(organisation_id__in=ids))


def partners() -> QuerySet[Organisation]:
    """Return the organisations that may run a service, by name."""
    kinds = [
        OrganisationKind.CIVIL_SOCIETY,
        OrganisationKind.INTERNATIONAL,
        OrganisationKind.HOST_STATE,
    ]
    return known_organisations().filter(kind__in=kinds).order_by("name")


def is_assured(service: Service, *, on: date) -> bool:
    """Return whether somebody checked the entry lately."""
    return rules.is_assured(assured_on=service.assured_on, on=on)


def address_of(service: Service, *, viewer: Viewer) -> str:
    """Return where a service is; a confidential place only to those who run it."""
    if service.is_confidential and service.organisation_id not in viewer.organisation_ids:
        return ""
    return service.address


def referrals_made(viewer: Viewer, *, crisis: Crisis | None = None) -> QuerySet[Referral]:
    """Return the referrals of the cases that the viewer works on as an officer, of one crisis or of all."""
    own = [held.organisation_id for held in viewer.memberships if held.role in SENDERS]
    seen = people.people(viewer=viewer, purpose=Purpose.ASSISTANCE)
    theirs = Case.objects.filter(
        Exists(seen.filter(pk=OuterRef("person_id"))),
        pk=OuterRef("case_id"),
        responsible_id__in=own,
    )
    if crisis is not None:
        theirs = theirs.filter(crisis=crisis)
    return _whole(Referral.objects.filter(Exists(theirs), from_organisation_id__in=own))


def referrals_received(viewer: Viewer) -> QuerySet[Referral]:
    """Return what was sent to the organisations that the viewer is a caseworker of."""
    own = [
        held.organisation_id for held in viewer.memberships if held.role == Role.PARTNER_CASEWORKER
    ]
    sent = Referral.objects.filter(service__organisation_id__in=own)
    shared = Q(state__in=[State.SENT, State.ACCEPTED, State.SERVED])
    was_sent = Q(pk__in=ReferralStep.objects.filter(state=State.SENT).values("referral_id"))
    return _whole(sent.filter(shared | was_sent))


def referrals_seen(viewer: Viewer) -> QuerySet[Referral]:
    """Return the referrals that the viewer sent or received."""
    made = referrals_made(viewer).values("pk")
    received = referrals_received(viewer).values("pk")
    return _whole(Referral.objects.filter(Q(pk__in=made) | Q(pk__in=received)))


def referrals_of(case: Case) -> QuerySet[Referral]:
    """Return the referrals of a case that the caller may see, newest first."""
    return case.referrals.select_related("service").order_by("-offered_at", "-id")


def with_news(referrals: QuerySet[Referral], *, at: datetime) -> QuerySet[Referral]:
    """Return those that wait for whoever sent them: refused, served, or out of time."""
    waits = Case.objects.filter(pk=OuterRef("case_id"), priority__isnull=False)
    return referrals.filter(
        Q(state=State.SERVED)
        | Q(ended_at__isnull=True, due_at__lte=at)
        | Q(Exists(waits), state=State.REFUSED)
    )


def news(viewer: Viewer, *, real: datetime) -> QuerySet[Referral]:
    """Return what waits for the viewer in every crisis, each by its own clock. `real` is the moment in the world."""
    waiting = Q(pk__in=[])
    for crisis in caseload.crises(viewer=viewer):
        of_crisis = referrals_made(viewer, crisis=crisis)
        waiting |= Q(pk__in=with_news(of_crisis, at=crisis.clock.at(real)).values("pk"))
    return referrals_made(viewer).filter(waiting)


def person_of(referral: Referral, *, viewer: Viewer) -> Person | None:
    """Return the person when the viewer may see them now: an officer's own, or a partner's while it is shared."""
    seen = people.people(viewer=viewer, purpose=Purpose.ASSISTANCE)
    return seen.filter(pk=referral.case.person_id).first()


def fields_seen(person: Person | None, *, viewer: Viewer) -> frozenset[FieldGroup]:
    """Return the groups of facts about a referred person that the viewer may look at; none when it has ended."""
    if person is None:
        return frozenset()
    return people.fields_seen(person, viewer=viewer, purpose=Purpose.ASSISTANCE)


def name_of(referral: Referral, *, viewer: Viewer) -> str | None:
    """Return what to call a referred person in a list; empty when the name is not shared, None when nothing is."""
    person = person_of(referral, viewer=viewer)
    if person is None:
        return None
    return (
        person.name or person.description
        if FieldGroup.IDENTITY in fields_seen(person, viewer=viewer)
        else ""
    )


def kinds_named(kinds: Collection[str]) -> list[str]:
    """Return the names of kinds of need, in the order of the terms."""
    return [str(kind.label) for kind in ServiceKind if kind.value in kinds]


def case_to_refer(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases that the viewer may refer: those of their own organisation."""
    own = [held.organisation_id for held in viewer.memberships if held.role in SENDERS]
    seen = people.people(viewer=viewer, purpose=Purpose.ASSISTANCE)
    return Case.objects.filter(
        Exists(seen.filter(pk=OuterRef("person_id"))), responsible_id__in=own
    ).select_related("crisis", "person")


def summary_of(referral: Referral) -> str:
    """Return what the partner must know; nothing once the person was erased."""
    if not referral.summary_sealed:
        return ""
    return sealing.open_sealed(
        referral.summary_sealed, table="referral_referral", column="summary", row=referral.pk
    )


def note_of(step: ReferralStep) -> str:
    """Return what was said at a step."""
    if step.note_sealed is None:
        return ""
    return sealing.open_sealed(
        step.note_sealed, table="referral_referralstep", column="note", row=step.pk
    )


def steps_of(referral: Referral) -> Sequence[ReferralStep]:
    """Return the history of a referral, newest first."""
    return list(referral.steps.order_by("-at", "-id"))


def names_of(keys: Collection[str]) -> dict[str, str]:
    """Return audit key → name to show, for the users among some keys."""
    ids = [key.removeprefix("user:") for key in keys if key.startswith("user:")]
    return {user.audit_key: str(user) for user in User.objects.filter(pk__in=ids)}


def _whole(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    return referrals.select_related(
        "service", "service__organisation", "case", "case__crisis", "from_organisation"
    )
