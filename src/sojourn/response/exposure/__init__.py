"""Who is exposed: a crisis' footprint against the last known location of everyone in the register.

Owns the blocks of locations, what each run found, and the estimate of people on no list. Promises: the answer is
that of an exact test; a run adds cases and changes bands by steps, and removes nobody in silence.
"""
