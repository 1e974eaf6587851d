"""Deeds on mailboxes: fetch what is new into the inbox. For the worker."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sojourn.response.outreach.inbox.envelope import Arrived
from sojourn.response.outreach.models.inbox import Provider
from sojourn.response.outreach.operations.inbox import secret_of, take_in
from sojourn.response.outreach.senders.mailbox import CannotFetch, Mailbox, fetch
from sojourn.response.outreach.terms import ProviderForm

logger = logging.getLogger(__name__)


def fetch_mail(*, at: datetime) -> int:
    """Fetch new mail of every mailbox that is switched on; return how many. One that fails holds up no other."""
    total = 0
    for provider in Provider.objects.filter(form=ProviderForm.IMAP, is_enabled=True):
        mailbox = Mailbox(provider.url, provider.username, secret_of(provider))
        keep = partial(_keep, provider, at)
        try:
            total += fetch(mailbox, keep)
        except CannotFetch as refusal:
            logger.warning("mailbox %s: %s", provider.pk, refusal)
    return total


def _keep(provider: Provider, at: datetime, messages: Sequence[Arrived]) -> int:
    return take_in(provider=provider, messages=messages, at=at)
