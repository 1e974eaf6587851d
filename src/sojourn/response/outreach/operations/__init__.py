"""Deeds of outreach: `outbox` for what goes out; replies, campaigns and conversations beside it."""

from sojourn.response.outreach.operations.links import links_for, personal_link, revoke_links

__all__ = ["links_for", "personal_link", "revoke_links"]
