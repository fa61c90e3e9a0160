"""Pages of figures: tables, shares and plots as inline SVG, in light and dark. Pure.

A plot is drawn in hundredths of its width and height, and stretched; the words around it keep their size on
a phone. Each has its numbers in words or in a table beside it.
"""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root{color-scheme:light dark;--paper:#fdfbf7;--ink:#22303a;--quiet:#56626b;--line:#dcd5c8;
--one:#1d5468;--pale:#a9c6cf;--two:#a2431f;--serif:Georgia,"Noto Serif","Times New Roman",serif}
@media(prefers-color-scheme:dark){:root{--paper:#161c21;--ink:#e8e3da;--quiet:#a9b2b8;--line:#36414a;
--one:#8cc7db;--pale:#3d6575;--two:#f0a27c}}
body{font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
margin:0;padding:1.5rem 1rem 3rem;color:var(--ink);background:var(--paper)}
main{max-width:46rem;margin:auto}
h1,h2{font-family:var(--serif);line-height:1.25;text-wrap:balance}h1{font-size:1.9rem;margin:0 0 .3em}
h2{font-size:1.3rem;margin:2.4em 0 .6em;padding-top:.5em;border-top:.2rem solid var(--two)}
.told,.key{color:var(--quiet);margin:0;font-size:.95rem}
.plot{position:relative;height:13rem;margin:1rem .5rem 2.2rem 3.4rem}
.plot svg{position:absolute;width:100%;height:100%}
.plot span{position:absolute;font-size:.8rem;line-height:1;color:var(--quiet);white-space:nowrap;
font-variant-numeric:tabular-nums}
.up{right:100%;margin-right:.5rem;transform:translateY(50%)}
.along{top:100%;margin-top:.5rem;transform:translateX(-50%)}
.grid{stroke:var(--line);stroke-width:1px;vector-effect:non-scaling-stroke}
.zero{stroke:var(--quiet)}.one{fill:var(--one)}.pale{fill:var(--pale)}.two{fill:var(--two)}
.edge{fill:none;stroke:var(--one);stroke-width:2px;vector-effect:non-scaling-stroke}
.key i{display:inline-block;width:.75em;height:.75em;border-radius:.1em;margin:0 .4em 0 0}
.key span{margin-right:1.2em;white-space:nowrap}
.k1{background:var(--pale)}.k2{background:var(--one)}.k3{background:var(--two)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--quiet);font-weight:normal;font-size:.9rem}
tbody th{font-weight:normal}
th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}
td.bar{width:60%}.bar svg{display:block;width:100%;height:.8rem}
@media(max-width:30rem){th,td{padding:.3rem .28rem;font-size:.85rem}
thead th{font-size:.75rem}td.bar{width:45%}}
"""
_LABELS, _FEWEST = 4, 6  # so many columns are named below a plot, and have room at least


def document(title: str, lead: str, parts: Iterable[str]) -> str:
    """Return a page that is called *title*; *lead* and *parts* are HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none';style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><main>\n<h1>{escape(title)}</h1>\n<p class="told">{lead}</p>\n'
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def shares(what: str, count: str, rows: Iterable[tuple[str, int]]) -> str:
    """Return a table with a bar for each of *rows*, under the headings *what* and *count*."""
    rows = list(rows)
    most = max(*(number for _, number in rows), 1)
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="bar">'
        f'<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="one" width="{_share(number, most)}" height="1"/></svg></td><td>{number:,}</td></tr>'
        for name, number in rows
    )
    head = f'<th scope="col">{escape(what)}</th><td></td><th scope="col">{escape(count)}</th>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], name: str = "") -> str:
    """Return a table; one with a *name* may be too wide for a phone, and scrolls."""
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{cell:,}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    # A region that scrolls can be reached by the keyboard.
    region = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}">{table}</div>'
    return region if name else table


def plot(names: Sequence[str], label: str, drawing: str, low: int, high: int) -> str:
    """Return *drawing* with lines at round numbers from *low* to *high*, and *names* of columns."""
    ticks = _ticks(low, high)
    grid, words = [], []
    for tick in ticks:
        place = _share(tick - ticks[0], ticks[-1] - ticks[0])
        look = "grid zero" if tick == 0 else "grid"
        y = _round(100 - place)
        grid.append(f'<line class="{look}" x1="0" x2="100" y1="{y}" y2="{y}"/>')
        words.append(f'<span class="up" style="bottom:{place}%">{abs(tick):,}</span>')
    slots, every = max(len(names), _FEWEST), -(-len(names) // _LABELS)
    for number in range(every // 2, len(names), every):
        x = _round((number + 0.5) * 100 / slots)
        words.append(f'<span class="along" style="left:{x}%">{escape(names[number])}</span>')
    box = f"0 {-ticks[-1]} {slots} {ticks[-1] - ticks[0]}"
    inner = f'<svg viewBox="{box}" preserveAspectRatio="none" width="100" height="100">{drawing}</svg>'
    return (
        f'<div class="plot"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label, quote=True)}">{"".join(grid)}{inner}</svg>'
        f'<div aria-hidden="true">{"".join(words)}</div></div>'
    )


def bar(look: str, x: float, wide: float, y: int, high: int) -> str:
    """Return a bar in the colour *look*, whose upper end is at *y*."""
    return f'<rect class="{look}" x="{_round(x)}" y="{y}" width="{wide}" height="{high}"/>'


def _ticks(low: int, high: int) -> list[int]:
    """Return round numbers with zero among them, the first not above *low*, the last not below *high*."""
    step, factors = 1, 0
    while (high - low) / step > 4:  # noqa: PLR2004 - more lines than that say no more
        step = (1, 2, 5)[factors % 3] * 10 ** (factors // 3)
        factors += 1
    first, last = low // step, max(-(-high // step), 1)
    return [number * step for number in range(first, last + 1)]


def _share(value: int, of: int) -> float:
    return _round(100 * value / of)


def _round(value: float) -> float:
    return round(value, 2)
