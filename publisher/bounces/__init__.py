"""What comes back: mails are fetched, read in a process of their own, and judged by a table.

Nothing here knows who subscribed; `publisher.postmaster` does what follows.
"""
