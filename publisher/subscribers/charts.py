"""The figures as one HTML page: plots as inline SVG, each with its table, in light and dark. Pure."""

from collections.abc import Sequence
from html import escape

from publisher.subscribers.figures import Figures, Month

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 240, 56, 24
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;
--line:#c8c8c8;--one:#0b5cad;--two:#b3401b;--three:#4d6b00}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#16181b;
--line:#4a4d52;--one:#7cb8ff;--two:#ff9d75;--three:#b5d66b}}
body{font:16px/1.5 system-ui,sans-serif;
margin:0 auto;max-width:46rem;padding:1rem;color:var(--ink);background:var(--paper)}
svg{display:block;width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:var(--ink)}
figure{margin:1.5rem 0}figcaption{font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line)}
th:first-child{text-align:left}
.one{fill:var(--one)}.two{fill:var(--two)}.three{fill:var(--three)}.grid{stroke:var(--line)}
.curve{fill:none;stroke:var(--one);stroke-width:2.5}
.key i{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .9em}
.k1{background:var(--one)}.k2{background:var(--two)}.k3{background:var(--three)}
"""
_COLUMNS = ("joined", "confirmed", "left", "bounced", "growth", "active")
_SERIES = ("joined", "confirmed", "left")


def page(figures: Figures, title: str, told: str) -> str:
    """Return the page for the newsletter *title*; *told* is when the figures were counted."""
    months = figures.months
    active = figures.statuses.get("active", 0)
    parts = [
        f"<h1>Subscribers of {escape(title)}</h1>",
        f"<p>{active} active; counted {escape(told)}. Months are those of UTC.</p>",
    ]
    if months:
        parts += [
            _figure("Active subscribers at the end of each month", _curve(months)),
            _figure("Joined, confirmed and left, by month", _bars(months), _key()),
        ]
    parts += [
        _table("By month", ("month", *_COLUMNS), [(month.name, *_values(month)) for month in months]),
        _table("By status", ("status", "subscribers"), list(figures.statuses.items())),
        _figure("Active subscribers by language", _rows(figures.languages)) if figures.languages else "",
        _table("By language", ("language", "active"), list(figures.languages.items())),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none';style-src 'unsafe-inline'\">"
        f"<title>Subscribers of {escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>\n{chr(10).join(filter(None, parts))}\n</main></body></html>\n"
    )


def _values(month: Month) -> list[int]:
    return [getattr(month, name) for name in _COLUMNS]


def _figure(caption: str, drawing: str, key: str = "") -> str:
    label = escape(f"{caption}. The numbers stand in a table on this page.", quote=True)
    head = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
    return f"<figure><figcaption>{escape(caption)}</figcaption>{key}{head}{drawing}</svg></figure>"


def _key() -> str:
    names = "".join(f'<i class="k{number}"></i>{name}' for number, name in enumerate(_SERIES, 1))
    return f'<p class="key">{names}</p>'


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    # A region that scrolls can be reached by the keyboard.
    return (
        f"<h2>{escape(caption)}</h2>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _top(values: Sequence[int]) -> int:
    """Return a round number that no value is above."""
    most, step = max(*values, 1), 1
    while step * 10 < most:
        step *= 10
    return -(-most // step) * step


def _height(value: int, top: int) -> float:
    return round((_HEIGHT - _BOTTOM - 12) * value / top, 1)


def _axes(months: Sequence[Month], top: int) -> str:
    base = _HEIGHT - _BOTTOM
    lines = []
    for value in sorted({0, top // 2, top}):
        y = base - _height(value, top)
        lines.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value}</text>')
    every = -(-len(months) // 8)
    for number, month in enumerate(months):
        if number % every == 0:
            x = _middle(number, len(months))
            lines.append(f'<text x="{x}" y="{_HEIGHT - 6}" text-anchor="middle">{month.name}</text>')
    return "".join(lines)


def _middle(number: int, of: int) -> float:
    return round(_LEFT + (_WIDTH - _LEFT) * (number + 0.5) / of, 1)


def _curve(months: Sequence[Month]) -> str:
    top, base = _top([month.active for month in months]), _HEIGHT - _BOTTOM
    points = [
        (_middle(number, len(months)), base - _height(max(month.active, 0), top))
        for number, month in enumerate(months)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = "".join(f'<circle class="one" cx="{x}" cy="{y}" r="3"/>' for x, y in points)
    return f'{_axes(months, top)}<polyline class="curve" points="{line}"/>{dots}'


def _bars(months: Sequence[Month]) -> str:
    top = _top([getattr(month, name) for month in months for name in _SERIES])
    wide = round((_WIDTH - _LEFT) / len(months) / (len(_SERIES) + 1), 2)
    bars = []
    for number, month in enumerate(months):
        start = _middle(number, len(months)) - wide * len(_SERIES) / 2
        for place, (name, colour) in enumerate(zip(_SERIES, ("one", "two", "three"), strict=True)):
            high = _height(getattr(month, name), top)
            x, y = round(start + place * wide, 1), round(_HEIGHT - _BOTTOM - high, 1)
            bars.append(f'<rect class="{colour}" x="{x}" y="{y}" width="{wide}" height="{high}"/>')
    return _axes(months, top) + "".join(bars)


def _rows(languages: dict[str, int]) -> str:
    """Draw a bar for each language, the most spoken first, at most eight."""
    most = sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))[:8]
    high, top = min((_HEIGHT - 8) / len(most), 40), max(most[0][1], 1)
    lines = []
    for number, (name, count) in enumerate(most):
        y, wide = round(4 + number * high, 1), round((_WIDTH - _LEFT - 80) * count / top, 1)
        middle = round(y + high / 2 + 2, 1)
        lines.append(f'<text x="{_LEFT - 6}" y="{middle}" text-anchor="end">{escape(name)}</text>')
        lines.append(
            f'<rect class="one" x="{_LEFT}" y="{y}" width="{wide}" height="{round(high * 0.7, 1)}"/>'
        )
        lines.append(f'<text x="{_LEFT + wide + 6}" y="{middle}">{count}</text>')
    return "".join(lines)
