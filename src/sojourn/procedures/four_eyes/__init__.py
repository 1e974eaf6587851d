"""Procedure: what one person asks for and a second one agrees to is done in the same moment.

Promises: the list shows only what the viewer may decide; a yes and its deed stand in one transaction.
"""
