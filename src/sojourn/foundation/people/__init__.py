"""People: persons, households, contact points, identity documents, and whereabouts that decay.

Promises: a query on people starts from a viewer and a purpose; a position is kept cut to its accuracy,
an exact one sealed; a document number is never in the clear; there is no column for immigration status.
"""
