"""Questions of outreach: `outbox` for what goes out; replies, campaigns and conversations beside it."""

from sojourn.response.outreach.queries.links import person_by_token

__all__ = ["person_by_token"]
