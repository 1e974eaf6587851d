"""A person abroad, on a small telephone without scripts, in Arabic and in Nepali: safe, help, and their record."""

import re

import pytest
from django.utils.timezone import now

from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.people.models import Person
from sojourn.response.outreach.operations import links
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "ar": {
        "direction": "rtl",
        "safe": "أنا بأمان",
        "help": "أحتاج إلى مساعدة",
        "medical": "طبيب أو دواء",
        "heard": "سيقرؤه شخص",
        "where": "أين أنا",
        "send": "إرسال",
        "company": "من معي",
        "readers": "من قرأ سجلي",
        "nobody": "لم يقرأه أحد بعد",
        "delete": "حذف البيانات",
        "really": "احذفوا سجلي",
        "keep": "احتفظوا بسجلي",
    },
    "ne": {
        "direction": "ltr",
        "safe": "म सुरक्षित छु",
        "help": "मलाई सहायता चाहिन्छ",
        "medical": "डाक्टर वा औषधि",
        "heard": "एक जना व्यक्तिले पढ्नेछ",
        "where": "म कहाँ छु",
        "send": "पठाउनुहोस्",
        "company": "मसँग को छ",
        "readers": "मेरो अभिलेख कसले पढ्यो",
        "nobody": "अहिलेसम्म कसैले पढेको छैन",
        "delete": "मेटाउनुहोस्",
        "really": "मेरो अभिलेख मेटाउनुहोस्",
        "keep": "मेरो अभिलेख राख्नुहोस्",
    },
}


@pytest.fixture(params=WORDS)
def someone(request, register, crisis, officer, noon):
    """A person and a child in the area, and the words of their language."""
    person = register("सुनिता राई", languages=[request.param], nationality="NPL")
    child = register("आरव राई", household=person.household)
    caseload.open_cases(
        crisis=crisis,
        findings=[
            caseload.CaseFinding(person=one, answer=Answer.INSIDE) for one in (person, child)
        ],
        what="exposed",
        by=officer,
        at=noon,
    )
    return person, child, WORDS[request.param]


def standing(person):
    return Case.objects.get(person=person).standing


def test_a_person_says_how_they_are_and_keeps_hold_of_their_record(visit, someone, officer):
    person, child, words = someone
    address = links.personal_link(person=person, crisis=None, by=officer, at=now())
    path = re.sub(r"^https?://[^/]+", "", address)
    page = visit(size=PHONE, language="en", script=False)

    page.goto(path)
    assert page.locator("html").get_attribute("dir") == words["direction"]
    page.get_by_role("button", name=words["safe"]).click()
    page.locator(".notice").first.wait_for()
    assert standing(person) == Standing.SAFE

    page.get_by_label(words["medical"]).check()
    page.get_by_role("button", name=words["help"]).last.click()
    page.get_by_text(words["heard"]).wait_for()
    case = Case.objects.get(person=person)
    assert case.standing == Standing.IN_NEED
    assert case.priority is not None

    page.get_by_role("link", name=words["where"]).click()
    page.locator("[name=coordinates]").fill("27.7172, 85.3240")
    page.get_by_role("button", name=words["send"]).click()
    page.locator(".notice").first.wait_for()
    assert person.whereabouts.get().exact_sealed

    page.get_by_role("link", name=words["company"]).click()
    page.get_by_label("आरव राई").check()
    page.locator("[name=name]").fill("Ana")
    page.get_by_role("button", name=words["send"]).click()
    page.locator(".notice").first.wait_for()
    assert standing(child) == Standing.SAFE
    assert Person.objects.get(name="Ana").household == person.household

    page.goto(path)
    page.get_by_role("link", name=words["readers"]).click()
    page.get_by_text(words["nobody"]).wait_for()

    page.goto(path)
    page.get_by_role("link", name=words["delete"]).click()
    page.get_by_role("button", name=words["really"]).click()
    page.get_by_role("button", name=words["keep"]).click()
    page.get_by_role("button", name=words["really"]).wait_for()
    assert not person.erasures.filter(stopped_at__isnull=True).exists()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
