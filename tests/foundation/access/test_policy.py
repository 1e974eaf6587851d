"""The one policy: the query, the decision with reasons, and an independent statement of it, say the same.

The statement below (`may_see`) is written from the promises of the design, on plain facts, without the code.
"""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.foundation.access.worlds import CARE, build

from sojourn.foundation.access import operations as access
from sojourn.foundation.access import queries
from sojourn.foundation.access.models import Agreement, BrokenGlass, Consent, Grant, Withholding
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import Basis, Because, Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people_queries


def _holds(begins_h, ends_h):
    return begins_h <= 0 < ends_h


def may_see(world, user, person, purpose):  # noqa: C901, PLR0912  # one statement, to be read at once
    """Say whether a user may see a person, from the promises: written without looking at the code."""
    jobs = [one for one in world.staff if one.user == user and _holds(one.begins_h, one.ends_h)]

    def known(kind, **wanted):
        return [
            fact
            for fact in world.facts
            if fact.kind == kind
            and _holds(fact.begins_h, fact.ends_h)
            and all(fact.about.get(name) == value for name, value in wanted.items())
        ]

    if person.pk in world.erased or purpose == Purpose.STATISTICS:
        return False
    for fact in known("withheld", person=person.pk):
        party = fact.about["party"]
        if party == user.pk or any(
            party in {job.organisation.pk, job.office and job.office.pk} for job in jobs
        ):
            return False
    helpers = {Role.DUTY_OFFICER, Role.POST_OFFICER, Role.PARTNER_CASEWORKER}
    if known("glass", person=person.pk, user=user.pk) and any(job.role in helpers for job in jobs):
        return True
    holder_may = purpose in CARE or bool(
        known("consent", person=person.pk, to=person.responsible_id, purpose=purpose)
    )
    for job in jobs:
        is_theirs = job.organisation.pk == person.responsible_id
        is_here = job.office is None or job.office.pk == person.office_id
        is_officer = job.role in {Role.DUTY_OFFICER, Role.POST_OFFICER}
        if is_officer and is_theirs and is_here and holder_may:
            return True
        if job.role == Role.WARDEN and person.warden_id == user.pk and holder_may:
            return True
        if job.role != Role.PARTNER_CASEWORKER:
            continue
        for grant in known("grant", person=person.pk, to=job.organisation.pk, purpose=purpose):
            if job.office is not None and job.office.country != grant.about["country"]:
                continue
            if grant.about["vital"]:
                return True
            agreed = known("agreement", key=grant.about["agreement"])
            said_yes = known("consent", person=person.pk, to=job.organisation.pk, purpose=purpose)
            if agreed and said_yes:
                return True
    return False


def differences(random, noon):
    """Return where query, decision and statement differ in one random world; nothing is kept of it."""
    found = []
    with transaction.atomic():
        world = build(random, noon)
        for user in {one.user.pk: one.user for one in world.staff}.values():
            viewer = viewer_of(user, at=noon)
            for purpose in Purpose:
                seen = set(
                    people_queries.people(viewer=viewer, purpose=purpose).values_list(
                        "pk", flat=True
                    )
                )
                for person in world.people:
                    decision = people_queries.decision_on(
                        person, user=user, purpose=purpose, at=noon
                    )
                    said = may_see(world, user, person, purpose)
                    if len({person.pk in seen, decision.may_see, said}) > 1:
                        found.append((purpose, person.pk in seen, decision, said))
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(random=st.randoms(use_true_random=False))
def test_query_decision_and_statement_agree_in_every_world(random, noon):
    assert not differences(random, noon)


RULES_TAKEN_AWAY = {
    "agreements count for ever": (
        queries,
        "agreements_in_force",
        lambda **_: Agreement.objects.all(),
    ),
    "consents stand for ever": (queries, "consents_in_force", lambda **_: Consent.objects.all()),
    "nobody is withheld from": (
        queries,
        "withheld_from",
        lambda _viewer: Withholding.objects.none(),
    ),
    "glass stays open": (
        queries,
        "people_opened_by",
        lambda viewer: BrokenGlass.objects.filter(user=viewer.user).values_list(
            "person_id", flat=True
        ),
    ),
    "grants run for ever": (
        queries,
        "grants_in_force",
        lambda *, purpose, **_: Grant.objects.filter(purpose=purpose),
    ),
    "a grant is good for every purpose": (
        queries,
        "people_granted",
        lambda *, viewer, **_: Grant.objects.filter(
            organisation_id__in=[key for key, _country in viewer.scope.granted]
        ).values_list("person_id", flat=True),
    ),
    "holders need no consent": (
        people_queries,
        "purpose_rules",
        lambda: {
            purpose: type(rule)(purpose, Basis.PUBLIC_TASK, rule.fields, rule.keep_days)
            for purpose, rule in purpose_rules().items()
        },
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES_TAKEN_AWAY)
def test_each_rule_that_is_taken_away_is_noticed(rule, noon, monkeypatch):
    module, name, weaker = RULES_TAKEN_AWAY[rule]
    monkeypatch.setattr(module, name, weaker)

    assert any(differences(Random(seed), noon) for seed in range(60)), rule


@pytest.mark.django_db
def test_a_decision_gives_its_reasons(register, officer, other_officer, caseworker, noon):
    person = register()

    def because(user, purpose=Purpose.ASSISTANCE):
        return people_queries.decision_on(person, user=user, purpose=purpose, at=noon).because

    assert because(officer) == (Because.OWN_ORGANISATION,)
    assert because(officer, Purpose.TRACING) == (Because.NO_CONSENT,)
    assert because(officer, Purpose.STATISTICS) == (Because.PURPOSE_OPENS_NOTHING,)
    assert because(other_officer) == (Because.OTHER_ORGANISATION,)
    assert because(caseworker) == (Because.OTHER_ORGANISATION,)
    access.withhold(
        person_id=person.pk, holder=person.responsible, party=officer, by=person, at=noon
    )
    assert because(officer) == (Because.WITHHELD,)
