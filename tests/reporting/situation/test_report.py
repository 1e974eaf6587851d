"""The situation report: of a moment, the same for ever."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from pypdf import PdfReader

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people.models import ContactPoint
from sojourn.reporting.situation import views
from sojourn.response.outreach.models import Message
from sojourn.response.referral.models import Referral, ReferralStep, Service
from sojourn.response.triage.models import Need, Report


@pytest.fixture(autouse=True)
def at(monkeypatch, noon):
    monkeypatch.setattr(views, "now", lambda: noon + timedelta(hours=2))


@pytest.fixture
def ask(client, officer, numbered):
    """A function that asks for the report as the duty officer."""

    def _ask(name="report", user=officer, **query):
        client.force_login(user)
        return client.get(reverse(f"situation:{name}", args=[numbered.pk]), query)

    return _ask


def _headline(answer):
    return {row.code: row.numbers[0] for row in answer.context["report"].headline}


def test_the_internal_edition_has_the_numbers_of_the_board(ask):
    numbers = _headline(ask(edition="internal"))

    assert (numbers["unaccounted"], numbers["in_need"], numbers["safe"]) == (9, 2, 4)


def test_a_past_moment_is_shown_as_it_was(ask, noon):
    numbers = _headline(ask(edition="internal", as_of="2026-03-01T17:46"))

    assert (numbers["unaccounted"], numbers["in_need"], numbers["safe"]) == (15, 0, 0)


def test_before_the_crisis_nothing_was_known(ask):
    answer = ask(edition="internal", as_of="2026-03-01T10:00")

    assert "Nothing was known at that moment" in answer.content.decode()


def test_the_edition_to_share_is_the_one_unless_asked_and_hides_the_few(ask):
    numbers = _headline(ask())

    assert (numbers["unaccounted"], numbers["in_need"], numbers["safe"]) == (None, None, None)
    assert numbers["exposed"] == 15


def test_the_host_authority_cannot_have_the_internal_edition(ask, host_officer):
    assert ask(user=host_officer).status_code == 200
    assert ask(user=host_officer, edition="internal").status_code == 422
    assert ask("table", user=host_officer, edition="internal").status_code == 422


def test_the_host_authority_gets_numbers_of_full_hours_only(ask, host_officer, officer):
    moment = {"as_of": "2026-03-01T13:37:21+00:00", "edition": "shared"}

    assert b"2026-03-01T13:00:00" in ask("table", user=host_officer, **moment).content
    assert b"2026-03-01T13:37:21" in ask("table", user=officer, **moment).content


def test_a_moment_to_come_is_refused_in_words(ask):
    answer = ask(as_of="2031-01-01T00:00")

    assert answer.status_code == 422
    assert "That moment has not come yet." in answer.content.decode()


@pytest.mark.parametrize("name", ["pdf", "table"])
def test_the_same_moment_gives_the_same_bytes_whatever_happens_later(ask, hear, numbered, name):
    moment = {"as_of": "2026-03-01T12:30:00+00:00", "edition": "internal"}
    before = ask(name, **moment).content
    hear(numbered.cases.filter(standing=Standing.UNACCOUNTED), Standing.IN_NEED, minutes=60)

    assert ask(name, **moment).content == before
    later = {"as_of": "2026-03-01T13:30:00+00:00", "edition": "internal"}
    assert ask(name, **later).content != before


def test_the_paper_says_what_the_page_says(ask):
    answer = ask("pdf", edition="internal")

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Situation report: Earthquake" in text
    assert "Gorkha" in text
    assert "What is not known" in text
    assert "EXERCISE" not in text
    assert answer["Content-Disposition"].endswith('-internal.pdf"')


def test_the_table_says_what_the_page_says(ask):
    answer = ask("table", edition="internal")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    [unaccounted] = [
        row["People"]
        for row in rows
        if row["Area"] == "Gorkha" and row["Indicator"] == "unaccounted"
    ]
    assert unaccounted == "6"


def test_what_is_not_known_is_said_with_its_age(ask):
    said = ask(edition="internal").context["report"].unknown

    assert "Unaccounted for, without a known time of the last position: 9" in said


def test_a_position_is_as_old_as_it_was_at_the_moment(ask, numbered, noon):
    for case, days in zip(
        numbered.cases.filter(standing=Standing.UNACCOUNTED), (0.5, 3, 20, 200, 900), strict=False
    ):
        case.position_observed_at = noon - timedelta(days=days)
        case.save()

    said = ask(edition="internal").context["report"].unknown

    assert [sentence.rpartition(": ")[2] for sentence in said[:6]] == ["1", "1", "1", "1", "1", "4"]
    assert "within a week" in said[1]


def test_who_takes_a_report_along_is_recorded(ask, officer):
    ask("table", edition="internal")

    event = AuditEvent.objects.filter(what="report.taken").get()
    assert event.by == officer.audit_key


def test_a_report_of_others_is_not_there(ask, caseworker, administrator):
    assert ask(user=caseworker).status_code == 404
    assert ask(user=administrator).status_code == 403


@pytest.fixture
def needs(numbered, officer, noon):
    """A medical need that is met after half an hour, and someone who fears return."""
    cases = list(numbered.cases.order_by("pk")[:2])
    for case, kind, met_at in (
        (cases[0], "medical", noon + timedelta(minutes=40)),
        (cases[1], "asylum", None),
    ):
        report = Report.objects.create(
            case=case, source="call", said_by=officer.audit_key, said_at=noon, digest=case.pk.bytes
        )
        Need.objects.create(
            case=case, report=report, kind=kind, severity="life", said_at=noon, met_at=met_at
        )


def _section(answer, topic):
    [section] = [one for one in answer.context["report"].sections if one.topic == topic]
    return {row.code: row.numbers for row in section.rows}


def test_needs_are_open_or_met_as_they_were_at_the_moment(ask, needs):
    early = _section(ask(edition="internal", as_of="2026-03-01T18:00"), "need")
    late = _section(ask(edition="internal", as_of="2026-03-01T18:30"), "need")

    assert early["medical"] == (1, 1, 0)
    assert late["medical"] == (0, 0, 1)


def test_fear_of_return_is_in_no_edition_to_share(ask, needs):
    assert "asylum" in _section(ask(edition="internal"), "need")
    assert "asylum" not in _section(ask(), "need")
    assert "asylum" not in ask("table").content.decode()


def test_referrals_stand_as_they_stood(ask, numbered, state, officer, noon):
    service = Service.objects.create(
        name="Clinic", provider="Helping Hands", kept_by=state, changed_at=noon, area="Gorkha"
    )
    referral = Referral.objects.create(
        case=numbered.cases.first(),
        service=service,
        from_organisation=state,
        state="accepted",
        consent="spoken",
        summary_sealed=b"",
        offered_by=officer,
        offered_at=noon,
        changed_at=noon,
    )
    for minutes, step in ((1, "sent"), (50, "accepted")):
        ReferralStep.objects.create(
            referral=referral, state=step, at=noon + timedelta(minutes=minutes), by="user:x"
        )

    early = _section(ask(edition="internal", as_of="2026-03-01T18:00"), "service")
    late = _section(ask(edition="internal"), "service")

    assert early == {"Helping Hands, Clinic, Gorkha": (0, 0, 1, 0, 0, 0)}
    assert late == {"Helping Hands, Clinic, Gorkha": (0, 0, 0, 1, 0, 0)}


def test_messages_are_counted_as_far_as_they_had_come(ask, numbered, state, noon):
    person = numbered.cases.first().person
    point = ContactPoint.objects.create(
        person=person, channel="sms", address="+639171234567", added_at=noon
    )
    for number, delivered in ((1, noon + timedelta(minutes=2)), (2, None)):
        Message.objects.create(
            key=UUID(int=number),
            organisation=state,
            person=person,
            contact_point=point,
            crisis=numbered,
            reason="campaign",
            reason_id=UUID(int=9),
            channel="sms",
            message_class="alert",
            urgency=1,
            sealed=b"",
            is_exercise=False,
            queued_at=noon,
            state="delivered" if delivered else "sent",
            sent_at=noon + timedelta(minutes=1),
            delivered_at=delivered,
        )

    at_once = _section(ask(edition="internal", as_of="2026-03-01T17:45"), "channel")
    later = _section(ask(edition="internal", as_of="2026-03-01T17:50"), "channel")

    assert at_once == {"sms": (2, 0, 0)}
    assert later == {"sms": (2, 2, 1)}
