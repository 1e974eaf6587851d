"""The fixtures of outreach serve here as well."""

from tests.response.outreach.conftest import exposed, family, provider, says

__all__ = ["exposed", "family", "provider", "says"]
