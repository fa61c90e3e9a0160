"""Numbers with their nouns, as results and problems are counted."""

from publisher.errors import Problem, Severity


def summary(found: list[Problem], looked_at: int, after: str = "") -> str:
    """Return the line that counts: "2 errors, 1 warning in 41 files. Nothing was written."."""
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    parts = [count(errors, "error")] if errors else []
    if warnings := len(found) - errors:
        parts.append(count(warnings, "warning"))
    files = f" in {count(looked_at, 'file')}" if looked_at else ""
    return f"{', '.join(parts) or 'No problems'}{files}." + (f" {after}" if after else "")


def count(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun: 1 file, 2 files."""
    return f"{number} {one if number == 1 else several or one + 's'}"
