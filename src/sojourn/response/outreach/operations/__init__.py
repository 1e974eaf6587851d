"""Deeds of outreach: `outbox` for what goes out; replies, campaigns and conversations beside it."""
