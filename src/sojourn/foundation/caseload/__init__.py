"""Caseload: the crisis, the case (one person in one crisis), its stages as data and its appended steps.

Promises: help is a next step of every stage; every case is safe, in need or unaccounted for; each change
appends a step, so any past moment can be shown again; the tallies never drift from the cases.
"""
