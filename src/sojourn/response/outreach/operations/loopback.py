"""Sets an organisation of an exercise up to write to the built-in phones and mailboxes, and to hear from them."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.foundation.people.terms import Channel
from sojourn.response.outreach.models.outbox import Sender
from sojourn.response.outreach.operations.inbox import ProviderFacts, add_provider
from sojourn.response.outreach.operations.senders import SenderFacts, add_sender
from sojourn.response.outreach.terms import Ability, ProviderForm, SenderKind


@transaction.atomic
def connect_loopback(*, organisation: Organisation, by: Actor, at: datetime) -> list[Sender]:
    """Return the senders of an organisation to the built-in operator, set up when there were none.

    The operator learns name and secret from what is sent, and signs the answers that it brings with them.
    """
    port = settings.LOOPBACK_PORT
    here = f"http://127.0.0.1:{port}"
    known = list(Sender.objects.filter(organisation=organisation, is_exercise=True))
    if known:
        return known
    forms = {
        Channel.SMS: SenderFacts(
            name="Built-in phones",
            kind=SenderKind.KANNEL,
            url=f"{here}/cgi-bin/sendsms",
            ask_url=f"{here}/known/{{key}}",
            ability=Ability.TAKES_KEY,
            from_address=organisation.name[:20],
        ),
        Channel.EMAIL: SenderFacts(
            name="Built-in mailboxes",
            kind=SenderKind.SMTP,
            url=f"smtp://127.0.0.1:{port + 1}",
            ability=Ability.TAKES_KEY,
            from_address="post@exercise.example",
            connections=4,
        ),
    }
    senders = []
    for channel, facts in forms.items():
        key, secret = uuid7(), secrets.token_urlsafe(24)
        add_provider(
            organisation=organisation,
            facts=ProviderFacts(name=str(facts.name), form=ProviderForm.SIGNED, channel=channel),
            secret=secret,
            is_exercise=True,
            key=key,
            by=by,
            at=at,
        )
        named = SenderFacts(
            name=facts.name,
            kind=facts.kind,
            url=facts.url,
            ask_url=facts.ask_url,
            ability=facts.ability,
            from_address=facts.from_address,
            connections=facts.connections,
            username=str(key),
        )
        senders.append(
            add_sender(
                organisation=organisation,
                facts=named,
                password=secret,
                is_exercise=True,
                by=by,
                at=at,
            )
        )
    return senders
