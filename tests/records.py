"""One record of everything the site shows, made by the deeds themselves, for tests that walk all pages."""

from datetime import timedelta
from uuid import uuid4

from django.utils.timezone import now

from sojourn.foundation.access import operations as access
from sojourn.foundation.access.terms import NoticeKind, Purpose
from sojourn.foundation.accounts import factors as second_factors
from sojourn.foundation.accounts import operations as accounts
from sojourn.foundation.accounts.session_store import SessionStore
from sojourn.foundation.accounts.terms import Deed, Why
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.organisations import operations as organisations
from sojourn.foundation.people import operations as people
from sojourn.foundation.people import vault
from sojourn.foundation.people.terms import Channel, DocumentKind, Source
from sojourn.preparedness.alerts import operations as alerts
from sojourn.preparedness.registration import operations as registration
from sojourn.procedures.exercise import operations as exercises
from sojourn.procedures.reply_to_triage import handle, read_replies
from sojourn.procedures.self_service import operations as self_service
from sojourn.procedures.sharing import operations as sharing
from sojourn.response.outreach.inbox.envelope import Arrived
from sojourn.response.outreach.models.conversations import Reply
from sojourn.response.outreach.operations import campaigns, inbox, links, senders
from sojourn.response.outreach.replies import Meaning
from sojourn.response.outreach.terms import (
    Ability,
    CampaignPurpose,
    ProviderForm,
    SenderKind,
)
from sojourn.response.referral import operations as referrals
from sojourn.response.triage import operations as triage

LIST = "Name,Nationality,Born,Phone\nRam Thapa,Nepal,1990,+9779841234567\nमाया राई,Nepal,,12\n,,,\n"


ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>N-1</identifier>
<sender>dhm@example.org</sender><sent>2026-03-01T11:00:00+05:45</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope><info><language>en</language><category>Geo</category>
<event>Earthquake</event><urgency>Immediate</urgency><severity>Severe</severity>
<certainty>Observed</certainty><headline>Strong earthquake</headline><area>
<areaDesc>Kathmandu valley</areaDesc><circle>27.7,85.3 40</circle></area><area>
<areaDesc>Upper valley</areaDesc></area></info><info><language>ne</language>
<category>Geo</category><event>भूकम्प</event><urgency>Immediate</urgency><severity>Severe</severity>
<certainty>Observed</certainty><headline>ठूलो भूकम्प</headline></info></alert>"""


def _alert_and_feed(officer, at):
    taken = alerts.ingest_file(name="quake.xml", data=ALERT.encode(), by=officer, at=at)
    feed = alerts.add_feed(
        name="Hydrology",
        url="https://example.org/alerts.xml",
        interval_min=5,
        certificates="",
        by=officer,
        at=at,
    )
    return taken.alerts[0], feed


def _exercise(officer, at):
    return exercises.start_exercise(
        scenario="kathmandu", people=60, seed=1, speed=0, by=officer, at=at
    )


def _service_and_referral(case, partner, officer, state, at):
    service = referrals.add_service(
        facts=referrals.ServiceFacts(name="Clinic", provider="Helping Hands", kinds=["medical"]),
        kept_by=state,
        organisation=partner,
        by=officer,
        at=at,
    )
    referral = referrals.offer_referral(
        case=case,
        service=service,
        kinds=["medical"],
        summary="Insulin has run out.",
        by=officer,
        at=at,
    )
    return service, referral


def _recalled_event(officer, at):
    first = ALERT.replace("N-1", "N-9")
    recall = ALERT.replace("N-1", "N-10").replace("<msgType>Alert", "<msgType>Cancel")
    theirs = "<references>dhm@example.org,N-9,2026-03-01T11:00:00+05:45</references><info>"
    for data in (first, recall.replace("<info>", theirs, 1)):
        taken = alerts.ingest_file(name="quake.xml", data=data.encode(), by=officer, at=at)
    return taken.alerts[0].event


def _outreach(crisis, state, person, officer, at):
    campaign = campaigns.draft_campaign(
        crisis=crisis,
        organisation=state,
        facts=campaigns.CampaignFacts(
            purpose=CampaignPurpose.CHECK,
            standings=(Standing.UNACCOUNTED, Standing.IN_NEED),
        ),
        by=officer,
        at=at,
    )
    campaigns.start_campaign(campaign=campaign, by=officer, at=at)
    handle(person=person, meaning=Meaning.TEXT, text="أين أنتم؟", at=at)
    provider = inbox.add_provider(
        organisation=state,
        facts=inbox.ProviderFacts(name="Gateway", form=ProviderForm.SIGNED),
        secret="between us",
        by=officer,
        at=at,
    )
    unknown = Arrived("m-1", "+9779800009999", "who are you?", at, "")
    inbox.take_in(provider=provider, messages=[unknown], at=at)
    read_replies(at=at)
    sender = senders.add_sender(
        organisation=state,
        facts=senders.SenderFacts(
            name="Gateway",
            kind=SenderKind.KANNEL,
            url="https://sms.example/send",
            ability=Ability.NOTHING,
        ),
        by=officer,
        at=at,
    )
    return {
        "campaign_id": campaign.pk,
        "message_id": person.messages.first().pk,
        "conversation_id": person.conversations.first().pk,
        "reply_id": Reply.objects.get(conversation__isnull=True).pk,
        "sender_id": sender.pk,
        "provider_id": provider.pk,
    }


def _sharing(person, partner, officer, state, at):
    consent = access.say_yes(
        person_id=person.pk,
        organisation=partner,
        purpose=Purpose.ASSISTANCE,
        preferred="en",
        by=person,
        at=at,
    )
    withheld = sharing.keep_from(person=person, party=state.offices.first(), by=person, at=at)
    access.lift_withholding(withholding=withheld, by=person, at=at)
    stranger = organisations.add_user(
        username="not_to_see", password=None, display_name="N", by=officer, at=at
    )
    held = sharing.keep_from(person=person, party=stranger, by=person, at=at)
    notice = access.raise_notice(
        organisation=state, kind=NoticeKind.MASS_READING, about="", by=officer, at=at, count=500
    )
    note = vault.write_note(
        person=person, organisation=state, text="canary-vault-4715", by=officer, at=at
    )
    return {
        "note_id": note.pk,
        "consent_id": consent.pk,
        "withholding_id": held.pk,
        "notice_id": notice.pk,
        "agreement_id": state.agreements_given.first().pk,
    }


def _delivery(state, officer, at):
    delivery = registration.begin_delivery(
        key=uuid4(),
        source="Ministry of Labour",
        organisation=state,
        office=None,
        phone_country="",
        by=officer,
        at=at,
    )
    files = [("more.csv", b"Name\nSita Rai\n,\n"), ("scan.csv", b"%PDF-1.7")]
    kept = [
        registration.keep_file(delivery=delivery, name=name, content=content, at=at)
        for name, content in files
    ]
    for file in kept:
        registration.read_delivered(file=file, at=at)
    return delivery, kept[-1]


def _accounts(officer, post, state, at):
    """A factor, a session and a request for four eyes."""
    second_factors.add_code(
        user=officer, secret=second_factors.totp.generate_totp_secret(), counter=0, at=at
    )
    session = SessionStore()
    session["_auth_user_id"] = str(officer.pk)
    session.create()
    approval = accounts.ask(
        deed=Deed.OFFICE_REOPEN, about=post, organisation=state, why=Why.SAFE, by=officer, at=at
    )
    return {
        "factor_id": second_factors.factors_of(officer)[0].pk,
        "ticket": session.row.ticket,
        "approval_id": approval.pk,
        "office_id": post.pk,
    }


def everything(request) -> dict[str, object]:
    """Return the keys of the addresses, by name, after making a record for each."""
    give = request.getfixturevalue
    at = now()
    state, officer, crisis, register = (
        give(name) for name in ("state", "officer", "crisis", "register")
    )
    person = register(
        "محمد عبد الرحمن",
        nationality="EGY",
        languages=["ar", "en"],
        birth_year=1990,
        office=give("post"),
        warden=give("warden"),
    )
    register("Fatima Hassan", household=person.household)
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=at
    )
    document = people.add_document(
        person=person, kind=DocumentKind.PASSPORT, number="A123", country="EGY", by=officer, at=at
    )
    people.report_whereabouts(
        person=person,
        position=people.Position(
            latitude=27.7,
            longitude=85.3,
            accuracy_km=2,
            observed_at=at - timedelta(hours=3),
            source=Source.SELF,
            country="NPL",
            place="Patan",
        ),
        by=officer,
        at=at,
    )
    told = registration.tell_place(
        person=person,
        told=registration.Told(words="San Jose", source=Source.SELF, told_at=at),
        by=person,
        at=at,
    )
    people.note_read(person=person, what="person.read", by=officer, at=at, why="locating")
    caseload.open_cases(
        crisis=crisis,
        findings=[caseload.CaseFinding(person=person, answer=Answer.INSIDE, area="Bagmati")],
        what="exposed",
        by=officer,
        at=at,
    )
    brought = registration.bring_list(
        content=LIST.encode(),
        filename="staff.csv",
        source="ACME",
        organisation=state,
        by=officer,
        at=at,
    )
    delivery, kept = _delivery(state, officer, at)
    alert, feed = _alert_and_feed(officer, at)
    case = person.cases.get()
    triage.triage_reply(case=case, text="دواء", needs=[triage.Said("medical")], by=person, at=at)
    service, referral = _service_and_referral(case, give("partner"), officer, state, at)
    return {
        **_accounts(officer, give("post"), state, at),
        **_sharing(person, give("partner"), officer, state, at),
        "alert_id": alert.pk,
        "event_id": _recalled_event(officer, at).pk,
        "feed_id": feed.pk,
        "person_id": person.pk,
        "document_id": document.pk,
        "crisis_id": crisis.pk,
        "case_id": case.pk,
        "service_id": service.pk,
        "referral_id": referral.pk,
        "exercise_id": _exercise(officer, at).pk,
        "address_id": person.contact_points.get().pk,
        **_outreach(crisis, state, person, officer, at),
        "code": "ar",
        "sign": "none",
        "what": "delivered",
        "key": uuid4(),
        "name": "numbers",
        "step": "send",
        "deed": "note",
        "import_id": brought.record.pk,
        "delivery_id": delivery.pk,
        "place_id": told.pk,
        "file_id": kept.pk,
        "row_id": brought.record.rows.order_by("line").first().pk,
        "user_id": officer.pk,
        "membership_id": officer.memberships.get(organisation=state).pk,
        "token": self_service.token_in(
            links.personal_link(person=person, crisis=None, by=officer, at=at)
        ),
    }
