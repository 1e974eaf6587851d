"""Nobody raises their own rights, whatever legal and illegal deeds are tried in whatever order.

The oracle keeps its own book: every right in force must have been given by somebody else who administered that
organisation at the time and did not owe their account to the one who gains; refused deeds must change nothing.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.conftest import LONG_AGO, SET_UP

from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.models import Approval
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations import queries
from sojourn.foundation.organisations.models import Membership, Office, User
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role
from sojourn.foundation.refusals import Refusal

DEEDS = (
    *("give", "add") * 3,
    "end",
    "renew",
    "active",
    "own_password",
    "ask",
    "approve",
    "alone",
    "lock",
    "reopen",
    "unlock",
    "let_in",
    "correct",
)
STEP = st.tuples(
    st.sampled_from(DEEDS),
    st.integers(0, 5),  # who does it
    st.integers(0, 5),  # to whom
    st.integers(0, 1),  # in which organisation
    st.sampled_from([Role.ADMINISTRATOR] * 5 + list(Role)),
    st.booleans(),  # in an office
    st.integers(0, 40),  # days later
)


# An administrator makes an account and raises herself through it; the fifth user is the one that was added.
PUPPET = ("add", 0, 0, 0, Role.ADMINISTRATOR, False, 0)
OWN_PASSWORD = ("own_password", 4, 0, 0, Role.WARDEN, False, 1)
RAISED = ("give", 4, 0, 0, Role.DUTY_OFFICER, False, 1)


@dataclass
class World:
    users: list = field(default_factory=list)
    organisations: list = field(default_factory=list)
    offices: list = field(default_factory=list)
    at: object = LONG_AGO
    made_by: dict = field(default_factory=dict)  # user -> (who gave the password, when)


def _world():
    world = World(at=LONG_AGO)
    for number in range(2):
        organisation = organisations.found_organisation(
            name=f"O{number}",
            kind=OrganisationKind.STATE_OF_ORIGIN,
            country="PHL",
            by=SET_UP,
            at=LONG_AGO,
        )
        world.organisations.append(organisation)
        world.offices.append(
            organisations.open_office(
                organisation=organisation,
                name="Post",
                kind=OfficeKind.EMBASSY,
                country="NPL",
                by=SET_UP,
                at=LONG_AGO,
            )
        )
        for role in (Role.ADMINISTRATOR, Role.DUTY_OFFICER):
            user = organisations.add_user(
                username=f"{role}{number}", password=None, display_name="U", by=SET_UP, at=LONG_AGO
            )
            organisations.give_role(
                user=user, organisation=organisation, role=role, by=SET_UP, at=LONG_AGO
            )
            world.users.append(user)
    return world


@dataclass
class Try:
    """One deed that somebody tries."""

    world: World
    by: object
    user: object
    organisation: object
    office: object
    role: Role
    in_office: bool
    number: int

    @property
    def who(self):
        return {"by": self.by, "at": self.world.at}

    @property
    def place(self):
        return self.office if self.in_office or self.role == Role.POST_OFFICER else None

    def give(self):
        organisations.give_role(
            user=self.user,
            organisation=self.organisation,
            role=self.role,
            office=self.place,
            **self.who,
        )

    def end(self):
        held = Membership.objects.filter(user=self.user).order_by("id").first()
        organisations.end_role(membership=held, **self.who)

    def add(self):
        made = organisations.add_colleague(
            username=f"n{self.number}",
            password=None,
            display_name="N",
            email="",
            language="en",
            organisation=self.organisation,
            role=self.role,
            office=self.place,
            **self.who,
        )
        self.world.users.append(made)
        self.world.made_by[made.pk] = (self.by.pk, self.world.at)

    def renew(self):
        organisations.renew_password(user=self.user, password=None, **self.who)
        self.world.made_by[self.user.pk] = (self.by.pk, self.world.at)

    def own_password(self):
        organisations.set_password(user=self.by, password=None, **self.who)

    def active(self):
        organisations.set_active(user=self.user, is_active=self.in_office, **self.who)

    def correct(self):
        organisations.correct_user(
            user=self.by, display_name="X", email="", language="en", **self.who
        )

    def lock(self):
        accounts.lock_office(office=self.office, **self.who)

    def ask(self):
        accounts.ask(
            deed=Deed.OFFICE_REOPEN if self.in_office else Deed.FACTORS_RESET,
            about=self.office if self.in_office else self.user,
            organisation=self.organisation,
            why=Why.SAFE,
            **self.who,
        )

    def approve(self):
        waiting = Approval.objects.filter(approved_at__isnull=True, closed_at__isnull=True)
        for request in waiting.order_by("id")[:1]:
            accounts.approve(approval=request, **self.who)

    def alone(self):
        accounts.go_alone(
            deed=Deed.OFFICE_REOPEN,
            about=self.office,
            organisation=self.organisation,
            why=Why.SAFE,
            reason="because I say so",
            **self.who,
        )

    def reopen(self):
        accounts.reopen_office(office=self.office, **self.who)

    def unlock(self):
        accounts.unlock_disclosures(user=self.user, **self.who)

    def let_in(self):
        accounts.let_in(user=self.user, password=None, **self.who)
        self.world.made_by[self.user.pk] = (self.by.pk, self.world.at)


def _do(world, deed, who, whom, where, role, in_office, number):
    tried = Try(
        world=world,
        by=User.objects.get(pk=world.users[who % len(world.users)].pk),
        user=User.objects.get(pk=world.users[whom % len(world.users)].pk),
        organisation=world.organisations[where],
        office=Office.objects.get(pk=world.offices[where].pk),
        role=role,
        in_office=in_office,
        number=number,
    )
    getattr(tried, deed)()


def _rights(user, at):
    held = queries.memberships_in_force(user=User.objects.get(pk=user.pk), at=at)
    return {(one.organisation_id, one.role, one.office_id) for one in held}


def _admins(world, at):
    """Who administers what, read from the tables and not from our queries."""
    found = set()
    for held in Membership.objects.filter(role="administrator").select_related("user", "office"):
        is_now = held.starts_at <= at and (held.expires_at is None or held.expires_at > at)
        is_open = held.office is None or held.office.locked_at is None
        if is_now and held.user.is_active and is_open:
            found.add((held.user_id, held.organisation_id))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, max_size=25))
@example(steps=[PUPPET, RAISED])
@example(steps=[PUPPET, OWN_PASSWORD, RAISED])
def test_no_order_of_deeds_lets_anybody_raise_themselves(db, steps):
    with transaction.atomic():
        world = _world()
        for number, (deed, who, whom, where, role, in_office, days) in enumerate(steps):
            world.at += timedelta(days=days)
            doer = world.users[who % len(world.users)]
            before = {user.pk: _rights(user, world.at) for user in world.users}
            admins, made_by = _admins(world, world.at), dict(world.made_by)
            is_refused = False
            try:
                with transaction.atomic():
                    _do(world, deed, who, whom, where, role, in_office, number)
            except (Refusal, ValueError):
                is_refused = True
            for user in world.users:
                gained = _rights(user, world.at) - before.get(user.pk, set())
                assert not (gained and is_refused), (deed, gained)
                _check_gain(deed, doer, user, gained, admins, made_by, world)
        transaction.set_rollback(True)


def _check_gain(deed, doer, user, gained, admins, made_by, world):
    if not gained:
        return
    assert user.pk != doer.pk, f"{deed}: a user raised themselves"
    if deed in {"give", "add"}:
        assert all((doer.pk, one[0]) in admins for one in gained)
        giver, given_at = made_by.get(doer.pk, (None, None))
        is_puppet = giver == user.pk and world.at < given_at + timedelta(days=30)
        assert not is_puppet, "a puppet raised the one who holds its strings"
    elif deed == "active":
        assert any(admin == doer.pk for admin, _where in admins)
    else:
        assert deed == "reopen", f"{deed} gave rights"


@pytest.mark.parametrize("name", ["role.given"])
def test_the_trail_names_somebody_else_for_every_role(administrator, officer, state, noon, name):
    organisations.give_role(
        user=officer, organisation=state, role=Role.WARDEN, by=administrator, at=noon
    )
    for event in AuditEvent.objects.filter(what=name):
        assert event.by != f"user:{event.keys['user']}"
