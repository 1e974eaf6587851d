"""Access: who may see whom for which purpose, grants to partners, and the sealing of what must stay secret.

Promises: `Scope` is the one answer to "which people"; every page declares its audience; a sealed value
opens only in the row and column it was sealed for.
"""
