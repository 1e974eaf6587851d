"""Brings lists of people into the register, and keeps what each list said.

Promises: a list is looked at before it changes anything; the same file does nothing twice; a row is
never lost, whatever is wrong with it; nobody is merged without a person saying so; an import can be
undone as long as nothing else rests on it.
"""
