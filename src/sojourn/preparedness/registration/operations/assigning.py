"""Say who looks after a person: which post, and which warden the person named."""

from datetime import datetime

from django.db import transaction

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.organisations.models import Office, User
from sojourn.foundation.people.models import Person


@transaction.atomic
def look_after(
    *, person: Person, office: Office | None, warden: User | None, by: Actor, at: datetime
) -> None:
    """Give a person to a post and to the warden they named. From now on these see the record.

    Safe to repeat. Cases that are open already stay with the post they were opened for.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if (person.office_id, person.warden_id) == (
        office.pk if office else None,
        warden.pk if warden else None,
    ):
        return
    person.office, person.warden = office, warden
    person.save(update_fields=["office", "warden"])
    audit.record(
        what="person.looked_after_by",
        about=person,
        by=by,
        at=at,
        person_id=person.pk,
        office=person.office_id or "",
        warden=person.warden_id or "",
    )
