"""Problems on a terminal, as JSON, and as GitHub's annotations."""

import json
import sys
import unicodedata

import click

from publisher.cli.counting import count, summary
from publisher.errors import Place, Problem, PublisherError, Severity, in_order

__all__ = ["as_github", "as_json", "count", "failure", "json_text", "problems", "safe", "summary", "texts"]

_WIDTH = 100
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def problems(found: list[Problem], looked_at: int, after: str = "", *, err: bool = False) -> None:
    """Print each of *found* with its excerpt, then a line that counts them."""
    for problem in in_order(found):
        click.echo(_as_text(problem), err=err)
    click.echo(summary(found, looked_at, after), err=err)


def texts(found: list[Problem]) -> list[str]:
    """Return each of *found* with its excerpt."""
    return [_as_text(problem) for problem in in_order(found)]


def failure(error: PublisherError) -> None:
    """Print an error that has no place in a file."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {error.code}", err=True)
    click.echo(f"  {safe(error.message)}", err=True)
    if error.hint:
        click.echo(f"  {click.style('hint:', fg='cyan')} {safe(error.hint)}", err=True)


def as_json(found: list[Problem], looked_at: int) -> str:
    """Return the problems as one JSON document."""
    rows = [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "path": problem.place.path,
            "line": problem.place.line or None,
            "column": problem.place.column or None,
            "message": problem.message,
            "hint": problem.hint or None,
        }
        for problem in in_order(found)
    ]
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    document = {"files": looked_at, "errors": errors, "warnings": len(found) - errors, "problems": rows}
    return json_text(document)


def json_text(document: object) -> str:
    """Return *document* as JSON; in ASCII where standard output cannot carry every character."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return json.dumps(document, ensure_ascii=encoding.lower() not in {"utf-8", "utf8"}, indent=2)


def as_github(problem: Problem) -> str:
    """Return a workflow command that shows the problem beside its line in a pull request."""
    place = problem.place
    values = {"file": place.path, "title": problem.code}
    if place.line:
        values |= {"line": str(place.line), "col": str(place.column)}
    fields = ",".join(f"{name}={_escaped(value, also=':,')}" for name, value in values.items())
    text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return f"::{problem.severity.value} {fields}::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _as_text(problem: Problem) -> str:
    label = click.style(f"{problem.severity.value}:", fg=_COLOURS[problem.severity], bold=True)
    lines = [f"{label} {problem.code:<23} {click.style(safe(str(problem.place)), bold=True)}"]
    lines += _excerpt(problem.place)
    lines.append(f"  {safe(problem.message)}")
    if problem.hint:
        lines.append(f"  {click.style('hint:', fg='cyan')} {safe(problem.hint)}")
    return "\n".join(lines) + "\n"


def _excerpt(place: Place) -> list[str]:
    """Return the line of *place* and a caret below its column; of a long line the part around it."""
    if not place.line or not place.text.strip():
        return []
    start = max(0, place.column - _WIDTH // 2) if len(place.text) > _WIDTH else 0
    shown = safe(place.text[start : start + _WIDTH])
    before = safe(place.text[start : max(start, place.column - 1)])
    indent = "".join(" " * _cells(character) for character in before)
    return [f"{place.line:>5} | {shown}", f"      | {indent}{click.style('^', fg='red', bold=True)}"]


def safe(text: str) -> str:
    """Return *text* without characters that steer a terminal or turn the line's direction."""
    return "".join(
        " " if character == "\t" else "\ufffd" if _steers(character) else character for character in text
    )


def _steers(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cs"}
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:  # marks, and characters without a sign
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
