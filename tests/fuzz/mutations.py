"""Ways to damage a file: cuts, doubled parts, foreign pieces; inside the parts of an archive, too."""

import io
import random
import zipfile
import zlib
from collections.abc import Sequence

PIECES = (
    b"", b"<", b">", b"&", b"\x00", b"\xff", b"nan", b"inf", b"1e999", b"-", b"99999999999999999999", b'"', b"'",
    b"[", b"]", b"{", b"}", b",", b";", b"\r", b"\n", b"\t", b"null", b"<a>", b"</alert>", b"&#0;", b"&x;",
    b"<!DOCTYPE a>", b"<!--", b"-->", b"<![CDATA[", b"90", b"-180", b"\xd9\xa0", b"\xc2\xb2", b"\xe2\x80\x8f",
    b"\xed\xa0\x80", b"%00", b"=?utf-8?b?", b"charset=hex", b"9" * 400, b"\xf0\x9f\x98\x80", b"+", b"@", b"=",
)  # fmt: skip


def damaged(chance: random.Random, seeds: Sequence[bytes], *, longest: int = 20_000) -> bytes:
    """One of the seeds, damaged one to six times, an archive or a picture often inside; now and then noise."""
    if chance.random() < 0.03:
        return chance.randbytes(chance.randint(0, 400))
    data = chance.choice(seeds)
    if chance.random() < 0.7 and data.startswith(b"PK\x03\x04"):
        return _inside_archive(chance, data)
    if chance.random() < 0.5 and data.startswith(b"\x89PNG"):
        return _inside_png(chance, data)
    for _ in range(chance.randint(1, 6)):
        data = _once(chance, data, seeds)
    return data[:longest]


def _once(chance: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((0, 0, 1, 1, 2, 4, 8, 40)))
    way = chance.randrange(6)
    if way == 0:
        middle = chance.choice(PIECES)
    elif way == 1:
        middle = data[start:end] * 2
    elif way == 2:
        middle = chance.randbytes(chance.randint(0, 6))
    elif way == 3:
        middle = b""
    elif way == 4 and end > start:
        middle = bytes([data[start] ^ (1 << chance.randrange(8))]) + data[start + 1 : end]
    else:
        other = chance.choice(seeds)
        at = chance.randint(0, len(other))
        middle = other[at : at + chance.randint(0, 60)]
    return data[:start] + middle + data[end:]


def _inside_archive(chance: random.Random, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    chosen = chance.choice(sorted(parts))
    others = list(parts.values())
    for _ in range(chance.randint(1, 4)):
        parts[chosen] = _once(chance, parts[chosen], others)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def _inside_png(chance: random.Random, data: bytes) -> bytes:
    """Damage the chunks and make their sums right again."""
    made, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if chance.random() < 0.4:
            body = _once(chance, body, [body])
        made += len(body).to_bytes(4, "big") + kind + body
        made += zlib.crc32(kind + body).to_bytes(4, "big")
        at += 12 + size
    return bytes(made)
