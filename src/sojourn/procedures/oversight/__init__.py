"""Oversight: watches what users read, tells the data-protection officer, and shows them the audit trail.

Promises: nothing is read twice and nothing in full; a notice names keys, never people; watching keeps nobody
from help.
"""
