"""Ask feeds for news: those that are due, each by itself, with a growing pause after a failure."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.exchange.reading import Unreadable
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor, System
from sojourn.foundation.organisations.models import User
from sojourn.preparedness.alerts import queries, rules
from sojourn.preparedness.alerts.feeds import CannotFetch, Fetched, Fetcher, default_fetcher
from sojourn.preparedness.alerts.feeds.addresses import check_can_ask
from sojourn.preparedness.alerts.models import Feed
from sojourn.preparedness.alerts.operations.taking_in import certificates_in, ingest_file

logger = logging.getLogger(__name__)

WORKER = System("feeds")
MOST_MESSAGES = 25  # at a time, so that one feed does not hold up the others
SILENCE = timedelta(minutes=10)  # a feed whose asker fell silent is asked again after this


class CannotAddFeed(Exception):
    """The feed cannot be added; the message says why."""


@transaction.atomic
def add_feed(
    *, name: str, url: str, interval_min: int, certificates: str, by: User, at: datetime
) -> Feed:
    """Add a feed; the worker asks it at once. Raises CannotAddFeed for an address not to be asked."""
    try:
        check_can_ask(url)
    except CannotFetch as refusal:
        raise CannotAddFeed(str(refusal)) from refusal
    if Feed.objects.filter(url=url).exists():
        raise CannotAddFeed(_("This feed is already here."))
    feed = Feed.objects.create(
        name=name,
        url=url,
        interval_min=interval_min,
        certificates=_checked(certificates),
        next_ask_at=at,
        added_at=at,
    )
    audit.record(what="feed.added", about=feed, by=by, at=at)
    return feed


@transaction.atomic
def pause_feed(*, feed: Feed, by: Actor, at: datetime) -> None:
    """Stop asking a feed until told otherwise. Safe to repeat."""
    if Feed.objects.filter(pk=feed.pk, is_paused=False).update(is_paused=True):
        audit.record(what="feed.paused", about=feed, by=by, at=at)


@transaction.atomic
def resume_feed(*, feed: Feed, by: Actor, at: datetime) -> None:
    """Ask a feed again, at once. Safe to repeat."""
    resumed = Feed.objects.filter(pk=feed.pk, is_paused=True)
    if resumed.update(is_paused=False, next_ask_at=at, failures=0):
        audit.record(what="feed.resumed", about=feed, by=by, at=at)


@transaction.atomic
def ask_soon(*, feed: Feed, by: Actor, at: datetime) -> None:
    """Have the worker ask a feed at its next look, whatever its pause. Safe to repeat."""
    if Feed.objects.filter(pk=feed.pk, is_paused=False).update(next_ask_at=at):
        audit.record(what="feed.asked", about=feed, by=by, at=at)


@transaction.atomic
def trust_certificates(*, feed: Feed, certificates: str, by: Actor, at: datetime) -> None:
    """Say whose signatures are believed in this feed. Raises CannotAddFeed for what is none."""
    Feed.objects.filter(pk=feed.pk).update(certificates=_checked(certificates))
    audit.record(what="feed.trusts", about=feed, by=by, at=at)


def poll_due_feeds(*, at: datetime, fetch: Fetcher | None = None) -> int:
    """Ask every feed that is due and return how many were asked. For the worker; safe to repeat."""
    asked = 0
    for feed in Feed.objects.filter(is_paused=False, next_ask_at__lte=at).order_by("next_ask_at"):
        asked += ask_feed(feed=feed, at=at, fetch=fetch)
    return asked


def ask_feed(*, feed: Feed, at: datetime, fetch: Fetcher | None = None, by: Actor = WORKER) -> bool:
    """Ask one feed now; False when somebody else is asking it. What goes wrong is kept on the feed."""
    claimed = Feed.objects.filter(pk=feed.pk, next_ask_at=feed.next_ask_at)
    if not claimed.update(next_ask_at=at + SILENCE, asked_at=at):
        return False
    try:
        answer = (fetch or default_fetcher())(feed.url, feed.etag, feed.last_modified)
        if answer.data is not None:
            ingest_file(name=feed.name, data=answer.data, feed=feed, by=by, at=at)
    except CannotFetch as refusal:
        _failed(feed, str(refusal), at)
    except Unreadable as refusal:
        _failed(feed, f"{refusal.where}: {refusal.problem}", at)
    else:
        _answered(feed, answer, at)
        take_whole_messages(feed=feed, fetch=fetch or default_fetcher(), by=by, at=at)
    return True


def take_whole_messages(*, feed: Feed, fetch: Fetcher, by: Actor, at: datetime) -> int:
    """Fetch the messages that a feed only summed up, and return how many came. Safe to repeat.

    One that does not come is tried again when the feed is asked next, as long as it is in force.
    """
    taken = 0
    for summary in queries.summaries_of(feed, at=at)[:MOST_MESSAGES]:
        link = rules.whole_message_at(summary.content)
        try:
            answer = fetch(link, "", "")
            if answer.data is not None:
                ingest_file(name=link, data=answer.data, feed=feed, summary=summary, by=by, at=at)
                taken += 1
        except (CannotFetch, Unreadable) as refusal:
            logger.warning("feed %s: a message was not taken: %s", feed.pk, type(refusal).__name__)
    return taken


def _answered(feed: Feed, answer: Fetched, at: datetime) -> None:
    Feed.objects.filter(pk=feed.pk).update(
        etag=answer.etag[:400],
        last_modified=answer.last_modified[:100],
        answered_at=at,
        failures=0,
        last_failure="",
        next_ask_at=at + timedelta(minutes=feed.interval_min),
    )


def _failed(feed: Feed, words: str, at: datetime) -> None:
    pause = rules.pause_after(feed.failures + 1, timedelta(minutes=feed.interval_min))
    logger.warning("feed %s did not answer (failure %d)", feed.pk, feed.failures + 1)
    Feed.objects.filter(pk=feed.pk).update(
        failures=feed.failures + 1, last_failure=rules.storable(words)[:400], next_ask_at=at + pause
    )


def _checked(certificates: str) -> str:
    """Return the text when each certificate in it can be read."""
    from cryptography.x509 import load_pem_x509_certificate

    found = certificates_in(certificates)
    try:
        for one in found:
            load_pem_x509_certificate(one.encode("ascii"))
    except ValueError as error:
        raise CannotAddFeed(_("A certificate cannot be read; it must be PEM text.")) from error
    if certificates.strip() and not found:
        raise CannotAddFeed(_("A certificate cannot be read; it must be PEM text."))
    return "".join(found)
