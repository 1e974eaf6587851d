"""The made-up people: the same for the same seed, of many kinds, and reachable by numbers of nobody."""

from collections import Counter
from datetime import timedelta

import phonenumbers
import pytest

from sojourn.foundation.people.terms import Occupation
from sojourn.procedures.exercise.behaviour.conduct import People
from sojourn.procedures.exercise.behaviour.shape import Means, Way
from sojourn.procedures.exercise.cultures.read import culture, phrases
from sojourn.procedures.exercise.population.households import (
    part_of_population,
    parts_of,
    population,
)
from sojourn.procedures.exercise.population.phones import numbers
from sojourn.procedures.exercise.scenarios.files import scenario, scenario_keys
from sojourn.response.triage.terms import NeedKind


@pytest.fixture(scope="module")
def households():
    return list(population(scenario("kathmandu"), people=5_000, seed=1))


@pytest.fixture(scope="module")
def people(households):
    return [one for household in households for one in household.people]


def plain(made):
    return [
        (one.name, one.birth_year, one.phones, one.emails, one.document, one.sightings)
        for household in made
        for one in household.people
    ]


@pytest.mark.parametrize("key", scenario_keys())
def test_the_same_seed_makes_the_same_people_and_another_seed_others(key):
    facts = scenario(key)
    once, again, other = (plain(population(facts, people=400, seed=seed)) for seed in (7, 7, 8))

    assert once == again
    assert once != other


def test_each_part_can_be_made_alone():
    facts = scenario("kathmandu")
    whole = plain(population(facts, people=1_000, seed=7))
    parts = [
        plain(part_of_population(facts, people=1_000, seed=7, part=part)) for part in (2, 0, 1)
    ]

    assert parts_of(1_000) == 3
    assert parts[1] + parts[2] + parts[0] == whole
    assert [len(part) for part in parts] == [200, 400, 400]


def test_parts_share_no_telephone_and_no_address(people):
    held = [
        {way for one in people[start : start + 400] for way in (*one.phones, *one.emails)}
        for start in range(0, len(people), 400)
    ]

    assert sum(map(len, held)) == len(set().union(*held))


def test_five_thousand_people_live_in_about_two_thousand_households(households, people):
    assert len(people) == 5_000
    assert 1_700 <= len(households) <= 2_300


def test_all_ways_of_living_abroad_occur(households, people):
    kinds = Counter(household.kind for household in households)

    assert min(kinds.values()) > 50
    assert {one.occupation for one in people} >= set(Occupation) - {Occupation.UNKNOWN}
    alone = [household for household in households if household.kind == "domestic"]
    assert all(len(household.people) == 1 for household in alone)
    assert any(len({one.nationality for one in house.people}) > 1 for house in households)


def test_some_have_no_papers_no_phone_or_share_one(people):
    held = Counter(phone for one in people for phone in one.phones)

    assert 400 < sum(not one.document for one in people) < 1_500
    assert sum(not one.phones and not one.emails for one in people) > 200
    assert max(held.values()) > 5


def test_every_number_is_well_formed_and_set_aside_for_fiction(people):
    for phone in {phone for one in people for phone in one.phones}:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone))
        assert phone.startswith("+1")
        assert phone[5:10] == "55501"


def test_numbers_are_given_out_once():
    given = [number for number, _ in zip(numbers(), range(30_000), strict=False)]

    assert len(set(given)) == 30_000


def test_whereabouts_are_of_every_age_and_accuracy(people):
    newest = [one.sightings[-1] for one in people if one.sightings]
    ages = sorted(seen.age for seen in newest)

    assert ages[0] < timedelta(minutes=30)
    assert ages[-1] > timedelta(days=600)
    assert {seen.accuracy_km for seen in newest} >= {0.05, 3.0, 60.0, 250.0}
    assert 150 < sum(not one.sightings for one in people) < 400
    assert 100 < sum(seen.country != "NPL" for seen in newest) < 400
    assert all(seen.age > timedelta(0) for seen in newest)


def test_children_have_no_phone_of_their_own(people):
    assert not [one for one in people if one.birth_year > 2001 and one.emails]


@pytest.mark.parametrize("key", {c for k in scenario_keys() for c in scenario(k).cultures.values()})
def test_each_culture_has_forty_given_and_forty_family_names(key):
    facts = culture(key)

    assert len({name.own for names in facts.given.values() for name in names}) >= 40
    assert len({name.own for name in facts.family}) == 40
    assert all(name.latin.isascii() for name in facts.family) or facts.language in (
        "vi", "fr", "es", "zh",
    )  # fmt: skip


def test_names_are_in_their_own_script_with_a_latin_form(people):
    bengali = next(one for one in people if one.nationality == "BGD")
    chinese = next(one for one in people if one.nationality == "CHN")

    assert all("\u0980" <= sign <= "\u09ff" for sign in bengali.name.replace(" ", ""))
    assert bengali.latin.isascii()
    assert " " not in chinese.name
    assert " " in chinese.latin


@pytest.mark.parametrize(
    "language", ["en", "hi", "bn", "ne", "fil", "zh", "am", "uk", "vi", "ar", "fr", "es"]
)
def test_each_language_has_words_for_being_safe_and_for_each_need(language):
    meaning = phrases(language).meaning

    needs = set(meaning) - {"safe", "family"}
    assert len(meaning["safe"]) >= 5
    assert needs <= {kind.value for kind in NeedKind}
    assert len(needs) == 8


def test_people_answer_in_every_way_or_never(households):
    people = People(scenario("kathmandu"), seed=1)
    conduct = [one for household in households for one in people.of(household)]
    answers = [answer for one in conduct for answer in one.answers]

    assert {answer.way for answer in answers} == set(Way)
    assert {answer.means for answer in answers} == set(Means)
    assert 0.25 < sum(not one.answers for one in conduct) / len(conduct) < 0.6
    assert any(len(one.answers) > 1 for one in conduct)
    assert max(answer.after_min for answer in answers) > 12 * 60
    assert all(answer.after_min > 0 for answer in answers)


def test_need_grows_with_the_band(households):
    facts = scenario("kathmandu")
    people = People(facts, seed=1)
    worst, outside = [0, 0], [0, 0]
    for household in households:
        conduct = people.of(household)
        band = people._band_of(household.people[0])
        if band in (0, 4):
            tally = worst if band else outside
            tally[0] += sum(not one.is_safe for one in conduct)
            tally[1] += len(conduct)

    assert worst[0] / worst[1] > 10 * outside[0] / outside[1]
