"""Ratios as bars: an SVG for light and dark pages, which tells its figures to screen readers too."""

from html import escape
from typing import Any

from programs import TITLES
from report import STEPS, baseline, ratio

WIDTH, LEFT, BAR, GAP, ROOM = 720, 130, 20, 6, 110
STYLE = """
.page { fill: #ffffff } .words { fill: #1f2328 } .quiet { fill: #59636e }
.ours { fill: #0b5cad } .peer { fill: #7d8590 } .line { stroke: #59636e }
text { font: 14px system-ui, sans-serif }
.big { font-size: 17px; font-weight: 600 } .step { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 } .words { fill: #f0f6fc } .quiet { fill: #a3adb8 }
  .ours { fill: #6cb6ff } .peer { fill: #6e7681 } .line { stroke: #a3adb8 }
}
"""


def svg(results: dict[str, Any]) -> str:
    """Return a plot of the wall times of all steps and sizes, over the baseline's."""
    other = TITLES[baseline(results["sizes"][0]["outputs"])]
    title = f"Time to build, {other} = 1; shorter is better"
    parts, sentences, height = [], [], 44
    for size in results["sizes"]:
        parts.append(f'<text class="words big" x="16" y="{height + 20}">{size["entries"]:,} entries</text>')
        height += 34
        widest = max(1.0, *(row["wall_ratio"] for row in size["rows"]))
        for step, words in STEPS.items():
            rows = [row for row in size["rows"] if row["step"] == step]
            if rows:
                bars, height = _step(words, rows, height, widest)
                parts += bars
                told = ", ".join(f"{TITLES[row['program']]} {ratio(row['wall_ratio'])}" for row in rows)
                sentences.append(f"{size['entries']:,} entries, {words}: {told}.")
        height += 10
    facts = results["about"]
    below = f"Medians of {results['sizes'][0]['rounds']} rounds, {facts['date']}"
    parts.append(f'<text class="quiet" x="16" y="{height + 14}">{escape(below)}</text>')
    height += 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' aria-labelledby="title description">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f'<desc id="description">{escape(" ".join(sentences))}</desc>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="page" width="{WIDTH}" height="{height}"/>\n'
        f'<text class="words big" x="16" y="30">{escape(title)}</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _step(words: str, rows: list[dict[str, Any]], top: int, widest: float) -> tuple[list[str], int]:
    """Return the bars of a step that starts at the height *top*, and where they end."""
    parts = [f'<text class="words step" x="16" y="{top + 16}">{escape(words)}</text>']
    top += 26
    scale = (WIDTH - LEFT - ROOM) / widest
    one, end = LEFT + scale, top + len(rows) * (BAR + GAP)
    for number, row in enumerate(rows):
        y, width = top + number * (BAR + GAP), max(1.0, row["wall_ratio"] * scale)
        look = "ours" if row["program"] == "publisher" else "peer"
        name, value = escape(TITLES[row["program"]]), ratio(row["wall_ratio"])
        parts += [
            f'<text class="words" x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{name}</text>',
            f'<rect class="{look}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text class="words" x="{LEFT + width + 8:.1f}" y="{y + 15}">{value}</text>',
        ]
    parts.append(
        f'<line class="line" x1="{one:.1f}" x2="{one:.1f}" y1="{top - 4}" y2="{end}" stroke-dasharray="3 3"/>'
    )
    return parts, end + 8
