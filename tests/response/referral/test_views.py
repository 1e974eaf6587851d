"""Pages of the directory and of referrals with Django's client: every role, both sides, each refusal."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sojourn.foundation.audit.models import AuditEvent
from sojourn.response.referral import operations
from sojourn.response.referral.models import Referral, Service
from sojourn.response.referral.terms import Consent, State


@pytest.fixture
def enter(client, request):
    """A function that signs somebody in by the name of their fixture."""

    def _enter(name):
        client.force_login(request.getfixturevalue(name))
        return client

    return _enter


@pytest.fixture
def referral(case, clinic, officer, noon):
    """Maria is offered the clinic."""
    return operations.offer_referral(
        case=case,
        service=clinic,
        kinds=["medical"],
        summary="Broken arm",
        by=officer,
        at=noon,
    )


@pytest.fixture
def sent(referral, officer, noon):
    """Maria agreed, and the referral was sent."""
    from django.utils.timezone import now

    operations.record_consent(referral=referral, how=Consent.SPOKEN, by=officer, at=now())
    return operations.send_referral(referral=referral, by=officer, at=now())


def _step(client, referral, step, **data):
    prefixed = {f"{step}-{name}": value for name, value in data.items()}
    return client.post(reverse("referral:step", args=[referral.pk, step]), prefixed)


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("officer", (200, 200, 200, 403, 200, 200, 200)),
        ("consul", (200, 200, 200, 403, 404, 404, 200)),
        ("warden", (200, 200, 403, 403, 403, 403, 403)),
        ("caseworker", (200, 200, 403, 200, 403, 200, 200)),
        ("other_officer", (200, 200, 200, 403, 404, 404, 200)),
        ("host_officer", (403, 403, 403, 403, 403, 403, 403)),
        ("administrator", (403, 403, 403, 403, 403, 403, 403)),
    ],
)
def test_each_role_sees_its_own_and_no_more(enter, sent, role, statuses):
    client = enter(role)
    addresses = [
        reverse("referral:directory"),
        reverse("referral:service", args=[sent.service_id]),
        reverse("referral:made"),
        reverse("referral:received"),
        reverse("referral:offer", args=[sent.case_id]),
        reverse("referral:referral", args=[sent.pk]),
        reverse("referral:add_service"),
    ]
    assert tuple(client.get(address).status_code for address in addresses) == statuses


def test_an_offer_is_made_and_sent_after_consent(enter, case, clinic):
    client = enter("officer")
    answer = client.post(
        reverse("referral:offer", args=[case.pk]),
        {"service": clinic.pk, "kinds": ["medical"], "summary": "Broken arm"},
    )
    referral = Referral.objects.get()
    assert answer.url == reverse("referral:referral", args=[referral.pk])
    _step(client, referral, "consent", how="spoken", note="She asked for it")
    _step(client, referral, "send")
    referral.refresh_from_db()
    assert referral.state == State.SENT
    page = client.get(reverse("referral:referral", args=[referral.pk])).content.decode()
    assert "She asked for it" in page


def test_sending_without_consent_and_reason_is_refused_on_the_page(enter, referral):
    client = enter("officer")
    refused = _step(client, referral, "vital", note="quick")
    assert refused.status_code == 422
    assert "cannot be asked" in refused.content.decode()
    referral.refresh_from_db()
    assert referral.state == State.OFFERED


def test_a_partner_does_not_see_an_offer_that_was_not_sent(enter, referral):
    client = enter("caseworker")
    assert client.get(reverse("referral:referral", args=[referral.pk])).status_code == 404
    assert client.get(reverse("triage:case", args=[referral.case_id])).status_code == 404


def test_a_partner_works_on_what_was_sent_and_the_sender_hears_of_it(enter, sent):
    client = enter("caseworker")
    assert "Maria Santos" in client.get(reverse("referral:received")).content.decode()
    page = client.get(reverse("referral:referral", args=[sent.pk])).content.decode()
    assert "Broken arm" in page
    assert AuditEvent.objects.filter(what="referral.read", person_id=sent.case.person_id).exists()
    _step(client, sent, "accept")
    _step(client, sent, "served", note="Arm set, come back in a week")

    client = enter("officer")
    news = client.get(reverse("referral:made"), {"news": 1}).content.decode()
    assert "Maria Santos" in news
    page = client.get(reverse("referral:referral", args=[sent.pk])).content.decode()
    assert "Arm set, come back in a week" in page
    _step(client, sent, "close")

    client = enter("caseworker")
    page = client.get(reverse("referral:referral", args=[sent.pk])).content.decode()
    assert "Maria" not in page
    assert "Broken arm" not in page
    assert (
        "no longer shared" in client.get(reverse("referral:received"), {"all": 1}).content.decode()
    )


def test_a_partner_sees_the_case_without_words_notes_or_actions(enter, sent):
    page = enter("caseworker").get(reverse("triage:case", args=[sent.case_id])).content.decode()
    assert "Maria Santos" in page
    assert "Record a call" not in page
    assert "What happened" not in page


def test_a_refusal_needs_a_reason(enter, sent):
    client = enter("caseworker")
    refused = _step(client, sent, "refuse", note="")
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert _step(client, sent, "refuse", note="No surgeon here").status_code == 302


@pytest.mark.parametrize(("who", "step"), [("officer", "accept"), ("caseworker", "withdraw")])
def test_nobody_speaks_for_the_other_side(enter, sent, who, step):
    assert _step(enter(who), sent, step).status_code == 403


def test_the_sender_speaks_for_a_service_that_does_not_work_in_here(enter, sent):
    Service.objects.update(organisation=None)
    assert _step(enter("officer"), sent, "accept").status_code == 302


def test_a_step_that_does_not_exist_is_not_found(enter, sent):
    assert _step(enter("officer"), sent, "forget").status_code == 404


SERVICE = {"name": "Shelter", "provider": "Sisters", "kinds": ["shelter"], "status": "active"}


def test_a_service_is_added_changed_and_checked(enter, state):
    client = enter("officer")
    client.post(reverse("referral:add_service"), SERVICE | {"languages": "ne, en"})
    service = Service.objects.get()
    assert (service.kept_by, service.languages) == (state, ["ne", "en"])
    client.post(reverse("referral:edit_service", args=[service.pk]), SERVICE | {"status": "full"})
    client.post(reverse("referral:assure", args=[service.pk]))
    service.refresh_from_db()
    assert service.status == "full"
    assert service.assured_on is not None
    refused = client.post(reverse("referral:add_service"), {"name": ""})
    assert refused.status_code == 422


def test_only_keepers_change_an_entry(enter, clinic):
    address = reverse("referral:edit_service", args=[clinic.pk])
    assert enter("other_officer").get(address).status_code == 404
    assert enter("caseworker").get(address).status_code == 200


def test_changing_an_entry_keeps_a_secret_address_that_the_reader_does_not_see(enter, clinic):
    clinic.is_confidential, clinic.address = True, "12 Secret Lane"
    clinic.save()
    client = enter("officer")
    address = reverse("referral:edit_service", args=[clinic.pk])
    assert "Secret Lane" not in client.get(address).content.decode()
    client.post(address, SERVICE | {"is_confidential": "on"})
    clinic.refresh_from_db()
    assert (clinic.name, clinic.address) == ("Shelter", "12 Secret Lane")


def test_the_directory_is_found_by_words_kind_and_language(enter, clinic):
    client = enter("warden")
    for asked, is_found in [
        ({"q": "kathmandu clinic"}, True),
        ({"kind": "medical"}, True),
        ({"kind": "shelter"}, False),
        ({"language": "ne"}, True),
        ({"language": "vi"}, False),
    ]:
        page = client.get(reverse("referral:directory"), asked).content.decode()
        assert ("Walk-in clinic" in page) == is_found


def test_the_directory_goes_out_and_comes_in_with_its_problems_located(enter, clinic):
    client = enter("officer")
    content = client.get(reverse("referral:export")).content
    assert b"Walk-in clinic" in content
    wrong = content + b"\r\n,Nameless,shelter\r\nNew one,Sisters,gold\r\n"
    answer = client.post(reverse("referral:bring"), {"file": SimpleUploadedFile("list.csv", wrong)})
    page = answer.content.decode()
    assert Service.objects.count() == 2
    assert "gold" in page
    assert "name" in page
    unreadable = client.post(
        reverse("referral:bring"), {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")}
    )
    assert unreadable.status_code == 422
