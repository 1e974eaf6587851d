"""From an alert to people who were asked how they are: the crisis, who is exposed, the first message.

Also what keeps a crisis up to date when its event changes, and what is said when it is recalled.
"""
