"""The people act: each hears once, answers when due, by the way they chose, and an answer is given once."""

from datetime import timedelta

import pytest

from sojourn.procedures.exercise import operations, rules
from sojourn.procedures.exercise.models import PlannedAnswer, StandIn
from sojourn.procedures.exercise.operations.acting import answer, hear
from sojourn.procedures.exercise.phones import AT_ONCE, Arrived, CannotReach
from sojourn.response.outreach.models import Message


class HandPhones:
    """Phones in the hand of a test."""

    def __init__(self):
        self.inbox, self.said, self.pages, self.has_network = [], [], [], True

    def arrived(self, *, after):
        return [one for one in self.inbox if one.seq > after][:AT_ONCE]

    def say(self, said):
        self.said.extend(said)

    def say_on_page(self, link, *, needs):
        if not self.has_network:
            raise CannotReach
        self.pages.append((link, list(needs)))

    def switch_off(self, numbers):
        self.dead = list(numbers)

    def clear(self):
        self.inbox.clear()


@pytest.fixture
def exercise(officer, noon):
    return operations.start_exercise(
        scenario="kathmandu", people=120, seed=2, speed=0, by=officer, at=noon
    )


@pytest.fixture
def phones(exercise):
    phones = HandPhones()
    messages = Message.objects.filter(crisis=exercise.crisis).select_related("contact_point")
    for seq, message in enumerate(messages.order_by("id"), 1):
        text = f"Are you safe? http://localhost/p/token{seq}/ 1 safe 2 help"
        phone = message.contact_point.address
        phones.inbox.append(Arrived(seq, str(message.key), "line", phone, text))
    return phones


@pytest.fixture
def start(exercise, noon):
    return exercise.crisis.clock.at(noon)


def test_everybody_written_to_hears_once_and_plans_their_answers(exercise, phones, start):
    heard = hear(exercise=exercise, phones=phones, at=start)

    assert heard == len(phones.inbox)
    assert hear(exercise=exercise, phones=phones, at=start) == 0
    alive = StandIn.objects.filter(heard_at=start)
    assert alive.count() == heard
    assert PlannedAnswer.objects.count() > heard / 2


def test_nobody_answers_before_their_moment_and_everybody_does_after(exercise, phones, start):
    hear(exercise=exercise, phones=phones, at=start)
    planned = PlannedAnswer.objects.count()

    assert answer(exercise=exercise, phones=phones, at=start) == 0
    early = answer(exercise=exercise, phones=phones, at=start + timedelta(minutes=20))
    late = answer(exercise=exercise, phones=phones, at=start + timedelta(days=3))

    assert 0 < early < planned
    assert early + late == planned == len(phones.said) + len(phones.pages)
    assert len({one.id for one in phones.said}) == len(phones.said)


def test_an_answer_on_a_page_that_cannot_be_opened_is_given_later(exercise, phones, start):
    hear(exercise=exercise, phones=phones, at=start)
    by_link = PlannedAnswer.objects.filter(way="link").count()
    assert by_link
    later = start + timedelta(days=3)
    phones.has_network = False
    answer(exercise=exercise, phones=phones, at=later)
    assert not phones.pages

    phones.has_network = True
    answer(exercise=exercise, phones=phones, at=later)
    assert len(phones.pages) == by_link
    assert all("/p/token" in link for link, _ in phones.pages)


def test_a_stranger_number_is_on_no_list_and_a_dead_phone_says_nothing():
    assert rules.stranger_of("+12025550107") == "+12025550199"
    assert rules.stranger_of("someone@migrants.example") == rules.STRANGER
    assert not rules.is_dead_address("someone@migrants.example")


def test_the_clock_at_rest_lets_nobody_act(exercise, noon):
    assert operations.play(at=noon + timedelta(hours=1)) == operations.Turn()


def test_phones_are_handed_out_afresh_with_the_dead_ones_off():
    phones = HandPhones()
    operations.hand_out_phones(phones, people=2_000)

    assert 40 < len(phones.dead) < 90
    assert all(rules.is_dead(number) for number in phones.dead)
