"""Decisions of outreach on plain values: `outbox` for what goes out; replies and words beside it."""
