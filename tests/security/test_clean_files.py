"""Pictures and documents come out harmless: no place, no program, no second file, within bounds."""

import io
import random
import zlib

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from sojourn.exchange.attachments import LARGEST_BYTES, clean_file
from sojourn.exchange.content_kinds import Kind, kind_of
from sojourn.exchange.jpeg_segments import without_notes
from sojourn.exchange.reading import Unreadable

GPS = 0x8825
SECRET = b"27.7172 N 85.3240 E"


def picture(form="JPEG", *, size=(64, 48), colour=(200, 30, 30), **more) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, form, **more)
    return stream.getvalue()


def photo() -> bytes:
    """As a telephone takes it: lying on its side, with place, device and a comment."""
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = SECRET.decode()
    notes[GPS] = {1: "N", 2: (27.0, 43.0, 2.0), 3: "E", 4: (85.0, 19.0, 26.0)}
    return picture(exif=notes, comment=SECRET, icc_profile=SECRET)


def png_of(width: int, height: int) -> bytes:
    """A picture of one colour: many dots from few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sealed = kind + body
        return len(body).to_bytes(4, "big") + sealed + zlib.crc32(sealed).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    dots = zlib.compress((b"\x00" + b"\x00" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def document(pages=1, fill=None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if fill:
        fill(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


# --- pictures


def test_a_photo_comes_out_upright_and_says_nothing_of_where_it_was_taken():
    cleaned = clean_file(photo())

    assert cleaned.removed == ("place",)
    assert SECRET in photo()
    assert SECRET not in cleaned.content
    with Image.open(io.BytesIO(cleaned.content)) as drawn:
        assert drawn.size == (48, 64)
        assert not drawn.getexif()
        assert not {"comment", "icc_profile", "exif", "xmp"} & set(drawn.info)
        assert (
            max(abs(a - b) for a, b in zip(drawn.getpixel((9, 9)), (200, 30, 30), strict=True)) < 9
        )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_kind_of_picture_becomes_a_jpeg(form):
    cleaned = clean_file(picture(form))

    assert (cleaned.kind, kind_of(cleaned.content), cleaned.pages) == (Kind.JPEG, Kind.JPEG, 1)
    assert cleaned.removed == ()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_dots_of_every_make_are_drawn(mode):
    stream = io.BytesIO()
    Image.new(mode, (9, 9)).save(stream, "JPEG" if mode == "CMYK" else "PNG")

    assert kind_of(clean_file(stream.getvalue()).content) == Kind.JPEG


def test_what_shines_through_is_drawn_on_white():
    stream = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(stream, "PNG")

    with Image.open(io.BytesIO(clean_file(stream.getvalue()).content)) as drawn:
        assert drawn.getpixel((4, 4)) == (255, 255, 255)


def test_notes_in_a_drawing_do_not_come_out():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())

    assert SECRET not in clean_file(picture("PNG", pnginfo=notes)).content


@pytest.mark.parametrize(
    "tail", [b"PK\x03\x04\x14\x00payload", b"<script>alert(1)</script>", b"%PDF-1.7 x", b"MZ\x90x"]
)
def test_what_was_appended_to_a_picture_does_not_come_out(tail):
    cleaned = clean_file(picture() + tail)

    assert tail not in cleaned.content
    assert cleaned.content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("size", [(5_001, 5_000), (13_000, 13_000), (65_000, 65_000)])
def test_a_picture_of_very_many_dots_is_refused_before_they_are_decoded(size):
    width, height = size
    bomb = (
        png_of(*size)
        if width < 20_000
        else png_of(9, 9).replace(
            (9).to_bytes(4, "big") * 2, width.to_bytes(4, "big") + height.to_bytes(4, "big")
        )
    )

    with pytest.raises(Unreadable, match=r"25 million dots|damaged"):
        clean_file(bomb)


def test_the_largest_picture_that_is_allowed_is_drawn_smaller():
    with Image.open(io.BytesIO(clean_file(png_of(5_000, 5_000)).content)) as drawn:
        assert drawn.size == (4_096, 4_096)


# --- documents


def test_a_plain_document_keeps_its_pages():
    cleaned = clean_file(document(3))

    assert (cleaned.kind, cleaned.pages, cleaned.removed) == (Kind.PDF, 3, ())
    assert len(PdfReader(io.BytesIO(cleaned.content)).pages) == 3


def active(writer):
    deed = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("secretly"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = deed
    mark = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/A"): DictionaryObject(
                {
                    NameObject("/S"): NameObject("/Launch"),
                    NameObject("/F"): TextStringObject("calculator"),
                }
            ),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([mark])


def test_programs_in_a_document_are_taken_out_and_told():
    assert b"calculator" in document(fill=active)

    cleaned = clean_file(document(fill=active))

    assert cleaned.removed == ("programs",)
    for word in (b"calculator", b"secretly", b"/JavaScript", b"/Launch", b"/OpenAction"):
        assert word not in cleaned.content


def test_files_in_a_document_are_taken_out_and_told():
    made = document(fill=lambda writer: writer.add_attachment("payload", SECRET))

    cleaned = clean_file(made)

    assert cleaned.removed == ("files",)
    assert SECRET not in cleaned.content
    assert b"payload" not in cleaned.content


def test_the_writer_and_the_place_of_a_document_do_not_come_out():
    def scan(writer):
        writer.add_metadata({"/Author": "Ram Thapa"})
        image = DecodedStreamObject()
        image.set_data(photo())
        facts = {"/Type": "/XObject", "/Subtype": "/Image", "/Filter": "/DCTDecode"}
        for key, value in facts.items():
            image[NameObject(key)] = NameObject(value)
        writer.pages[0][NameObject("/Resources")] = DictionaryObject(
            {
                NameObject("/XObject"): DictionaryObject(
                    {NameObject("/Im0"): writer._add_object(image)}
                )
            }
        )

    made = document(fill=scan)
    assert made.count(SECRET) == 3  # Exif, comment and colour profile

    cleaned = clean_file(made)

    assert b"Ram Thapa" not in cleaned.content
    assert cleaned.content.count(SECRET) == 1  # the profile is what makes its colours right


def test_a_document_under_lock_is_refused():
    with pytest.raises(Unreadable, match="password"):
        clean_file(document(fill=lambda writer: writer.encrypt("secret", algorithm="RC4-128")))


def test_a_document_of_very_many_pages_is_refused():
    with pytest.raises(Unreadable, match="51 pages"):
        clean_file(document(51))


def test_what_was_appended_to_a_document_does_not_come_out():
    tail = b"PK\x03\x04\x14\x00payload"

    assert tail not in clean_file(document() + tail).content


def test_a_document_that_turns_in_circles_is_refused():
    """A tree of pages whose child is itself."""
    circle = document().replace(b"/Kids [ 4 0 R ]", b"/Kids [ 1 0 R ]")
    assert circle != document()

    with pytest.raises(Unreadable):
        clean_file(circle)


# --- both


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Only pictures"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Only pict"),
        (b"<html><script>alert(1)</script>", "Only pictures"),
        (b"GIF89a....", "Only pictures"),
        (b"MZ\x90\x00", "Only pictures"),
        (b"PK\x03\x04", "Only pictures"),
        (b"\xff\xd8\xff torn", "damaged"),
        (b"\x89PNG\r\n\x1a\n torn", "damaged"),
        (b"%PDF-1.7 torn", "damaged"),
        (b"\xff\xd8\xff" + b"0" * LARGEST_BYTES, "larger than 10 MB"),
    ],
)
def test_what_is_neither_picture_nor_document_is_refused_with_a_reason(content, why):
    with pytest.raises(Unreadable, match=why):
        clean_file(content)


def outcome(content: bytes) -> str:
    try:
        cleaned = clean_file(content)
    except Unreadable as refusal:
        return "refused" if refusal.problem.endswith(".") else refusal.problem
    return "cleaned" if kind_of(cleaned.content) == cleaned.kind else "neither"


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_cleaned_or_refused(seed):
    chance = random.Random(seed)
    made = bytearray(chance.choice([photo(), picture("PNG"), picture("WEBP"), document(2)]))
    for _ in range(chance.randint(1, 30)):
        made[chance.randrange(12, len(made))] = chance.randrange(256)

    assert outcome(bytes(made)) in {"cleaned", "refused"}


def test_notes_are_cut_from_a_jpeg_and_its_dots_stay():
    bare = without_notes(photo())

    assert bare.count(SECRET) == 1  # the colour profile
    with Image.open(io.BytesIO(bare)) as after, Image.open(io.BytesIO(photo())) as before:
        assert after.tobytes() == before.tobytes()


def test_a_torn_jpeg_never_grows_and_never_breaks_the_cutter():
    assert all(len(without_notes(photo()[:end])) <= end for end in range(2, 900))
