"""A plugin of Pelican: an Atom document for each month, by Pelican's own writer."""

from collections import defaultdict
from importlib import import_module
from typing import Any


def write_months(generator: Any, writer: Any) -> None:
    """Write YYYY/MM/atom.xml with all entries of the month."""
    months: dict[str, list[Any]] = defaultdict(list)
    for article in generator.articles:
        months[f"{article.date:%Y/%m}"].append(article)
    limit, writer.settings["FEED_MAX_ITEMS"] = writer.settings["FEED_MAX_ITEMS"], None
    for folder, articles in months.items():
        writer.write_feed(articles, generator.context, f"{folder}/atom.xml", f"{folder}/atom.xml", folder)
    writer.settings["FEED_MAX_ITEMS"] = limit


def register() -> None:
    """Tell Pelican when to call."""
    import_module("pelican.plugins.signals").article_writer_finalized.connect(write_months)
