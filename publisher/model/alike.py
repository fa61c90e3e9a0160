"""What somebody meant who wrote a name that is not there."""


def closest(word: str, known: list[str]) -> str:
    """Return "did you mean ...?" for the one of *known* that *word* resembles, or ""."""
    import difflib

    found = difflib.get_close_matches(word[:80], known, n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else ""
