"""XML from strangers: every known attack is refused, and quickly."""

import pytest

from sojourn.exchange.hostile import MAX_BYTES, MAX_DEPTH, load_xml, read_bounded
from sojourn.exchange.reading import Unreadable

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
 <!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
<alert>&lol3;</alert>"""
QUADRATIC = b'<!DOCTYPE a [<!ENTITY x "%s">]><a>%s</a>' % (b"x" * 50_000, b"&x;" * 5_000)
EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
PARAMETER = b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><a/>'
AFTER_COMMENTS = b"<?xml version='1.0'?><!-- a --><?b c?>\n<!-- d -->\n<!DOCTYPE a><a/>"


@pytest.mark.parametrize("attack", [LAUGHS, QUADRATIC, EXTERNAL, PARAMETER, AFTER_COMMENTS])
def test_a_document_type_is_refused_before_it_is_parsed(attack):
    with pytest.raises(Unreadable, match="document type"):
        load_xml(attack)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_in_another_encoding_is_refused_too(encoding):
    declared = '<?xml version="1.0" encoding="utf-16"?>' + EXTERNAL.decode()

    with pytest.raises(Unreadable):
        load_xml(declared.encode(encoding))


def test_the_line_of_the_document_type_is_told():
    with pytest.raises(Unreadable) as refusal:
        load_xml(AFTER_COMMENTS)

    assert refusal.value.line == 3


@pytest.mark.parametrize("where", [b"<b>&secret;</b>", b"<b c='&secret;'/>", b"&secret;"])
def test_an_entity_nobody_defined_is_refused_with_its_line(where):
    with pytest.raises(Unreadable, match="secret") as refusal:
        load_xml(b"<alert>\n" + where + b"</alert>")

    assert refusal.value.line == 2


def test_the_entities_of_xml_itself_are_text():
    assert load_xml(b"<alert>&lt;b&gt; &amp; &#233;</alert>").text == "<b> & é"


def test_a_word_that_looks_like_a_document_type_inside_a_text_is_text():
    root = load_xml(b"<alert><![CDATA[<!DOCTYPE html>]]></alert>")

    assert root.text == "<!DOCTYPE html>"


def test_deep_nesting_is_refused():
    deep = b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)

    with pytest.raises(Unreadable, match="nested deeper"):
        load_xml(deep)


def test_too_many_elements_are_refused():
    with pytest.raises(Unreadable, match="elements"):
        load_xml(b"<a>" + b"<b/>" * 400_001 + b"</a>")


def test_too_many_attributes_are_refused():
    attributes = b" ".join(b'a%d="1"' % number for number in range(300))

    with pytest.raises(Unreadable, match="attributes"):
        load_xml(b"<a " + attributes + b"/>")


def test_a_gigantic_file_is_refused_without_reading_it_whole(tmp_path):
    path = tmp_path / "gigantic.xml"
    with path.open("wb") as file:
        file.truncate(20 * 1024 * 1024 * 1024)  # sparse: 20 GB on paper

    with pytest.raises(Unreadable, match="larger than"):
        read_bounded(path)


def test_bytes_beyond_the_limit_are_refused():
    with pytest.raises(Unreadable, match="larger than"):
        load_xml(b"<a>" + b" " * MAX_BYTES + b"</a>")


@pytest.mark.parametrize("data", [b"", b"   ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(Unreadable, match="empty"):
        load_xml(data)


def test_text_in_another_encoding_than_it_says_is_told_with_its_line():
    with pytest.raises(Unreadable, match="not in the encoding") as refusal:
        load_xml(b"<?xml version='1.0' encoding='utf-8'?>\n<a>\xe9</a>")

    assert refusal.value.line == 2
