"""Inputs that broke a reader once, cut down; each is tried on every run of the suite."""

FOUND: dict[str, list[bytes]] = {
    "gdacs": [
        b'<rss xmlns:gdacs="http://www.gdacs.org"><channel><item><title>t</title>'
        b"<pubDate>Sun, 29 Dec 99999999999999999999 12:00:00 GMT</pubDate>"
        b"<gdacs:eventtype>EQ</gdacs:eventtype></item></channel></rss>"
    ],
    "usgs": [b'{"type":{"api":"1"},"features":[{"type":"Feture"}]}'],
    "shakemap_table": [b'"lon,lat,mmi\n84,29,5\n'],
    "cyclones": [
        b"SID,ISO_TIME,LAT,LON,USA_WIND\n\r\xc2\x80S1,2016-02-20 00:00:00,-17,179.5,100\n"
    ],
    "cap": [
        b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>X</identifier>'
        b"<sent>0001-01-01T00:00:00+14:00</sent></alert>"
    ],
    "inbox_signed": [
        rb'{"id":"m-1","from":"+9779841234567","text":"sa\ud800fe"}',
        '{"id":"m-1","from":"+9779841234567","text":"safe","at":"²"}'.encode(),
        b'{"id":"m-1","from":"+9779841234567","text":"safe","at":"0001-01-01T00:00:00+14:00"}',
        b"[" * 60_000,
    ],
    "inbox_kannel": [
        b"id=7&from=%2B9779841234567&text=1&charset=utf-16be-01",
        b"id=7&from=%2B9779841234567&text=1&charset=hex",
        b"id=\xff&from=%2B9779841234567&text=1&time=\xff",
    ],
    "mail": [
        b"From: =?utf-8?b?2YU=?= <m@\nexample.org>\n\nsafe",
        b"From: Ram <m@example.org>\nMessage-ID: <1@\xe5xample.org>\n\nsafe",
        b"From: m@example.org\nDate: Mon, 01 Jan 0001 00:00:00 +1400\n\nsafe",
    ],
    "tables": [b"PK\x03\x04" + b"\x00" * 30, b"PK\x03\x04torn PK\x05\x06" + b"\x00" * 18],
    "rosters": [
        b"Namef;N[t" + b"\x0b" * 60 + b"ta\xffa#",  # took for ever
        b"Name,Seen at\nRam,0001-01-01T00:00:00+14:00\n",
    ],
}
