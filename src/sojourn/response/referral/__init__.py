"""Referral: a small directory of services that help, and each referral of a person to one, from offer to feedback.

Promises: nothing is sent without the person's consent or a recorded vital interest; the partner sees the person
from `sent` until the end and no longer; every state has a clock, and whoever sent it hears what became of it.
"""
