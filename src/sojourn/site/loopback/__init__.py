"""The built-in mobile operator and mailbox of exercises: a stand-alone far side that nothing leaves.

    python -m sojourn.site.loopback --port 8002

It speaks what real gateways speak (Kannel's `sendsms`, RapidPro's external channel, SMTP), knows a repeated key,
can be asked for a message, reports delivery, and shows each phone as a screen on which one can answer as that
person. Answers go to the inbox as signed webhooks, again and again until they are taken. It shares no code and
no database with what sends to it.
"""
