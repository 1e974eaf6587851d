"""Deeds on the directory of services."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from sojourn.exchange.hsds import ServiceRow
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.organisations.queries import known_organisations
from sojourn.response.referral.models import Service
from sojourn.response.referral.terms import ServiceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What an entry of the directory says."""

    name: str
    provider: str
    kinds: Sequence[str] = ()
    description: str = ""
    country: str = ""
    area: str = ""
    address: str = ""
    is_confidential: bool = False
    languages: Sequence[str] = ()
    capacity: int | None = None
    eligibility: str = ""
    documents_needed: str = ""
    hours: str = ""
    phone: str = ""
    status: ServiceStatus = ServiceStatus.ACTIVE
    assured_on: date | None = None


@transaction.atomic
def add_service(
    *,
    facts: ServiceFacts,
    kept_by: Organisation,
    organisation: Organisation | None = None,
    is_exercise: bool = False,
    by: Actor,
    at: datetime,
) -> Service:
    """Add a service, or bring the keeper's own entry of the same name and place up to date. Safe to repeat."""
    key = {"provider": facts.provider, "name": facts.name, "area": facts.area}
    known = (
        Service.objects.select_for_update(of=("self",))
        .filter(kept_by=kept_by, is_exercise=is_exercise, **key)
        .first()
    )
    if known is not None:
        return change_service(service=known, facts=facts, organisation=organisation, by=by, at=at)
    service = Service.objects.create(
        **_columns(facts),
        kept_by=kept_by,
        organisation=organisation,
        is_exercise=is_exercise,
        changed_at=at,
    )
    audit.record(what="service.added", about=service, by=by, at=at)
    return service


@transaction.atomic
def change_service(
    *,
    service: Service,
    facts: ServiceFacts,
    organisation: Organisation | None,
    by: Actor,
    at: datetime,
) -> Service:
    """Replace what an entry says. The audit trail says which parts changed."""
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    columns = {**_columns(facts), "organisation_id": organisation.pk if organisation else None}
    changed = [name for name, value in columns.items() if getattr(service, name) != value]
    if not changed:
        return service
    for name in changed:
        setattr(service, name, columns[name])
    service.changed_at = at
    service.save()
    audit.record(what="service.changed", about=service, by=by, at=at, fields=changed)
    return service


@transaction.atomic
def assure_service(*, service: Service, on: date, by: Actor, at: datetime) -> None:
    """Note that somebody checked an entry and it is right. Safe to repeat."""
    if Service.objects.filter(pk=service.pk).exclude(assured_on=on).update(assured_on=on):
        audit.record(what="service.assured", about=service, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Brought:
    """How many entries came in with a list."""

    added: int
    changed: int


@transaction.atomic
def bring_services(
    *, rows: Sequence[ServiceRow], kept_by: Organisation, is_exercise: bool, by: Actor, at: datetime
) -> Brought:
    """Take a list into the directory: new entries are added, known ones brought up to date, none removed.

    A list leaves confidential places out; one that is known stays.
    """
    mine = Service.objects.filter(kept_by=kept_by, is_exercise=is_exercise)
    before = mine.count()
    hidden = {
        (entry.provider, entry.name, entry.area): entry.address
        for entry in mine.filter(is_confidential=True)
    }
    known = {
        org.name.casefold(): org for org in known_organisations().filter(is_exercise=is_exercise)
    }
    changed = 0
    for row in rows:
        facts = ServiceFacts(
            name=row.name,
            provider=row.organization,
            kinds=row.kinds,
            description=row.description,
            country=row.country,
            area=row.area,
            address=row.address or hidden.get((row.organization, row.name, row.area), ""),
            is_confidential=row.is_confidential,
            languages=row.languages,
            capacity=row.capacity,
            eligibility=row.eligibility,
            documents_needed=row.required_documents,
            hours=row.schedule,
            phone=row.phone,
            status=ServiceStatus(row.status),
            assured_on=row.assured_date,
        )
        service = add_service(
            facts=facts,
            kept_by=kept_by,
            organisation=known.get(row.organization.casefold()),
            is_exercise=is_exercise,
            by=by,
            at=at,
        )
        changed += service.changed_at == at
    added = mine.count() - before
    return Brought(added=added, changed=max(0, changed - added))


def _columns(facts: ServiceFacts) -> dict[str, object]:
    return {
        **asdict(facts),
        "kinds": [str(kind) for kind in facts.kinds],
        "languages": list(facts.languages),
        "status": str(facts.status.value),
    }
