"""How `check --translations` shows what lacks which language."""

from collections import Counter

import click

from publisher.cli import paint
from publisher.translations import Gap

_MOST = 10  # of each group


def show(gaps: list[Gap], *, as_json: bool) -> None:
    """Print *gaps* by group; *as_json* as one document."""
    if as_json:
        click.echo(paint.json_text({"texts": [gap._asdict() for gap in gaps]}))
        return
    for what in dict.fromkeys(gap.what for gap in gaps):
        group = [gap for gap in gaps if gap.what == what]
        click.secho(f"{what} ({len(group)})", bold=True)
        for gap in group[:_MOST]:
            name = paint.safe(gap.name).replace("\n", " ")
            click.echo(f"  {', '.join(gap.languages)}: {paint.safe(gap.path)}  {name}")
        if len(group) > _MOST:
            click.echo(f"  and {len(group) - _MOST} more; --json shows all")
    counts = Counter(lang for gap in gaps for lang in gap.languages)
    lacking = ", ".join(f"{lang} {count}" for lang, count in counts.most_common())
    click.echo(
        f"texts that lack a language: {lacking}" if gaps else "every text is in every language", err=True
    )
