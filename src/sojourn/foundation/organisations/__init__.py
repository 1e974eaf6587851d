"""Organisations, their offices (posts), users, and the roles that users hold for a time."""
