"""The phones as pages: a list of them, and one as a screen on which one can answer as its owner."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sojourn.site.loopback.store import Message, Store
from sojourn.site.loopback.wire import Response

STATIC: Final = Path(__file__).parent / "static"
KINDS: Final = {"loopback.css": "text/css; charset=utf-8", "loopback.js": "text/javascript"}
SAFETY: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none';"
    " form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a browser would hide where a form is posted from
    "Cache-Control": "no-store",
}
PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Phones of the exercise</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/loopback.css"><script src="/static/loopback.js" defer></script>
</head>
<body>
<header class="ribbon">EXERCISE · These phones are not real. No message leaves this machine.</header>
<main>{body}</main>
</body>
</html>
"""


def phones(store: Store, *, search: str) -> Response:
    """Return the list of phones, newest message first."""
    total, sent, answered = store.counts()
    rows = "".join(
        f'<li><a href="{address_of(phone.number)}"><b><bdi>{escape(phone.number)}</bdi></b>'
        f'<span class="when">{_time(phone.newest.at)}</span>'
        f'<span class="newest" dir="auto">{"↩ " if phone.newest.is_answer else ""}'
        f"{escape(_first(phone.newest.text))}</span>"
        f'<span class="count">{phone.count}</span></a></li>'
        for phone in store.phones(search=search)
    )
    empty = (
        "<p>No message has come yet. Start an exercise and confirm its first campaign.</p>"
        if not rows
        else ""
    )
    body = f"""<h1>Phones of the exercise</h1>
<div id="part" data-refresh="1500">
<p><b>{total}</b> phones and mailboxes · <b>{sent}</b> messages to them · <b>{answered}</b> answers</p>
{empty}<ul class="phones">{rows}</ul>
</div>"""
    form = f"""<form method="get" role="search"><label>Find a number or address
<input name="search" value="{escape(search)}" inputmode="search"></label><button>Find</button></form>"""
    return _page("All", body.replace("</h1>", f"</h1>{form}", 1))


def phone(store: Store, number: str, *, is_part: bool) -> Response:
    """Return one phone as its owner sees it."""
    messages = store.thread(number)
    if not messages:
        return _page("None", "<h1>No such phone</h1><p>Nobody has written to it.</p>", status=404)
    bubbles = "".join(map(_bubble, messages))
    thread = f'<ol id="part" class="thread" data-refresh="1000" aria-live="polite">{bubbles}</ol>'
    if is_part:
        return Response(200, thread.encode(), "text/html; charset=utf-8", SAFETY)
    line = store.line_of(number)
    name = escape(line.sender) if line else ""
    body = f"""<p><a href="/">← All phones</a></p>
<section class="phone" aria-label="Telephone {escape(number)}">
<h1><bdi>{escape(number)}</bdi></h1><p class="quiet">in conversation with <bdi>{name}</bdi></p>
{thread}
<form method="post" action="{address_of(number)}" class="answer">
<label for="text">Answer as this person</label>
<input id="text" name="text" dir="auto" autocomplete="off" required maxlength="1000">
<button>Send</button></form>
<form method="post" action="{address_of(number)}" class="quick" aria-label="Quick answers">
<button name="text" value="1">1</button><button name="text" value="2">2</button>
<button name="text" value="STOP">STOP</button></form>
</section>"""
    return _page(number, body)


def static(name: str) -> Response:
    """Return a file of the pages."""
    if name not in KINDS:
        return Response(404)
    return Response(200, (STATIC / name).read_bytes(), KINDS[name], SAFETY)


def address_of(number: str) -> str:
    """Return the address of a phone's page."""
    return f"/phone/{quote(number, safe='')}"


def _bubble(message: Message) -> str:
    side = "mine" if message.is_answer else "theirs"
    note = ("sent" if message.is_done else "on its way") if message.is_answer else ""
    subject = f"<b>{escape(message.subject)}</b><br>" if message.subject else ""
    return (
        f'<li class="{side}" dir="auto">{subject}{_linked(message.text)}'
        f'<small dir="ltr">{_time(message.at)} {note}</small></li>'
    )


def _linked(text: str) -> str:
    """Escape a text; its links to this machine can be followed."""
    words = []
    for word in text.split(" "):
        bare = word.strip("\u2066\u2069\n")
        shown = escape(word).replace("\n", "<br>")
        if bare.startswith(("http://localhost", "http://127.0.0.1")):
            shown = f'<a href="{escape(bare)}" target="_blank" rel="noreferrer">{shown}</a>'
        words.append(shown)
    return " ".join(words)


def _first(text: str) -> str:
    return text.replace("\n", " ")[:110]


def _time(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f'<time datetime="{moment.isoformat()}">{moment:%H:%M:%S}</time>'


def _page(title: str, body: str, *, status: int = 200) -> Response:
    html = PAGE.format(title=escape(title), body=body)
    return Response(status, html.encode(), "text/html; charset=utf-8", SAFETY)
