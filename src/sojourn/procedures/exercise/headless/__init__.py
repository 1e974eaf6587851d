"""Plays a whole exercise by itself: the clock by steps, a scripted duty officer, the outcome as numbers."""
