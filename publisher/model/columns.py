"""How wide a line of plain text is."""

import unicodedata


def columns(line: str) -> int:
    """Return how many columns *line* takes: marks above letters take none, wide letters two."""
    if line.isascii():
        return len(line)
    marks = sum(unicodedata.category(letter) in {"Mn", "Me", "Cf"} for letter in line)
    return len(line) - marks + sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
