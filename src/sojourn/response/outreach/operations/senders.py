"""Deeds on senders: set one up, change it, switch it off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation
from sojourn.response.outreach.models.outbox import Sender
from sojourn.response.outreach.rules import outbox as rules
from sojourn.response.outreach.rules.outbox import CannotUseSender
from sojourn.response.outreach.terms import Ability, SenderKind

__all__ = ["CannotUseSender"]

TABLE: Final = "outreach_sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """How a gateway is reached and what it can do. `ask_url` holds `{key}`; no `rate_per_s` is no limit."""

    name: str
    kind: SenderKind
    url: str
    ability: Ability
    ask_url: str = ""
    username: str = ""
    from_address: str = ""
    rate_per_s: float | None = None
    connections: int = 32
    callback_window_s: int = 900


@transaction.atomic
def add_sender(
    *,
    organisation: Organisation,
    facts: SenderFacts,
    password: str = "",
    is_exercise: bool = False,
    by: Actor,
    at: datetime,
) -> Sender:
    """Set up a way out for an organisation. Raises CannotUseSender."""
    _check(facts, is_exercise=is_exercise)
    key = uuid7()
    sender = Sender(id=key, organisation=organisation, is_exercise=is_exercise)
    _put(sender, facts)
    sender.password_sealed = _sealed(password, sender) if password else None
    sender.save(force_insert=True)
    audit.record(what="sender.added", about=sender, by=by, at=at, kind=facts.kind)
    return sender


@transaction.atomic
def change_sender(
    *, sender: Sender, facts: SenderFacts, password: str = "", by: Actor, at: datetime
) -> Sender:
    """Change how a gateway is reached; an empty password keeps the old one. Raises CannotUseSender."""
    _check(facts, is_exercise=sender.is_exercise)
    sender = Sender.objects.select_for_update().get(pk=sender.pk)
    _put(sender, facts)
    if password:
        sender.password_sealed = _sealed(password, sender)
    sender.paused_until = None
    sender.save()
    audit.record(what="sender.changed", about=sender, by=by, at=at, kind=facts.kind)
    return sender


@transaction.atomic
def switch_sender(*, sender: Sender, is_enabled: bool, by: Actor, at: datetime) -> bool:
    """Switch a sender on or off; what it was sending is finished. Safe to repeat."""
    changed = Sender.objects.filter(pk=sender.pk, is_enabled=not is_enabled).update(
        is_enabled=is_enabled, paused_until=None
    )
    if changed:
        what = "sender.switched_on" if is_enabled else "sender.switched_off"
        audit.record(what=what, about=sender, by=by, at=at)
    return bool(changed)


def password_of(sender: Sender) -> str:
    """Open the password of a sender, or return nothing when it has none."""
    if sender.password_sealed is None:
        return ""
    return sealing.open_sealed(
        sender.password_sealed, table=TABLE, column="password", row=sender.pk
    )


def _check(facts: SenderFacts, *, is_exercise: bool) -> None:
    rules.check_can_use(kind=facts.kind, url=facts.url, is_exercise=is_exercise)
    if facts.ask_url:
        rules.check_can_use(kind=SenderKind.KANNEL, url=facts.ask_url, is_exercise=is_exercise)
    if facts.ability == Ability.CAN_BE_ASKED and "{key}" not in facts.ask_url:
        raise CannotUseSender("A gateway that can be asked needs an address with {key} in it.")


def _put(sender: Sender, facts: SenderFacts) -> None:
    sender.name, sender.kind, sender.url = facts.name, facts.kind, facts.url
    sender.channel = rules.CHANNEL_OF[facts.kind]
    sender.ability, sender.ask_url = facts.ability, facts.ask_url
    sender.username, sender.from_address = facts.username, facts.from_address
    sender.rate_per_s, sender.connections = facts.rate_per_s, facts.connections
    sender.callback_window_s = facts.callback_window_s


def _sealed(password: str, sender: Sender) -> bytes:
    return sealing.seal(password, table=TABLE, column="password", row=sender.pk)
