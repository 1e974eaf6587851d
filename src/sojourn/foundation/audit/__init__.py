"""Audit: what was done and who read what, appended in the deed's own transaction, sealed into a chain.

Promises: an event exists if and only if its deed was committed; events carry keys, never names; once
sealed, an edit, a deletion, a swap or a cut of the chain is found by `sojourn audit verify`.
"""
