"""E-mail answers: fetched over IMAP, kept before they are marked as seen, read without what they quote."""

from email.message import EmailMessage

import pytest
from tests.response.outreach.conftest import TESTS
from tests.response.outreach.mailbox.imap_server import ImapServer

from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Standing
from sojourn.foundation.people import operations as people
from sojourn.foundation.people.terms import Channel
from sojourn.procedures.reply_to_triage import read_replies
from sojourn.response.outreach.inbox.mails import arrived
from sojourn.response.outreach.models import Inbound
from sojourn.response.outreach.operations import inbox
from sojourn.response.outreach.operations.mail import fetch_mail
from sojourn.response.outreach.senders.mailbox import CannotFetch, Mailbox, fetch
from sojourn.response.outreach.terms import ProviderForm

QUOTE = "\n\nOn Mon, 2 Mar 2026, Ministry <post@example.org> wrote:\n> Reply 2 if you need help."


def mail(text, *, key="<a@example.org>", sender="Maria <Maria@example.org>", html="", **headers):
    message = EmailMessage()
    message["From"], message["Message-ID"] = sender, key
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0545"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text) if not html else message.set_content(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def serve():
    servers = []

    def _serve(*mails, **facts):
        servers.append(ImapServer(mails, **facts))
        return servers[-1]

    yield _serve
    for server in servers:
        server.close()


def test_unseen_mail_is_kept_and_then_marked_as_seen(serve):
    server = serve(mail("1"), mail("2", key="<b@example.org>"))
    kept = []

    def keep(mails):
        assert not server.seen
        kept.extend(mails)
        return len(mails)

    box = Mailbox(server.url, "post", "secret")
    assert fetch(box, keep) == 2
    assert server.seen == {1, 2}
    assert fetch(box, keep) == 0
    assert [one.address for one in kept] == ["maria@example.org"] * 2


def test_what_could_not_be_kept_is_not_marked_as_seen(serve):
    server = serve(mail("1"))

    def keep(mails):
        raise RuntimeError("database is gone")

    with pytest.raises(RuntimeError):
        fetch(Mailbox(server.url, "post", "secret"), keep)
    assert not server.seen


@pytest.mark.parametrize("facts", [{"password": "other"}, {"breaks_at": "FETCH"}])
def test_a_mailbox_that_cannot_be_read_says_so(serve, facts):
    server = serve(mail("1"), **facts)
    with pytest.raises(CannotFetch):
        fetch(Mailbox(server.url, "post", "secret"), len)


def test_a_mailbox_elsewhere_is_read_encrypted_or_not_at_all():
    with pytest.raises(CannotFetch):
        fetch(Mailbox("imap://mail.example.org", "post", "secret"), len)


def test_html_is_read_as_words_without_what_it_quotes():
    message = arrived(mail("", html="<p>I am <b>safe</b></p><blockquote>Reply 2</blockquote>"))
    assert " ".join(message.text.split()) == "I am safe"


def test_what_a_machine_sends_by_itself_is_left_alone():
    assert arrived(mail("I am on leave", Auto_Submitted="auto-replied")) is None
    assert arrived(mail("bounce", sender="<>")) is None


def test_an_answer_by_mail_makes_the_person_safe_once(serve, exposed, state, noon):
    maria = exposed(phone=None)
    people.add_contact_point(
        person=maria, channel=Channel.EMAIL, address="maria@example.org", by=TESTS, at=noon
    )
    server = serve(mail("I am safe" + QUOTE))
    inbox.add_provider(
        organisation=state,
        facts=inbox.ProviderFacts(
            name="Mailbox",
            form=ProviderForm.IMAP,
            channel=Channel.EMAIL,
            url=server.url,
            username="post",
        ),
        secret="secret",
        by=TESTS,
        at=noon,
    )

    assert fetch_mail(at=noon) == 1
    server.seen.clear()
    fetch_mail(at=noon)
    read_replies(at=noon)

    assert Inbound.objects.count() == 1
    assert Case.objects.get(person=maria).standing == Standing.SAFE


@pytest.mark.parametrize(
    "head",
    [
        b"From: =?utf-8?b?2YU=?= <m@\nexample.org>",
        b"From: Ram <m@example.org>\nMessage-ID: <1@\xe5example.org>",
        b"From: Ram <m@example.org>\nMessage-ID: <",
        b"From: Ram <m@example.org>\nDate: Sun, 01 Mar 2026 12:00:0<!--545",
        b"From: Ram <m@example.org>\nContent-Type: text/plain; charset=hex",
        b"From: Ram <m@example.org>\nContent-Transfer-Encoding: x-uuencode",
    ],
)
def test_a_badly_made_mail_holds_up_no_other(head):
    message = arrived(head + b"\n\nI am safe.\n")

    assert message is None or message.text in {"I am safe.", ""}


def test_the_words_of_a_mail_that_is_attached_are_not_those_of_the_sender():
    mail = b"""From: m@example.org
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Help me</p>
--b
Content-Type: message/rfc822

From: other@example.org
Content-Type: text/plain

I am safe.
--b--
"""
    assert arrived(mail).text == "Help me"
