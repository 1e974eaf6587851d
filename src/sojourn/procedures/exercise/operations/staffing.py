"""Found the organisations of an exercise: States with a post and a warden, partners with services, the host."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pycountry

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.audit.terms import System
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.models import Membership, Office, Organisation, User
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role
from sojourn.procedures.exercise.models import Exercise
from sojourn.procedures.exercise.operations.peopling import State
from sojourn.procedures.exercise.scenarios.shape import Scenario
from sojourn.response.exposure import operations as exposure
from sojourn.response.referral import operations as referral

DIRECTOR: Final = System("exercise")
SPREAD_DEGREES: Final = 0.008  # posts of one city stand apart on the map
ON_NO_LIST: Final = 1.6  # people in the country for each one on a list
SERVICES: Final[Sequence[tuple[str, tuple[str, ...]]]] = (
    ("First aid and hospital places", ("medical", "child")),
    ("Shelter, food and water", ("shelter", "food_and_water", "protection")),
    ("Transport to the airport or the border", ("transport", "documents", "information")),
)


def run_of(begun_at: datetime) -> str:
    """Return what sets the names of one exercise apart from another's."""
    return f"{begun_at:%y%m%d%H%M%S}"


def found_state(
    scenario: Scenario, number: int, *, run: str, real: datetime
) -> tuple[State, list[User]]:
    """Make the `number`-th State of origin (from 0) with its crisis centre, embassy, post officer and warden."""
    home = scenario.homes[number]
    state = organisations.found_organisation(
        name=f"Foreign Ministry of {country_name(home.country)} (exercise)",
        kind=OrganisationKind.STATE_OF_ORIGIN,
        country=home.country,
        by=DIRECTOR,
        at=real,
        is_exercise=True,
    )
    post = organisations.open_office(
        organisation=state,
        name=f"Embassy of {country_name(home.country)} in {scenario.post_city} (exercise)",
        kind=OfficeKind.EMBASSY,
        country=scenario.host,
        latitude=round(scenario.post_latitude + SPREAD_DEGREES * (number % 4 - 1.5), 4),
        longitude=round(scenario.post_longitude + SPREAD_DEGREES * (number // 4 - 1), 4),
        by=DIRECTOR,
        at=real,
    )
    word = home.country.lower()
    warden = _user(state, f"exercise-{run}-{word}-warden", "Warden", Role.WARDEN, real=real)
    consul = _user(
        state, f"exercise-{run}-{word}-consul", "Consul", Role.POST_OFFICER, real=real, post=post
    )
    return State(state, post, warden), [warden, consul]


def states_of(exercise: Exercise) -> dict[str, State]:
    """Return the States that were founded for an exercise, by country."""
    founded = exercise.organisations.filter(kind=OrganisationKind.STATE_OF_ORIGIN)
    posts = {post.organisation_id: post for post in Office.objects.filter(organisation__in=founded)}
    wardens = Membership.objects.filter(organisation__in=founded, role=Role.WARDEN)
    warden_of = {held.organisation_id: held.user for held in wardens.select_related("user")}
    return {one.country: State(one, posts[one.pk], warden_of[one.pk]) for one in founded}


def found_partners(
    scenario: Scenario, *, run: str, real: datetime
) -> tuple[list[Organisation], list[User]]:
    """Make the partners and the host authority, each with one user."""
    partners, users = [], []
    for number, name in enumerate(scenario.partners):
        partner = organisations.found_organisation(
            name=name,
            kind=OrganisationKind.CIVIL_SOCIETY,
            country="",
            by=DIRECTOR,
            at=real,
            is_exercise=True,
        )
        partners.append(partner)
        username = f"exercise-{run}-partner-{number + 1}"
        users.append(_user(partner, username, name, Role.PARTNER_CASEWORKER, real=real))
    host = organisations.found_organisation(
        name=scenario.host_authority,
        kind=OrganisationKind.HOST_STATE,
        country=scenario.host,
        by=DIRECTOR,
        at=real,
        is_exercise=True,
    )
    username = f"exercise-{run}-host"
    users.append(_user(host, username, "Host authority", Role.HOST_AUTHORITY, real=real))
    return [*partners, host], users


def fill_directory(
    scenario: Scenario, keeper: Organisation, partners: Sequence[Organisation], *, at: datetime
) -> None:
    """Enter what each partner does into the directory of one State."""
    for partner, (name, kinds) in zip(partners, SERVICES, strict=False):
        referral.add_service(
            facts=referral.ServiceFacts(
                name=name, provider=partner.name, kinds=kinds, country=scenario.host
            ),
            kept_by=keeper,
            organisation=partner,
            is_exercise=True,
            by=DIRECTOR,
            at=at,
        )


def sign_agreements(
    scenario: Scenario, giver: Organisation, partners: Sequence[Organisation], *, at: datetime
) -> None:
    """Let one State and each partner sign that it may share, for assistance in the country, from `at` on."""
    for partner in partners:
        agreement = access.draft_agreement(
            facts=access.AgreementFacts(
                giver=giver,
                receiver=partner,
                purpose=Purpose.ASSISTANCE,
                fields=sorted(purpose_rules()[Purpose.ASSISTANCE].fields),
                countries=[scenario.host],
                starts_at=at,
                reference="made up for the exercise",
            ),
            by=DIRECTOR,
            at=at,
        )
        for party in (giver, partner):
            access.sign_agreement(
                agreement=agreement, party=party, signatory="Exercise", by=DIRECTOR, at=at
            )


def enter_stock(scenario: Scenario, state: Organisation, *, listed: int, at: datetime) -> None:
    """Enter how many nationals live in the country; more than are on the list, as it always is."""
    figure = exposure.StockFigure(
        country=scenario.host,
        nationality=state.country,
        people=int(listed * ON_NO_LIST),
        year=scenario.started_at.year,
        source="made up for the exercise",
    )
    exposure.enter_stocks(organisation=state, figures=[figure], by=DIRECTOR, at=at)


def country_name(code: str) -> str:
    """Return the English name of a country by its alpha-3 code."""
    country = pycountry.countries.get(alpha_3=code)
    return getattr(country, "common_name", country.name) if country else code


def _user(
    organisation: Organisation,
    username: str,
    name: str,
    role: Role,
    *,
    real: datetime,
    post: Office | None = None,
) -> User:
    """Make a user who cannot sign in until an administrator gives a password."""
    user = organisations.add_user(
        username=username, password=None, display_name=f"{name} (exercise)", by=DIRECTOR, at=real
    )
    organisations.give_role(
        user=user, organisation=organisation, role=role, office=post, by=DIRECTOR, at=real
    )
    return user
