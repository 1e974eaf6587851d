"""Procedure: an office is overrun. One click closes it; what its staff handed out opens nothing; paper says what to do.

Promises: it works for whoever is in the office, in a hurry; it is undone only by two people from elsewhere.
"""
