"""What is wrong, as people see it over a page: problems as on the terminal, with ways to mend. Pure."""

import html
from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

from publisher.errors import Place, Problem, Severity


def editor_address(root: PurePath, place: Place, form: str | None) -> str:
    """Return what opens the file of *place* in an editor; "" if it has none or there is no *form*.

    *form* is such as `vscode://file/{path}:{line}:{column}`.
    """
    if not form or not place.path or place.path.startswith("environment variable"):
        return ""
    path = quote(str(root / place.path).lstrip("/"))
    values = {"{path}": path, "{line}": str(place.line or 1), "{column}": str(place.column or 1)}
    for name, value in values.items():
        form = form.replace(name, value)
    return form


def overlay(problems: Iterable[Problem], root: PurePath, form: str | None) -> str:
    """Return the HTML that stands over a page while there are *problems*; "" if there are none."""
    rows = [_row(problem, editor_address(root, problem.place, form)) for problem in problems]
    if not rows:
        return ""
    head = "1 problem" if len(rows) == 1 else f"{len(rows)} problems"
    return (
        '<section id="publisher-overlay" role="alert" aria-labelledby="publisher-problems" '
        'lang="en" dir="ltr">'
        f'<h2 id="publisher-problems">{head}</h2><p>Above is what could last be made. '
        f"This goes when it is mended.</p><ol>{''.join(rows)}</ol></section>"
    )


def _row(problem: Problem, editor: str) -> str:
    place = html.escape(str(problem.place))
    where = f'<a href="{html.escape(editor)}">{place}</a>' if editor else place
    label = "error" if problem.severity is Severity.ERROR else "warning"
    excerpt = ""
    if problem.place.line and problem.place.text.strip():
        before = " " * max(0, problem.place.column - 1)
        text = f"{problem.place.line:>5} | {problem.place.text}\n      | {before}^"
        excerpt = f'<pre dir="auto" tabindex="0">{html.escape(text)}</pre>'
    hint = f'<p class="hint"><b>hint:</b> {html.escape(problem.hint)}</p>' if problem.hint else ""
    return (
        f'<li><p><b class="{label}">{label}</b> {html.escape(problem.code)} '
        f'<span class="place">{where}</span></p>'
        f"{excerpt}<p>{html.escape(problem.message)}</p>{hint}</li>"
    )
