"""Sharing: a person's consents and whom she withholds her record from, and what follows at once.

Promises: a yes that is taken back ends referrals and access in the same transaction; the policy explains
itself for any person and any user; glass is broken with a reason and in sight of those who watch.
"""
