"""The board of a crisis: the three numbers, unaccounted for first, their course, where, and what to do next.

Owns no table: it reads the tallies, never the cases themselves, but for the few that are listed by name. Promises:
whoever may not see people sees numbers under disclosure control only, taken once an hour.
"""
