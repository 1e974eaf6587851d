"""Fixtures for all tests: a State with its posts and officers, a fixed noon, and the shared data."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.purposes import purpose_rules
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import viewer_of
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.audit.terms import System
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import CrisisKind
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role
from sojourn.foundation.people import operations as people

SET_UP = System("tests")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """The real files beside the project; a test that needs them is skipped where they are absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data folder is not beside this checkout: real files were not tried")
    return SHARED_DATA


@pytest.fixture(autouse=True, scope="session")
def home(tmp_path_factory):
    """Keys of the tests are made in a folder of their own, never the user's."""
    from django.conf import settings

    settings.MASTER_KEY_FILE = tmp_path_factory.mktemp("home") / "master.key"
    settings.SIGNING_KEY_FILE = settings.MASTER_KEY_FILE.with_name("signing.key")


@pytest.fixture(autouse=True)
def kept_checkpoints(home, settings):
    """Each test has a database of its own, and so a folder of its own for the checkpoints of it."""
    settings.CHECKPOINTS = settings.MASTER_KEY_FILE.with_name("checkpoints") / uuid4().hex


@pytest.fixture(autouse=True)
def in_english():
    """A page that was asked for in Arabic leaves its language behind; the next test begins anew."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture
def noon():
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _organisation(name, kind, country):
    return organisations.found_organisation(
        name=name, kind=kind, country=country, by=SET_UP, at=LONG_AGO
    )


def agree(giver, receiver, *, purpose=Purpose.ASSISTANCE, countries=(), ends_at=None):
    """An agreement under which one may share with the other, signed by both long ago."""
    agreement = access.draft_agreement(
        facts=access.AgreementFacts(
            giver=giver,
            receiver=receiver,
            purpose=purpose,
            fields=sorted(purpose_rules()[purpose].fields),
            countries=countries,
            starts_at=LONG_AGO,
            ends_at=ends_at,
        ),
        by=SET_UP,
        at=LONG_AGO,
    )
    for party in (giver, receiver):
        agreement = access.sign_agreement(
            agreement=agreement, party=party, signatory="Head", by=SET_UP, at=LONG_AGO
        )
    return agreement


def end(crisis, *, by, at):
    """Close a crisis by an officer who is the only one of the State that leads it."""
    accounts.go_alone(
        deed=Deed.CRISIS_CLOSE,
        about=crisis,
        organisation=crisis.lead,
        why=Why.OVER,
        reason="Nobody else is on duty.",
        by=by,
        at=at,
    )
    caseload.close_crisis(crisis=crisis, by=by, at=at)


@pytest.fixture
def state(db):
    """A State of origin."""
    return _organisation("Ministry of Testland", OrganisationKind.STATE_OF_ORIGIN, "PHL")


@pytest.fixture
def other_state(db):
    """Another State of origin, which must see nothing of the first one's people."""
    return _organisation("Ministry of Otherland", OrganisationKind.STATE_OF_ORIGIN, "BGD")


@pytest.fixture
def partner(state):
    """A civil society partner, with whom the State has an agreement on assistance everywhere."""
    partner = _organisation("Helping Hands", OrganisationKind.CIVIL_SOCIETY, "")
    agree(state, partner)
    return partner


@pytest.fixture
def host(db):
    """The host State's civil protection."""
    return _organisation("Civil Protection", OrganisationKind.HOST_STATE, "NPL")


@pytest.fixture
def post(state):
    """The State's embassy in the host country."""
    return organisations.open_office(
        organisation=state,
        name="Embassy in Kathmandu",
        kind=OfficeKind.EMBASSY,
        country="NPL",
        latitude=27.72,
        longitude=85.33,
        by=SET_UP,
        at=LONG_AGO,
    )


def _user(username, organisation, role, office=None):
    user = organisations.add_user(
        username=username,
        password=None,
        display_name=username.replace("_", " ").title(),
        by=SET_UP,
        at=LONG_AGO,
    )
    organisations.give_role(
        user=user, organisation=organisation, role=role, office=office, by=SET_UP, at=LONG_AGO
    )
    return user


@pytest.fixture
def officer(state):
    """A duty officer of the State."""
    return _user("officer", state, Role.DUTY_OFFICER)


@pytest.fixture
def other_officer(other_state):
    """A duty officer of the other State."""
    return _user("other_officer", other_state, Role.DUTY_OFFICER)


@pytest.fixture
def consul(state, post):
    """A post officer at the embassy."""
    return _user("consul", state, Role.POST_OFFICER, post)


@pytest.fixture
def warden(state):
    """A warden of the State."""
    return _user("warden", state, Role.WARDEN)


@pytest.fixture
def caseworker(partner):
    """A caseworker of the partner."""
    return _user("caseworker", partner, Role.PARTNER_CASEWORKER)


@pytest.fixture
def host_officer(host):
    """Someone of the host authority, who sees numbers only."""
    return _user("host_officer", host, Role.HOST_AUTHORITY)


@pytest.fixture
def administrator(state):
    """The administrator of the State, who manages users and sees no cases."""
    return _user("administrator", state, Role.ADMINISTRATOR)


@pytest.fixture
def protector(state):
    """The data-protection officer of the State, who sees who may see and who saw, and no case."""
    return _user("protector", state, Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def viewer(officer, noon):
    """The duty officer as viewer."""
    return viewer_of(officer, at=noon)


@pytest.fixture
def register(state, officer, noon):
    """A function that registers a person of the State by name and facts."""

    def _register(name="Maria Santos", *, responsible=state, household=None, **facts):
        links = {key: facts.pop(key) for key in ("office", "warden", "is_exercise") if key in facts}
        return people.register_person(
            facts=people.PersonFacts(name=name, **facts),
            responsible=responsible,
            household=household,
            by=officer,
            at=noon,
            **links,
        )

    return _register


@pytest.fixture
def crisis(state, other_state, host, officer, noon):
    """An earthquake that two States and the host authority work on."""
    return caseload.open_crisis(
        facts=caseload.CrisisFacts(
            name="Earthquake",
            kind=CrisisKind.EARTHQUAKE,
            countries=["NPL"],
            time_zone="Asia/Kathmandu",
        ),
        lead=state,
        participants=[other_state, host],
        by=officer,
        at=noon,
    )


def pytest_terminal_summary(terminalreporter):
    """Say in the last lines, loudly, what was skipped and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    reasons = {}
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons.setdefault(reason.removeprefix("Skipped: "), []).append(report.nodeid)
    terminalreporter.section("NOT TRIED", sep="!", red=True, bold=True)
    for reason, tests in sorted(reasons.items()):
        terminalreporter.line(f"{len(tests)} skipped: {reason}", red=True)
