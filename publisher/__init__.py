"""News entries in git, out as feeds, monthly email digests and a site."""

__version__ = "0.1.0"
