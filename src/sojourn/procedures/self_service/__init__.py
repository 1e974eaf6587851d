"""The person's own page: by link or code, on any phone, without an account or a script.

Promises: nothing is asked that is not needed; help has no precondition; what is said here goes the same
way as a reply by SMS; the person sees who read their record, may correct it, take it away, and delete it.
"""
