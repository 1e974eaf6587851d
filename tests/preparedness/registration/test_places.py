"""Places told in words: a guess that is seen to be one, several that a person chooses from, words that are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Whereabouts
from sojourn.foundation.people.queries import last_known_location
from sojourn.foundation.people.terms import Source
from sojourn.preparedness.registration import operations, queries
from sojourn.preparedness.registration.models import PlaceTold
from sojourn.preparedness.registration.queries import RegisterFilter
from sojourn.preparedness.registration.rules import is_better_known
from sojourn.preparedness.registration.terms import PlaceState

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def person(register):
    return register("Sita Rai")


@pytest.fixture
def tell(person, officer, noon):
    def _tell(words, *, told_at=noon, countries=("NPL",)):
        told = operations.Told(
            words=words, source=Source.SELF, told_at=told_at, countries=countries
        )
        return operations.tell_place(person=person, told=told, by=person, at=noon)

    return _tell


@pytest.fixture
def seen_at(person, officer, noon):
    def _seen_at(latitude, longitude, *, km=0.1, hours_before=1.0):
        return people.report_whereabouts(
            person=person,
            position=people.Position(
                latitude=latitude,
                longitude=longitude,
                accuracy_km=km,
                observed_at=noon - timedelta(hours=hours_before),
                source=Source.SELF,
            ),
            by=officer,
            at=noon,
        )

    return _seen_at


def test_words_that_mean_one_place_give_a_position_that_says_it_is_a_guess(tell, person, noon):
    told = tell("near the bus park in Pokhara")

    claim = last_known_location(person)
    assert (told.state, told.whereabouts) == (PlaceState.GUESSED, claim)
    assert claim.source == Source.WORDS
    assert (claim.accuracy_km, claim.country, claim.observed_at) == (7.0, "NPL", noon)
    assert claim.place == "near the bus park in Pokhara"
    assert claim.exact_sealed is None
    assert AuditEvent.objects.get(what="place.told").person_id == person.pk


@pytest.mark.parametrize(
    ("words", "kept_as", "is_offered"),
    [
        ("Lalitpur Kathmandu", PlaceState.SEVERAL, True),
        ("Paris", PlaceState.SEVERAL, True),
        ("behind the blue house", PlaceState.UNPLACED, False),
    ],
)
def test_words_that_mean_several_places_or_none_are_kept_and_never_guessed(
    tell, words, kept_as, is_offered
):
    told = tell(words)

    assert (told.words, told.state, bool(told.candidates)) == (words, kept_as, is_offered)
    assert not Whereabouts.objects.exists()


def test_words_do_not_blur_an_exact_place_of_the_same_day(tell, seen_at, person):
    exact = seen_at(27.71, 85.32)

    told = tell("Kathmandu")

    assert told.state == PlaceState.KNOWN
    assert last_known_location(person) == exact


def test_words_move_a_person_who_was_somewhere_else(tell, seen_at, person):
    seen_at(27.71, 85.32)

    tell("Pokhara")

    assert last_known_location(person).source == Source.WORDS


def test_words_of_no_known_day_never_outdo_a_place_of_a_known_one(tell, seen_at, person):
    exact = seen_at(27.71, 85.32, hours_before=2_000)

    assert tell("Pokhara", told_at=None).state == PlaceState.KNOWN
    assert last_known_location(person) == exact


BETTER = [
    # seen hours before, apart_km, known_km, guess_km, better
    (1, 2, 0.1, 10, True),
    (24, 10, 9, 10, True),
    (25, 2, 0.1, 10, False),
    (1, 11, 0.1, 10, False),
    (1, 2, 10, 10, False),
]


@pytest.mark.parametrize(("hours", "apart_km", "known_km", "guess_km", "better"), BETTER)
def test_when_a_known_place_is_better_than_a_guess(hours, apart_km, known_km, guess_km, better):
    assert better == is_better_known(
        seen_at=DAY - timedelta(hours=hours),
        told_at=DAY,
        apart_km=apart_km,
        known_km=known_km,
        guess_km=guess_km,
    )


def test_an_officer_chooses_among_several_and_may_choose_again(tell, person, officer, noon):
    told = tell("Lalitpur Kathmandu")
    names = [name for name, *_rest in told.candidates]

    for name in ("Kathmandu", names[0]):
        settled = operations.settle_place(
            place=told, choice=names.index(name), by=officer, at=noon + timedelta(minutes=1)
        )
        noon += timedelta(minutes=1)

    assert settled.state == PlaceState.PLACED
    assert settled.settled_by == officer
    assert last_known_location(person) == settled.whereabouts
    with pytest.raises(operations.CannotSettle):
        operations.settle_place(place=told, choice=9, by=officer, at=noon)


def test_a_wrong_guess_is_taken_away_and_the_place_before_counts_again(
    tell, seen_at, person, officer, noon
):
    before = seen_at(26.45, 87.27, km=2)
    told = tell("Pokhara")

    for _ in range(2):
        told = operations.settle_place(place=told, choice=None, by=officer, at=noon)

    claim = last_known_location(person)
    assert told.state == PlaceState.UNPLACED
    assert not person.whereabouts.filter(source=Source.WORDS).exists()
    assert (claim.key, claim.observed_at) == (before.key, before.observed_at)
    assert claim.pk > before.pk  # reported anew, so that whoever keeps positions hears of it


LIST = """Name,City,Country
Ram Thapa,Pokhara,Nepal
Sita Rai,"Baneshwor, Kathmandu",Nepal
Hari Rai,San Jose,
Gita Rai,behind the school,Nepal
Mina Rai,,Nepal
"""


def test_the_places_of_a_list_are_placed_by_their_words_and_the_rest_is_counted(
    state, officer, noon
):
    record = operations.bring_list(
        content=LIST.encode(),
        filename="staff.csv",
        source="ACME",
        organisation=state,
        by=officer,
        at=noon,
    ).record
    operations.confirm_import(record=record, by=officer, at=noon)
    operations.add_next(record=record, by=officer, at=noon)

    counted = {one.state: one.count for one in queries.places_by_state(record.places_told.all())}
    assert counted == {PlaceState.GUESSED: 2, PlaceState.SEVERAL: 1, PlaceState.UNPLACED: 1}
    assert Whereabouts.objects.filter(source=Source.WORDS).count() == 2

    operations.undo_import(record=record, by=officer, at=noon)
    assert not PlaceTold.objects.exists()
    assert not Whereabouts.objects.exists()


@pytest.fixture
def duty(client, officer):
    client.force_login(officer)
    return client


def words_of(answer):
    return answer.content.decode()


def test_the_page_of_a_person_takes_a_place_in_words_and_shows_the_guess(duty, person):
    address = reverse("registration:add_place", args=[person.pk])

    duty.post(address, {"place": "in Pokhara"})

    page = words_of(duty.get(reverse("registration:person", args=[person.pk])))
    assert "A place in words, guessed" in page
    assert "Placed as a guess" in page
    assert "± 7 km" in page
    told = person.places_told.get()
    duty.post(reverse("registration:settle_place", args=[person.pk, told.pk]), {"choice": "none"})
    told.refresh_from_db()
    assert told.state == PlaceState.UNPLACED


def test_several_places_are_offered_on_the_page_and_one_is_chosen(duty, person):
    duty.post(reverse("registration:add_place", args=[person.pk]), {"place": "San Jose"})
    told = person.places_told.get()
    page = words_of(duty.get(reverse("registration:person", args=[person.pk])))
    assert "San Jose, California" in page
    assert "San José, San José" in page

    duty.post(reverse("registration:settle_place", args=[person.pk, told.pk]), {"choice": "0"})

    assert last_known_location(person).place == "San Jose"


@pytest.mark.parametrize("data", [{}, {"latitude": "27.7"}])
def test_neither_words_nor_a_whole_point_is_no_place(duty, person, data):
    duty.post(reverse("registration:add_place", args=[person.pk]), data)

    assert not person.whereabouts.exists()
    assert not person.places_told.exists()


def test_the_register_is_narrowed_to_those_who_are_not_placed(tell, person, register, officer):
    from sojourn.foundation.access.viewer import viewer_of

    register("Somebody Else")
    tell("behind the blue house")
    viewer = viewer_of(officer, at=now())

    found = queries.register(viewer=viewer, narrowed=RegisterFilter(place="unplaced"))

    assert list(found) == [person]
