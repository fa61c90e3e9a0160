"""Readers who get digests by mail: how they join, choose, and leave.

`lifecycle` is the table of what may become of a subscription, `addresses` and `tokens` are pure; `store` is
the door to the tables. Nothing here sends mail or answers a request.
"""
