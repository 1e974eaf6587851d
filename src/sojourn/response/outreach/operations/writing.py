"""From what is to be said to a draft in the outbox: the person's language, their links and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.people.models import ContactPoint, Person
from sojourn.response.outreach.operations.outbox import Content, Draft
from sojourn.response.outreach.terms import Need
from sojourn.response.outreach.texts import LanguagePolicy, TextPurpose, Wanted, choose, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said about a crisis, and in which language to whom."""

    purpose: TextPurpose
    crisis: Crisis | None
    policy: LanguagePolicy = LanguagePolicy.THEN_LADDER
    ladder: Sequence[str] = ("en",)
    is_for_family: bool = False


def draft_for(
    saying: Saying,
    point: ContactPoint,
    *,
    need: Need,
    heard_in: str = "",
    links: Mapping[UUID, str] | None = None,
) -> Draft | None:
    """Return the draft for one contact point; None when the policy is to send nothing in another language.

    `heard_in` is the language that the person has just answered in.
    """
    person = point.person
    spoken = [*map(str, person.languages), *([heard_in] if heard_in else [])]
    chosen = choose(spoken, policy=saying.policy, ladder=saying.ladder)
    if chosen.language is None:
        return None
    written = write(_wanted(saying, person, (links or {}).get(person.pk, "")), chosen.language)
    return Draft(
        person=person,
        contact_point=point,
        content=Content(text=written.text, subject=written.subject, short=written.short),
        language=chosen.language,
        need=need,
    )


def _wanted(saying: Saying, person: Person, link: str) -> Wanted:
    crisis = saying.crisis
    return Wanted(
        purpose=saying.purpose,
        kind=crisis.kind if crisis else "other",
        level=crisis.alert_level if crisis else "precaution",
        sender=person.responsible.name,
        phone=person.office.phone if person.office else "",
        link=link,
        is_exercise=person.is_exercise,
        is_for_family=saying.is_for_family,
    )
