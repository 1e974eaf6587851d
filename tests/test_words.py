"""The person's page speaks eleven languages whole; every translation fills the places of its original."""

import pytest
from babel.messages.pofile import read_po
from scripts import collect_messages, compile_messages

from sojourn.foundation.access.terms import FieldGroup, Purpose

THEIR_PAGES = collect_messages.SOURCE / "procedures" / "self_service"
SHARING = collect_messages.SOURCE / "procedures" / "sharing"
ACCESS = collect_messages.SOURCE / "foundation" / "access"


def catalogue(language):
    path = collect_messages.LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def words_of_their_pages():
    for path in sorted(THEIR_PAGES.rglob("*.html")):
        if path.name != "hand_out.html":
            yield from collect_messages.in_template(path)
    for name in ("views.py", "forms.py", "queries.py"):
        yield from collect_messages.in_python(THEIR_PAGES / name)
    yield from collect_messages.in_template(SHARING / "templates" / "sharing" / "hers.html")
    yield from collect_messages.in_python(SHARING / "views" / "hers.py")
    yield from collect_messages.in_python(ACCESS / "consent_texts.py")
    for label in (*Purpose.labels, *FieldGroup.labels):
        yield None, (str(label),)
    for text in collect_messages.FORMS:
        yield None, (text,)


@pytest.mark.parametrize("language", collect_messages.LANGUAGES)
def test_the_persons_page_is_whole_in_every_language(language):
    known = catalogue(language)

    lacking = [
        texts[0]
        for context, texts in words_of_their_pages()
        if not (message := known.get(texts[0], context))
        or not collect_messages._is_done(message.string)
    ]

    assert not lacking


@pytest.mark.parametrize("language", collect_messages.LANGUAGES)
def test_a_translation_fills_the_places_of_its_original(language):
    assert compile_messages.broken(catalogue(language)) == []


def test_a_translation_that_loses_a_place_is_found():
    from babel.messages.catalog import Catalog

    bent = Catalog(locale="fr")
    bent.add("I am here: %(place)s", string="Je suis ici")

    assert compile_messages.broken(bent) == ["I am here: %(place)s"]


def test_words_are_collected_from_templates_and_modules(tmp_path):
    template = tmp_path / "a.html"
    template.write_text(
        '{% translate "One" context "list" %}<c-x label="{% translate \'Two\' %}" />'
        "{% blocktranslate count n=n trimmed %}{{ n }} row{% plural %}{{ n }} rows"
        "{% endblocktranslate %}{{ a|default:_('Four') }}",
        encoding="utf-8",
    )
    module = tmp_path / "a.py"
    module.write_text('ngettext("a", "b", 2); _("Five"); pgettext_lazy("c", "Six"); len("no")')

    found = [*collect_messages.in_template(template), *collect_messages.in_python(module)]

    assert found == [
        ("list", ("One",)),
        (None, ("Two",)),
        (None, ("%(n)s row", "%(n)s rows")),
        (None, ("Four",)),
        (None, ("a", "b")),
        (None, ("Five",)),
        ("c", ("Six",)),
    ]
