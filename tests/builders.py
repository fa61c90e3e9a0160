"""Short ways to the values that tests need; every argument can be changed by name."""

from datetime import datetime
from typing import Any

from publisher.entries.parser import parse_entry
from publisher.model import written
from publisher.model.entry import Entry
from publisher.model.settings import Settings


def some_settings(**sections: Any) -> Settings:
    """Return settings of a small newsletter in four languages; *sections* replace tables."""
    newsletter: dict[str, Any] = {
        "title": {"en": "Example News", "fr": "Nouvelles"},
        "url": "https://news.example.org/",
        "tag": "news.example.org,2018",
        "languages": ["en", "fr", "es", "ar"],
        "locales": {"en": "en-GB"},
        "zone": "Europe/Zurich",
    }
    newsletter |= sections.pop("newsletter", {})
    if isinstance(newsletter["title"], dict):  # it speaks no other languages
        known = newsletter["languages"]
        newsletter["title"] = {lang: words for lang, words in newsletter["title"].items() if lang in known}
    return written.Settings.model_validate({"newsletter": newsletter, **sections}).value()


def entry_text(body: str = "Some words.", **fields: str) -> str:
    """Return the text of an entry file; *fields* are lines of front matter, None leaves one out."""
    lines = {"title": "A title", "date": "2023-06-27", "summary": "A summary."} | fields
    front = "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None)
    return f"---\n{front}---\n{body}\n"


def an_entry(
    path: str = "2023/06/an-entry.md",
    body: str = "Some words.",
    settings: Settings | None = None,
    **fields: str,
) -> Entry:
    """Return a parsed entry; fails the test if the text has an error."""
    text = entry_text(body, **({"id": path.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]} | fields))
    parsed = parse_entry(path, text.encode(), settings or some_settings())
    assert parsed.entry is not None, parsed.problems
    return parsed.entry


def at(text: str) -> datetime:
    """Return the moment *text*, which has its offset."""
    return datetime.fromisoformat(text)
