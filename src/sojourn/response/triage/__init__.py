"""Triage: what people need, how soon, and why; the queue with its clocks; the deeds on a case.

Promises: help is open from every stage; every priority says its reasons and which version of the published rules gave
it; an officer may overrule it, with a reason, on record; two officers never take the same case; a clock that runs
out reaches the post and then the duty officer; what a person wrote is kept whole and sealed.
"""
