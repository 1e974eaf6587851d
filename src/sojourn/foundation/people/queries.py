"""Questions about people. All take the viewer and the purpose; another organisation's person is not there."""

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from sojourn.exchange.phone import NotAPhoneNumber, looks_like_phone, read_phone
from sojourn.foundation.access import queries as access
from sojourn.foundation.access import sealing
from sojourn.foundation.access.models import Consent
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.rules import Decision, Standing, decide
from sojourn.foundation.access.terms import Basis, FieldGroup, Purpose
from sojourn.foundation.access.viewer import Viewer, viewer_of
from sojourn.foundation.organisations.models import User
from sojourn.foundation.people import rules
from sojourn.foundation.people.models import NameToken, Person, Whereabouts
from sojourn.foundation.people.terms import Channel
from sojourn.methods import names


def people(*, viewer: Viewer, purpose: Purpose) -> QuerySet[Person]:
    """Return the people that the viewer may see for the purpose, at the viewer's moment. The one policy on people.

    Duty officer: of the own organisation, or of the own office. Post officer: of the own post. Warden: who
    named them. Partner: by a grant that an agreement and consent carry. Who broke the glass: that person,
    for an hour. Nobody, whatever the way: who is withheld from them. Everyone else: nobody.
    `access.rules.decide` says the same of one person, with reasons.
    """
    rule = purpose_rules()[purpose]
    if rule.holder == Basis.NOBODY:
        return Person.objects.none()
    reach = _held(viewer)
    if reach and rule.holder == Basis.CONSENT:
        reach &= Q(Exists(_consent_to_holder(purpose, viewer.at)))
    if viewer.scope.granted:
        reach |= Q(pk__in=access.people_granted(viewer=viewer, purpose=purpose))
    if viewer.scope.may_break_glass:
        reach |= Q(pk__in=access.people_opened_by(viewer))
    if not reach:
        return Person.objects.none()
    withheld = access.withheld_from(viewer).filter(person_id=OuterRef("pk"))
    return Person.objects.filter(reach, ~Exists(withheld), erased_at__isnull=True)


def _held(viewer: Viewer) -> Q:
    """Whom the viewer reaches within the organisation that holds the record."""
    scope = viewer.scope
    reach = Q(responsible_id__in=scope.organisations) if scope.organisations else Q()
    for organisation, office in scope.posts:
        reach |= Q(responsible_id=organisation, office_id=office)
    if scope.as_warden:
        reach |= Q(warden_id=viewer.user.pk)
    return reach


def _consent_to_holder(purpose: Purpose, at: datetime) -> QuerySet[Consent]:
    return access.consents_in_force(at=at).filter(
        purpose=purpose, person_id=OuterRef("pk"), organisation_id=OuterRef("responsible_id")
    )


def fields_seen(person: Person, *, viewer: Viewer, purpose: Purpose) -> frozenset[FieldGroup]:
    """Return the groups of facts that a viewer may look at, of a person whom the policy lets them see.

    The holder's side and who broke the glass: all that the purpose looks at. A partner: what its agreement names.
    """
    scope = viewer.scope
    is_own = (
        person.responsible_id in scope.organisations
        or (person.responsible_id, person.office_id) in scope.posts
        or (scope.as_warden and person.warden_id == viewer.user.pk)
    )
    if is_own or access.people_opened_by(viewer).filter(person_id=person.pk).exists():
        return purpose_rules()[purpose].fields
    return access.fields_shared(viewer=viewer, person_id=person.pk, purpose=purpose)


def standing_of(person: Person, *, at: datetime) -> Standing:
    """Return what the policy must know of a person at a moment."""
    return access.standing_of(
        person_id=person.pk,
        responsible=person.responsible_id,
        office=person.office_id,
        warden=person.warden_id,
        is_erased=person.erased_at is not None,
        at=at,
    )


def decision_on(person: Person, *, user: User, purpose: Purpose, at: datetime) -> Decision:
    """Return whether a user may see a person for a purpose at a moment, with every reason."""
    viewer = viewer_of(user, at=at)
    return decide(
        user=user.pk,
        roles=viewer.roles_held,
        person=standing_of(person, at=at),
        purpose=purpose_rules()[purpose],
    )


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


@dataclass(frozen=True, slots=True)
class Found:
    """A person that a search offers: how alike the name is, in [0, 1], and what was recognised."""

    person: Person
    likeness: float
    why: str


MOST_FOUND: Final = 50
MOST_KNOWN: Final = 12
LEAST_LIKENESS: Final = 0.62


def search(
    *, viewer: Viewer, purpose: Purpose, text: str, within: Exists | None = None
) -> list[Found]:
    """Return the people, among those the viewer may see, whom a text may mean; likeliest first.

    The text is a name in any script and spelling, a telephone number or its last digits, or the
    number of a document, whole. `within` is asked of each person: only those are looked among.
    """
    text = " ".join(text.split())[:200]
    seen = people(viewer=viewer, purpose=purpose)
    if within is not None:
        seen = seen.filter(within)
    if not text:
        return []
    found: dict[UUID, Found] = {}
    if any(sign.isdigit() for sign in text):
        for person in _with_document(seen, text):
            found[person.pk] = Found(person, 1.0, gettext("document"))
    if looks_like_phone(text):
        for person in _with_phone(seen, text):
            found.setdefault(person.pk, Found(person, 1.0, gettext("telephone")))
    for offered in _named(seen, text):
        found.setdefault(offered.person.pk, offered)
    ranked = sorted(found.values(), key=lambda one: (-one.likeness, str(one.person.pk)))
    return ranked[:MOST_FOUND]


def known_by(identifier: str, *, viewer: Viewer) -> list[Person]:
    """Return the people, of any organisation, who have exactly this telephone or document number.

    For emergency access only, which notes the look before anything is shown. A household that shares a
    telephone comes whole. The empty view of a second password stays empty here too.
    """
    index = sealing.blind_index(rules.canonical_document_number(identifier), name="document")
    held = Q(documents__number_index=index)
    with suppress(NotAPhoneNumber):
        number = read_phone(identifier).e164
        held |= Q(
            contact_points__channel__in=[Channel.SMS, Channel.VOICE],
            contact_points__address=number,
        )
    found = Person.objects.filter(
        held, erased_at__isnull=True, responsible__is_decoy=viewer.user.is_decoy
    ).select_related("responsible")
    return list(found.distinct().order_by("registered_at", "id")[:MOST_KNOWN])


def _with_document(seen: QuerySet[Person], text: str) -> QuerySet[Person]:
    index = sealing.blind_index(rules.canonical_document_number(text), name="document")
    return seen.filter(documents__number_index=index).distinct()[:MOST_FOUND]


def _with_phone(seen: QuerySet[Person], text: str) -> QuerySet[Person]:
    digits = "".join(
        str(unicodedata.decimal(sign))
        for sign in text
        if unicodedata.decimal(sign, None) is not None
    )
    ending = digits.removeprefix("00").lstrip("0")
    return seen.filter(
        contact_points__channel__in=[Channel.SMS, Channel.VOICE],
        contact_points__address__endswith=ending,
    ).distinct()[:MOST_FOUND]


def _named(seen: QuerySet[Person], text: str) -> Iterator[Found]:
    """People who share a token with the text, ranked by the whole name."""
    tokens = names.tokens_of(text)
    shared = Q(token__in=tokens)
    for word in names.words_of(text):
        if 2 <= len(word) < names.PREFIX_LETTERS:
            shared |= Q(token__gte=f"w:{word}", token__lt=f"w:{word}\uffff")
    if not tokens:
        return
    keys = (
        NameToken.objects.filter(shared, person__in=seen)
        .values("person_id")
        .annotate(tokens=Count("id"))
        .order_by("-tokens", "-person_id")
        .values_list("person_id", flat=True)[: MOST_FOUND * 6]
    )
    for person in Person.objects.filter(pk__in=list(keys)):
        spellings = [person.name, *person.other_names]
        likeness = max(names.similarity(text, str(spelling)) for spelling in spellings)
        is_start = any(
            written.startswith(asked)
            for asked in names.words_of(text)
            for spelling in spellings
            for written in names.words_of(str(spelling))
        )
        if likeness >= LEAST_LIKENESS or is_start:
            yield Found(person, round(likeness, 2), gettext("name"))
