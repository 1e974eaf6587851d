"""From a reply in the inbox to a standing, the triage queue, or a person's eyes."""

import itertools
from datetime import timedelta
from random import Random

import pytest
from tests.response.outreach.conftest import TESTS

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.queries import drift
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import ContactPoint
from sojourn.foundation.people.terms import Channel
from sojourn.procedures.reply_to_triage import handle, read_replies
from sojourn.procedures.reply_to_triage.rules import Party, spoken_for
from sojourn.response.outreach.models import Conversation, Inbound, Message, Reply
from sojourn.response.outreach.operations import conversations
from sojourn.response.outreach.operations.outbox import content_of
from sojourn.response.outreach.replies import Meaning, Scope, read_reply
from sojourn.response.triage.models import Entry, Report

PHONE = "+9779800000001"


def standing_of(person):
    return Case.objects.get(person=person).standing


def test_a_safe_reply_makes_the_person_safe_and_is_thanked_for(exposed, says, noon):
    maria = exposed(languages=["fil"])
    says(PHONE, "ligtas po ako")

    assert read_replies(at=noon) == 1

    assert standing_of(maria) == Standing.SAFE
    assert Case.objects.get(person=maria).reached_at is not None
    (thanks,) = Message.objects.all()
    assert thanks.language == "fil"
    assert "Natanggap namin" in content_of(thanks).short


def test_a_reply_for_help_comes_into_the_queue_with_its_words(exposed, says, noon):
    maria = exposed()
    says(PHONE, "2 my leg is broken")

    read_replies(at=noon)

    assert standing_of(maria) == Standing.IN_NEED
    assert Entry.objects.filter(case__person=maria, closed_at__isnull=True).exists()
    assert Report.objects.get(case__person=maria).text_sealed


def test_words_that_nobody_can_read_by_table_wait_for_a_person(exposed, says, noon):
    maria = exposed()
    says(PHONE, "zorgle flim?")

    read_replies(at=noon)

    assert standing_of(maria) == Standing.UNACCOUNTED
    conversation = Conversation.objects.get(person=maria)
    assert conversation.waits_since == noon
    assert conversations.words_of(Inbound.objects.get()) == "zorgle flim?"


@pytest.mark.parametrize("order", list(itertools.permutations(["1", "2", "I am safe"])))
def test_help_stays_in_whatever_order_replies_arrive(exposed, says, noon, order):
    maria = exposed()
    for minute, text in enumerate(order):
        says(PHONE, text, at=noon + timedelta(minutes=minute))
        read_replies(at=noon + timedelta(minutes=minute))

    assert standing_of(maria) == Standing.IN_NEED


def test_help_and_safe_in_one_batch_are_help(exposed, says, noon):
    maria = exposed()
    says(PHONE, "1")
    says(PHONE, "2")

    read_replies(at=noon)

    assert standing_of(maria) == Standing.IN_NEED


def test_safe_after_help_asks_a_person_to_look(exposed, says, noon):
    maria = exposed()
    says(PHONE, "2")
    read_replies(at=noon)
    Conversation.objects.update(waits_since=None)
    says(PHONE, "1")
    read_replies(at=noon)

    assert standing_of(maria) == Standing.IN_NEED
    assert Conversation.objects.get(person=maria).waits_since is not None


def test_a_family_reply_accounts_for_the_household_it_counts(family, says, noon, crisis):
    members = family(PHONE, None, "+9779800000002")
    says(PHONE, "1 3")

    read_replies(at=noon)

    assert {standing_of(member) for member in members} == {Standing.SAFE}
    assert Reply.objects.get().spoke_for == 3
    assert drift(crisis) == {}


def test_a_count_that_does_not_fit_leaves_the_others_to_a_person(family, says, noon):
    members = family(PHONE, None, None, None)
    says(PHONE, "1 3")

    read_replies(at=noon)

    assert [standing_of(member) for member in members].count(Standing.SAFE) == 1
    assert Conversation.objects.get().waits_since is not None


def test_a_family_that_needs_help_comes_into_the_queue_whole(family, says, noon):
    members = family(PHONE, None)
    says(PHONE, "we all need help")

    read_replies(at=noon)

    assert {standing_of(member) for member in members} == {Standing.IN_NEED}
    assert Entry.objects.count() == 2


def test_the_family_is_not_made_safe_over_one_who_asked_for_help(family, says, noon):
    first, second = family(PHONE, "+9779800000002")
    says("+9779800000002", "2")
    read_replies(at=noon)
    says(PHONE, "we are all safe")
    read_replies(at=noon)

    assert standing_of(first) == Standing.SAFE
    assert standing_of(second) == Standing.IN_NEED
    assert Conversation.objects.get(person=first).waits_since is not None


def test_stop_is_obeyed_at_once_and_without_a_word(exposed, says, noon):
    maria = exposed()
    says(PHONE, "STOP")

    read_replies(at=noon)

    assert ContactPoint.objects.get(person=maria).stopped_at == noon
    assert not Message.objects.exists()
    assert standing_of(maria) == Standing.UNACCOUNTED


def test_start_takes_stop_back(exposed, says, noon):
    maria = exposed()
    says(PHONE, "STOP")
    read_replies(at=noon)
    says(PHONE, "START")
    read_replies(at=noon)

    assert ContactPoint.objects.get(person=maria).stopped_at is None


def test_the_same_message_brought_twice_counts_once(exposed, says, noon):
    exposed()
    says(PHONE, "2", key="same")
    says(PHONE, "2", key="same")

    assert read_replies(at=noon) == 1
    assert read_replies(at=noon) == 0
    assert Report.objects.count() == 1


def test_two_machines_that_answer_each_other_fall_silent(exposed, says, noon):
    exposed()
    for minute in range(5):
        says(PHONE, "I am away from my desk", at=noon + timedelta(minutes=minute))
        read_replies(at=noon + timedelta(minutes=minute))

    assert Message.objects.count() == 1


def test_a_second_reply_belongs_to_the_same_conversation(exposed, says, noon):
    exposed()
    says(PHONE, "hello?")
    read_replies(at=noon)
    says(PHONE, "hello??")
    read_replies(at=noon)

    assert Conversation.objects.count() == 1
    assert Reply.objects.count() == 2


def test_a_stranger_is_kept_for_staff_and_can_be_attached(exposed, says, noon, officer):
    maria = exposed(phone=None)
    says("+9779811111111", "2")
    assert read_replies(at=noon) == 0
    reply = Reply.objects.get()
    assert reply.conversation is None
    assert reply.unmatched_why

    conversations.attach(reply=reply, person=maria, by=officer, at=noon)
    read_replies(at=noon)

    assert standing_of(maria) == Standing.IN_NEED
    assert ContactPoint.objects.get(person=maria).address == "+9779811111111"
    with pytest.raises(conversations.CannotAttach):
        conversations.attach(reply=Reply.objects.get(), person=maria, by=officer, at=noon)


def test_a_telephone_of_two_households_is_nobodys_until_a_person_says(exposed, says, noon, officer):
    maria, jose = exposed("Maria"), exposed("Jose")
    says(PHONE, "1")

    read_replies(at=noon)

    assert {standing_of(maria), standing_of(jose)} == {Standing.UNACCOUNTED}
    conversations.attach(reply=Reply.objects.get(), person=jose, by=officer, at=noon)
    read_replies(at=noon)
    assert (standing_of(maria), standing_of(jose)) == (Standing.UNACCOUNTED, Standing.SAFE)


def test_another_organisations_person_with_the_same_number_is_not_touched(
    exposed, register, other_state, says, noon
):
    maria = exposed()
    foreign = register("Someone else", responsible=other_state)
    people.add_contact_point(person=foreign, channel=Channel.SMS, address=PHONE, by=TESTS, at=noon)
    says(PHONE, "STOP")
    read_replies(at=noon)

    assert ContactPoint.objects.get(person=maria).stopped_at
    assert ContactPoint.objects.get(person=foreign).stopped_at is None


def test_what_is_said_on_the_page_goes_the_same_way(exposed, noon):
    maria = exposed()
    assert handle(person=maria, meaning=Meaning.SAFE, at=noon) == 1
    assert standing_of(maria) == Standing.SAFE

    handle(person=maria, meaning=Meaning.SAFE, text="my son is trapped", at=noon)
    assert standing_of(maria) == Standing.IN_NEED
    assert {one.channel for one in Conversation.objects.all()} == {"web"}


def test_a_person_may_speak_for_the_household_on_the_page(family, noon):
    members = family(PHONE, None)
    handle(person=members[0], meaning=Meaning.SAFE, scope=Scope.HOUSEHOLD, at=noon)
    assert {standing_of(member) for member in members} == {Standing.SAFE}


def test_a_reply_of_an_exercise_is_told_in_the_time_of_the_exercise(
    exposed, says, noon, crisis, officer
):
    from sojourn.foundation.caseload.models import CaseStep, Crisis
    from sojourn.foundation.caseload.rules import Clock

    exposed()
    Crisis.objects.filter(pk=crisis.pk).update(is_exercise=True)
    crisis.refresh_from_db()
    then = noon - timedelta(days=4000)
    caseload.set_clock(
        crisis=crisis,
        clock=Clock(started_at=noon, shows_at=then, speed=0.0),
        by=officer,
        at=noon,
    )
    says(PHONE, "1")
    read_replies(at=noon)

    assert CaseStep.objects.get(what="safe_reply").at == then


def test_a_failure_leaves_everything_waiting(exposed, says, noon, monkeypatch):
    maria = exposed()
    says(PHONE, "1")

    def broken(**_):
        raise RuntimeError("power cut")

    monkeypatch.setattr(conversations, "thank", broken)
    with pytest.raises(RuntimeError):
        read_replies(at=noon)

    assert standing_of(maria) == Standing.UNACCOUNTED
    assert Inbound.objects.get().processed_at is None
    assert not Reply.objects.exists()


def test_only_people_with_a_case_are_counted():
    party = Party("a", [], ["a"])
    assert spoken_for(read_reply("all safe"), party).people == {"a"}


@pytest.mark.parametrize("seed", range(3))
def test_replies_replayed_and_shuffled_come_to_the_same(exposed, says, noon, crisis, seed):
    """Each telephone tells its story, each message comes one to four times, in any order and any batches."""
    dice = Random(seed)
    stories = {
        f"+97798000001{number:02}": dice.choices(["1", "2", "I am safe", "hello?"], k=3)
        for number in range(12)
    }
    people_of = {phone: exposed(phone, phone=phone) for phone in stories}
    brought = [
        (phone, text, f"{phone}-{turn}", noon + timedelta(minutes=turn))
        for phone, texts in stories.items()
        for turn, text in enumerate(texts)
        for _ in range(dice.randint(1, 4))
    ]
    dice.shuffle(brought)
    for phone, text, key, at in brought:
        says(phone, text, key=key, at=at)
        if dice.random() < 0.1:
            read_replies(at=noon + timedelta(hours=1))
    read_replies(at=noon + timedelta(hours=1))

    for phone, texts in stories.items():
        expected = Standing.IN_NEED if "2" in texts else Standing.SAFE
        if not {"1", "2", "I am safe"} & set(texts):
            expected = Standing.UNACCOUNTED
        assert standing_of(people_of[phone]) == expected, texts
    assert Reply.objects.count() == 3 * len(stories)
    asked = sum("2" in texts for texts in stories.values())
    assert asked <= Report.objects.count() <= sum(texts.count("2") for texts in stories.values())
    assert drift(crisis) == {}
