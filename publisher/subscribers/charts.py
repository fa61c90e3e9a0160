"""The figures of the list as one HTML page. Pure."""

from collections.abc import Sequence
from html import escape

from publisher.plots import bar, document, plot, shares, table
from publisher.subscribers.figures import Figures, Month

_SERIES = ("joined", "confirmed", "left")


def page(figures: Figures, title: str, told: str, zone: str) -> str:
    """Return the page for the newsletter *title*; *told* is when the figures were counted, in *zone*."""
    active = figures.statuses.get("active", 0)
    lead = (
        f"<strong>{active:,} active</strong> on {escape(told)}. Times and months are those of {escape(zone)}."
    )
    parts = [
        *(_by_month(figures.months) if figures.months else ()),
        *(_by_language(figures.languages) if figures.languages else ()),
    ]
    if figures.statuses:
        parts += ["<h2>By status</h2>", table(("status", "subscribers"), figures.statuses.items())]
    return document(f"Subscribers of {title}", lead, parts)


def _by_month(months: Sequence[Month]) -> list[str]:
    first, last = months[0], months[-1]
    grown = (
        f"Active at the end of {first.name}: {first.active:,}, at the end of {last.name}: {last.active:,}."
    )
    sums = ", ".join(f"{sum(getattr(month, name) for month in months):,} {name}" for name in _SERIES)
    names = [month.name for month in months]
    looks = zip(_SERIES, ("k1", "k2", "k3"), strict=True)
    key = "".join(f'<span><i class="{look}"></i>{name}</span>' for name, look in looks)
    rows = [(month.name, *month[1:]) for month in reversed(months)]
    return [
        "<h2>Active at the end of each month</h2>",
        plot(names, grown, _grown(months), 0, max(month.active for month in months)),
        "<h2>Who came and who left</h2>",
        f'<p class="key">{key}</p>',
        plot(names, f"From {first.name} to {last.name}: {sums}.", _moved(months), *_moves(months)),
        "<h2>By month</h2>",
        table(("month", *Month._fields[1:]), rows, "By month"),
    ]


def _by_language(languages: dict[str, int]) -> list[str]:
    rows = sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))
    return ["<h2>By language</h2>", shares("language", "active", rows)]


# ---------------------------------------------------------------------- plots
def _grown(months: Sequence[Month]) -> str:
    """Draw how many were active: a step for each month, one wide and as high as there were readers."""
    steps = " ".join(f"V{-month.active} H{number}" for number, month in enumerate(months, 1))
    area = f'<path class="pale" d="M0 0 {steps} V0 Z"/>'
    return f'{area}<path class="edge" d="M0 {-months[0].active} {steps}"/>'


def _moved(months: Sequence[Month]) -> str:
    """Draw who joined and, within, who confirmed above the line, and who left below it."""
    bars = []
    for number, month in enumerate(months):
        bars.append(bar("pale", number + 0.14, 0.72, -month.joined, month.joined))
        bars.append(bar("one", number + 0.28, 0.44, -month.confirmed, month.confirmed))
        bars.append(bar("two", number + 0.28, 0.44, 0, month.left))
    return "".join(bars)


def _moves(months: Sequence[Month]) -> tuple[int, int]:
    """Return the most that left in a month, as a number below zero, and the most that came."""
    came = [max(month.joined, month.confirmed) for month in months]
    return -max(month.left for month in months), max(came)
