"""Facts of outreach: what goes out (`outbox`) and what comes in (`inbox`)."""

from sojourn.response.outreach.models.outbox import Message, Sender

__all__ = ["Message", "Sender"]
