"""Places told in words: found in every script of the project, and never decided where there are several."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.exchange.place_names import plain_place
from sojourn.exchange.places import km_of_a_town, places_in

NEPAL = ["NPL"]
FOUND = [
    ("near the bus park in Pokhara", NEPAL, "Pokhara", (28.27, 83.97)),
    ("NEAR THE BUS PARK IN POKHARA", NEPAL, "Pokhara", (28.27, 83.97)),
    ("पोखरामा बसपार्क नजिक", NEPAL, "Pokhara", (28.27, 83.97)),
    ("पोखरा", NEPAL, "Pokhara", (28.27, 83.97)),
    ("Baneshwor, Kathmandu", NEPAL, "Kathmandu", (27.70, 85.32)),
    ("في بيروت", ["LBN"], "Beirut", (33.89, 35.50)),
    ("طرابلس", ["LBN"], "Tripoli", (34.43, 35.84)),
    ("በአዲስ አበባ", ["ETH"], "Addis Ababa", (9.03, 38.75)),
    ("ঢাকায়", ["BGD"], "Dhaka", (23.71, 90.41)),
    ("दोहा कतार", [], "Doha", (25.29, 51.53)),
    ("Hà Nội", ["VNM"], "Hanoi", (21.02, 105.84)),
    ("ha noi", ["VNM"], "Hanoi", (21.02, 105.84)),
    ("Київ", ["UKR"], "Kyiv", (50.45, 30.52)),
    ("Cebu City", ["PHL"], "Cebu City", (10.32, 123.89)),
    ("Springfield, Illinois", [], "Springfield", (39.80, -89.64)),
]


@pytest.mark.parametrize(("words", "countries", "name", "point"), FOUND)
def test_a_place_that_words_can_mean_alone_is_found(words, countries, name, point):
    place = places_in(words, countries=countries).place

    assert place.name == name
    assert (place.latitude, place.longitude) == pytest.approx(point, abs=0.02)


@pytest.mark.parametrize(
    ("words", "countries"),
    [
        ("San Jose", []),
        ("San Jose, Costa Rica", []),
        ("بوخارا", []),
        ("Lalitpur Kathmandu", NEPAL),
        ("from Birgunj to Kathmandu", NEPAL),
    ],
)
def test_words_that_can_mean_several_places_offer_them_and_take_none(words, countries):
    found = places_in(words, countries=countries)

    assert found.place is None
    assert len(found.candidates) > 1


def test_places_of_one_name_are_told_apart_by_the_part_of_the_country():
    found = places_in("Springfield", countries=["USA"])

    assert ("Springfield", "Illinois") in {(one.name, one.region) for one in found.candidates}


def test_a_place_elsewhere_than_the_person_is_thought_to_be_is_offered_and_not_taken():
    found = places_in("Paris", countries=NEPAL)

    assert found.place is None
    assert {one.country for one in found.candidates} >= {"FRA"}
    assert places_in("Paris, France", countries=NEPAL).place.country == "FRA"


@pytest.mark.parametrize(
    "words",
    [
        "",
        " , ; ",
        "behind the blue house",
        "I am at the hospital",
        "Nepal",
        "हामी घरमा छौं",
        "في البيت",
        "12345",
        "27.7, 85.3",
        "x" * 100_000,
    ],
)
def test_words_without_a_place_offer_nothing(words):
    assert places_in(words, countries=NEPAL).candidates == ()


def test_a_part_of_a_country_is_as_wide_as_its_area():
    place = places_in("Bagmati", countries=NEPAL).place

    assert place.country == "NPL"
    assert 30 < place.accuracy_km < 80  # Bagmati: about 9,400 km2 as these outlines have it


def test_near_a_town_is_twice_as_wide_as_in_it():
    inside, near = (
        places_in(words, countries=NEPAL).place for words in ("Pokhara", "near Pokhara")
    )

    assert near.accuracy_km == 2 * inside.accuracy_km


@given(st.integers(min_value=0, max_value=40_000_000))
def test_a_town_is_wider_the_more_people_it_has_and_never_a_point(people):
    km = km_of_a_town(people)

    assert 3 <= km <= 25
    assert km <= km_of_a_town(people + 1_000_000)
    if 3 < km < 25:
        assert math.pi * km**2 * 4_000 == pytest.approx(people, rel=0.9)


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.sampled_from(["NPL", "LBN", "ETH"]), max_size=2))
def test_any_words_give_an_answer_and_a_place_taken_is_the_only_candidate(words, countries):
    found = places_in(words, countries=countries)

    if found.place is not None:
        assert found.candidates == (found.place,)
        assert not countries or found.place.country


@pytest.mark.parametrize(
    ("left", "right"),
    [("بيروت", "بَيْرُوت"), ("إربد", "اربد"), ("القاهرة", "القاهره"), ("Hà Nội", "HA NOI")],
)
def test_spellings_that_hands_write_differently_are_compared_alike(left, right):
    assert plain_place(left) == plain_place(right)
