"""Procedure: a reply becomes a standing, a case in triage, or words for a person to read.

Promises: help beats safe, and stays until a person closes it, whatever is said afterwards and in whatever order it
arrives; a family reply accounts for the household it counts; everything of one batch is done, or nothing.
"""

from sojourn.procedures.reply_to_triage.operations import handle, read_replies

__all__ = ["handle", "read_replies"]
