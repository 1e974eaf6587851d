"""Outreach: messages to people in their language, the outbox that sends them, and the replies that come in.

Promises: a message is written in one transaction with its reason, under a key that cannot be doubled; it is
sent once, or its row says why not or that nobody can know; a person who said STOP is not written to there.
"""
