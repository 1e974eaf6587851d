"""Accounts: how staff get in and stay in: sessions, second factors, second passwords, approvals, lock-downs.

Promises: a session ends by itself and at once when it must; nobody approves what they asked for; a second
password opens the same pages with nobody in them; a locked office opens again only by two from elsewhere.
"""
