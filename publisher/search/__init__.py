"""The search index: documents to the files that a browser searches by itself, without a server.

`pagefind` is the door to the program of that name, which makes them; `canonical` puts what it leaves to
chance into one order, so that the same documents give the same bytes.
"""

from publisher.search.pagefind import hold_installed, index

__all__ = ["hold_installed", "index"]
