"""All that is kept, on paper: in every language, with the letters of every script, and small."""

import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from sojourn.foundation.people import operations as people
from sojourn.foundation.people.terms import Channel, DocumentKind, Source
from sojourn.procedures.self_service import document, queries

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
NAMES = {
    "Arabic": "محمد",
    "Devanagari": "सीता राई",
    "Bengali": "রহিম উদ্দিন",
    "Ethiopic": "አበበ በቀለ",
    "Cyrillic": "Олена Шевченко",
    "Vietnamese": "Nguyễn Thị Ánh",
    "Latin": "Françoise Núñez",
}


@pytest.fixture
def record(register, officer, noon):
    """A person of many scripts, with an address, a paper and places."""
    person = register("محمد عبد الرحمن", other_names=list(NAMES.values()), nationality="EGY")
    people.add_contact_point(
        person=person, channel=Channel.SMS, address="+9779841234567", by=officer, at=noon
    )
    people.add_document(
        person=person,
        kind=DocumentKind.PASSPORT,
        number="A1234567",
        country="EGY",
        by=officer,
        at=noon,
    )
    people.report_whereabouts(
        person=person,
        position=people.Position(
            latitude=27.7,
            longitude=85.3,
            accuracy_km=2,
            observed_at=noon,
            source=Source.SELF,
            country="NPL",
            place="काठमाडौं",
        ),
        by=officer,
        at=noon,
    )
    return queries.record_of(person)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("script", ["Latin", "Cyrillic", "Vietnamese", "Ethiopic", "Arabic"])
def test_the_words_of_the_paper_can_be_taken_out_again(record, script):
    text = text_of(document.pdf_of(record, at=AT))

    assert NAMES[script] in text
    assert "+9779841234567" in text
    assert "A1234567" in text


@pytest.mark.parametrize("script", ["Devanagari", "Bengali"])
def test_letters_that_join_can_be_taken_out_again_too(record, script):
    """A reader of PDF returns joined letters in the order they are drawn; each must be there."""
    text = text_of(document.pdf_of(record, at=AT))

    assert set(NAMES[script]) - {" "} <= set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_paper_with_its_own_direction(record, language):
    with translation.override(language):
        content = document.content_of(record, at=AT)
        pdf = document.pdf_of(record, at=AT)

    assert content["is_rtl"] == (language == "ar")
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert len(pdf) < 120_000


def test_the_fonts_of_the_project_draw_every_letter(record):
    """On a machine without any font: the fonts in the file are ours, and no letter is missing."""
    for language in LANGUAGES:
        with translation.override(language):
            pdf = document.pdf_of(record, at=AT)
        used = {
            str(font["/BaseFont"]).partition("+")[2]
            for page in PdfReader(io.BytesIO(pdf)).pages
            for name in page["/Resources"]["/Font"].values()
            for font in [name.get_object()]
        }
        assert used <= {
            "NotoSans-Regular",
            "NotoSansArabic-Regular",
            "NotoSansBengali-Regular",
            "NotoSansDevanagari-Regular",
            "NotoSansEthiopic-Regular",
        }, language


def test_the_same_record_at_the_same_moment_is_the_same_paper(record):
    assert document.pdf_of(record, at=AT) == document.pdf_of(record, at=AT)


def test_words_that_look_like_code_are_words(record):
    hostile = {
        **record,
        "name": '#panic("x") *bold* $x$ <label> @ref \\ [',
        "other_names": ["#read"],
    }

    assert '#panic("x")' in text_of(document.pdf_of(hostile, at=AT))


def test_the_page_hands_it_out(go):
    answer = go("take_pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "Maria Santos" in text_of(answer.content)
    assert "take.pdf" in go("take").content.decode()
