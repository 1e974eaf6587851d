"""Deeds on alerts: take in, place, follow, ask feeds."""

from sojourn.preparedness.alerts.operations.asking import (
    CannotAddFeed,
    add_feed,
    ask_feed,
    ask_soon,
    pause_feed,
    poll_due_feeds,
    resume_feed,
    trust_certificates,
)
from sojourn.preparedness.alerts.operations.following import follow_event, note_applied
from sojourn.preparedness.alerts.operations.placing import (
    CannotPlace,
    choose_footprint,
    place_area,
    return_to_source,
)
from sojourn.preparedness.alerts.operations.taking_in import (
    TakenIn,
    ingest_alert,
    ingest_file,
)

__all__ = [
    "CannotAddFeed",
    "CannotPlace",
    "TakenIn",
    "add_feed",
    "ask_feed",
    "ask_soon",
    "choose_footprint",
    "follow_event",
    "ingest_alert",
    "ingest_file",
    "note_applied",
    "pause_feed",
    "place_area",
    "poll_due_feeds",
    "resume_feed",
    "return_to_source",
    "trust_certificates",
]
