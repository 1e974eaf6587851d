"""Plays a crisis with people who do not exist, on the real code path, and takes every trace of it away again."""
