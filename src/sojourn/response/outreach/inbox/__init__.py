"""The door for replies: checks who brings them, and writes many in one commit. Understands nothing.

Promises: what was answered with 200 is committed; what cannot be written is answered with 503, so that the
provider brings it again; the provider's message id makes the repeat harmless. No Django ORM in here.
"""
