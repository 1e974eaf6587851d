"""Lists of services: what goes out comes in again, and every problem is located."""

from dataclasses import replace
from datetime import date

import pytest

from sojourn.exchange import hsds
from sojourn.exchange.reading import Unreadable

CLINIC = hsds.ServiceRow(
    line=2,
    name="Клиника, ночью",
    organization="Helping Hands",
    kinds=("medical", "child"),
    status="full",
    description='Open "always"',
    country="NPL",
    area="Kathmandu",
    address="1 Main Road",
    languages=("ne", "zh-Hant"),
    capacity=0,
    eligibility="Anybody",
    required_documents="none",
    schedule="FREQ=DAILY",
    phone="+97714000000",
    assured_date=date(2026, 3, 1),
)


def test_a_list_comes_in_as_it_went_out():
    reading = hsds.read_services(hsds.write_services([CLINIC]))
    assert reading.rows == (CLINIC,)
    assert reading.problems == ()


def test_a_secret_place_does_not_go_out():
    secret = replace(CLINIC, is_confidential=True)
    content = hsds.write_services([secret])
    assert b"Main Road" not in content
    assert hsds.read_services(content).rows == (replace(secret, address=""),)


@pytest.mark.parametrize(
    ("cells", "column", "is_kept"),
    [
        ("name,organization\n,Sisters\n", "name", False),
        ("name,organization\nShelter,\n", "organization", False),
        ("name,organization,kinds\nShelter,Sisters,gold\n", "kinds", True),
        ("name,organization,status\nShelter,Sisters,maybe\n", "status", True),
        ("name,organization,capacity\nShelter,Sisters,many\n", "capacity", True),
        ("name,organization,assured_date\nShelter,Sisters,1/3/26\n", "assured_date", True),
        ("name,organization,is_confidential\nShelter,Sisters,perhaps\n", "is_confidential", True),
    ],
)
def test_a_problem_says_where_it_is(cells, column, is_kept):
    reading = hsds.read_services(cells.encode())
    assert [(problem.line, problem.column) for problem in reading.problems] == [(2, column)]
    assert bool(reading.rows) == is_kept


def test_a_place_that_may_be_secret_is_taken_as_secret():
    reading = hsds.read_services(b"name,organization,is_confidential\nShelter,Sisters,perhaps\n")
    assert reading.rows[0].is_confidential


def test_a_column_that_is_not_known_is_named():
    reading = hsds.read_services(b"name,organization,colour\nShelter,Sisters,red\n")
    assert [(problem.line, problem.column) for problem in reading.problems] == [(1, "colour")]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"%PDF-1.4"])
def test_what_is_no_list_of_services_is_refused(content):
    with pytest.raises(Unreadable):
        hsds.read_services(content)
