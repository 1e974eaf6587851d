"""The situation report: what was known at a moment, as page, PDF and HXL table.

Owns no table. Promises: the same moment gives the same report, from the history of the cases and not from how they
stand now; small numbers stay inside the organisation unless it asks for its internal edition.
"""
