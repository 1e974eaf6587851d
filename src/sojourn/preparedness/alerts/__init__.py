"""What authorities and observatories say about hazards: feeds, events, alerts, footprints.

An alert is one message and is never overwritten. Messages about one event stand together, so an
event that turns from green to red stays the same event; the footprint is where it is, in versions.
"""
