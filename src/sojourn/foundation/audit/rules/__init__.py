"""Decisions of the audit trail on plain values: how events are chained, and what about reading is unusual."""

from sojourn.foundation.audit.rules.chain import GENESIS, canonical, link, plain

__all__ = ["GENESIS", "canonical", "link", "plain"]
