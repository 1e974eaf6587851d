"""From the kind of a gateway to the module that speaks to it."""

from collections.abc import Callable, Mapping
from typing import Final

from sojourn.response.outreach.senders import Route, Sender
from sojourn.response.outreach.senders.external import ExternalSender
from sojourn.response.outreach.senders.kannel import KannelSender
from sojourn.response.outreach.senders.smtp import SmtpSender

SENDERS: Final[Mapping[str, Callable[[Route], Sender]]] = {
    "kannel": KannelSender,
    "external": ExternalSender,
    "smtp": SmtpSender,
}


def connect(route: Route) -> Sender:
    """Return a new connection to a gateway; it opens when it is first used."""
    return SENDERS[route.kind](route)
