"""Alerts of every supported format in one shape, and the command that prints it."""
