"""Jobs: work done later, kept in one table of the same database; and the claim code shared with the outbox.

Promises: a job exists if and only if the deed that asked for it was committed; it is done at least once, by
one worker at a time; one that keeps failing is set aside where a person sees it, never forgotten. Arguments
are keys, not names or texts.
"""
