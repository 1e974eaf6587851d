"""Whatever page names a person notes who looked; lists note each person once an hour, files a digest."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.test import Client

from sojourn.foundation.access.pages import audience_of
from sojourn.foundation.audit import operations
from sojourn.foundation.audit.models import AuditEvent, Listed
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.models import Person
from tests.records import everything
from tests.test_url_matrix import STAFF

NAMES = ("محمد عبد الرحمن", "Fatima Hassan")


def noted(person):
    """How many looks at one person are on record."""
    return (
        AuditEvent.objects.filter(person_id=person.pk, is_read=True).count()
        + Listed.objects.filter(person_id=person.pk).count()
    )


def test_no_page_of_staff_names_a_person_without_noting_the_look(request, db, officer, caseworker):
    known = everything(request)
    named = {name: Person.objects.get(pk=known["person_id"]) for name in NAMES[:1]}
    named[NAMES[1]] = Person.objects.exclude(pk=known["person_id"]).get(
        household=named[NAMES[0]].household, responsible=named[NAMES[0]].responsible
    )
    browsers = {
        Role.DUTY_OFFICER: officer,
        Role.PARTNER_CASEWORKER: caseworker,
    }
    showed, silent = set(), []
    for role, user in browsers.items():
        browser = Client()
        browser.force_login(user)
        for address in STAFF:
            if role not in audience_of(address.view):
                continue
            Listed.objects.all().delete()
            before = {name: noted(person) for name, person in named.items()}
            answer = browser.get(address.url(known))
            body = b"".join(answer) if answer.streaming else answer.content
            for name, person in named.items():
                if answer.status_code < 300 and name in body.decode(errors="replace"):
                    showed.add(address.route)
                    is_file = "attachment" in answer.get("Content-Disposition", "")
                    if noted(person) == before[name] and not is_file:
                        silent.append((role.value, str(address), name))

    assert not silent
    assert {"register/<uuid:person_id>/", "triage/crises/<uuid:crisis_id>/"} <= showed


@pytest.mark.django_db
class TestLists:
    def test_a_list_is_one_event_with_its_people_under_the_seal(self, register, officer, noon):
        seen = [register(f"Person {number}").pk for number in range(3)]

        people.note_listed(people=seen, what="register.listed", by=officer, at=noon, why="locating")

        event = AuditEvent.objects.get(what="register.listed")
        assert event.is_read
        assert event.keys == {
            "why": "locating",
            "count": 3,
            "people": sorted(map(str, seen)),
        }
        assert event.listed.count() == 3

    def test_a_list_that_renews_itself_notes_only_who_is_new(self, register, officer, noon):
        first, second = register("First").pk, register("Second").pk
        note = lambda keys, at, by=officer: operations.record_list(  # noqa: E731
            what="queue.listed", people=keys, by=by, at=at, why="assistance"
        )

        assert note([first], noon).keys["count"] == 1
        assert note([first], noon + timedelta(minutes=59)) is None
        assert note([first, second], noon + timedelta(minutes=30)).keys["count"] == 1
        assert note([first], noon + timedelta(minutes=61)).keys["count"] == 1

    def test_each_reader_is_noted(self, register, officer, consul, noon):
        person = register().pk
        for by in (officer, consul):
            people.note_listed(
                people=[person], what="queue.listed", by=by, at=noon, why="assistance"
            )

        assert Listed.objects.filter(person_id=person).count() == 2

    def test_nobody_listed_is_no_event(self, officer, noon):
        people.note_listed(people=[], what="queue.listed", by=officer, at=noon, why="assistance")

        assert not AuditEvent.objects.filter(what="queue.listed").exists()

    def test_more_than_a_page_is_no_list(self, officer, noon):
        with pytest.raises(ValueError, match="no page"):
            operations.record_list(
                what="queue.listed",
                people=[uuid4() for _turn in range(101)],
                by=officer,
                at=noon,
                why="assistance",
            )

    def test_a_file_is_known_again_by_the_digest_of_its_people(self, officer, noon):
        keys = [uuid4() for _turn in range(300)]

        event = operations.record_export(
            what="register.exported", about=None, people=keys, by=officer, at=noon
        )

        digest = sha256(b"".join(key.bytes for key in sorted(keys))).hexdigest()
        assert event.keys == {"people": 300, "digest": digest}
