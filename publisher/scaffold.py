"""The use cases `init` and `new`: the first files of a project, and the first lines of an entry.

This is the one place that writes into a project's folder outside of `out/`, and it never overwrites.
"""

import json
import os
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

from pydantic import ValidationError
from slugify import slugify

from publisher.errors import UsageError
from publisher.model.alike import closest
from publisher.model.explain import explain
from publisher.model.frontmatter import FrontMatter
from publisher.project import Project
from publisher.root import OWN_FILE

_SLUG_LIMIT = 60
_MAY_BE_THERE = {".gitignore", "out/.gitignore", ".publisher/.gitignore", "entries/.gitkeep"}

_SETTINGS = Template("""\
# The settings of this newsletter; docs/settings.md explains each, `publisher config show` prints all.

# A search on the site: run pip install 'publisher[search]' and take away the first # of the next line.
# outputs = ["entries", "feeds", "archives", "kinds", "topics", "digests", "calendar", "sitemap", "search"]

[newsletter]
title = $title
description = "What is new, month by month"
url = "https://news.example.org/"        # where the site will live
tag = "news.example.org,$year"           # names your feeds for ever: a host that was yours in that year
languages = ["en"]                       # the first is the default; add "fr" and write entries as name.fr.md
zone = "UTC"                             # decides where a day and a month begin, for example Europe/Zurich
menu = ["about"]

[email]
from = "News <news@example.org>"
""")

_WELCOME = Template("""\
---
id: welcome
title: "Welcome to your newsletter"
date: $day
kind: news
summary: "This entry is a Markdown file in your project. Change it, build again, and see."
highlight: 1
topics: [how-to]
---
Everything above the second line of dashes is *front matter*: the facts of the entry, one per line.
Everything below is its text, in Markdown.

- `publisher new news "Your headline"` writes the next entry.
- `publisher check` shows what is wrong, with its line.
- `publisher build` makes feeds, digests and the site in `out/`.
""")

_EVENT = Template("""\
---
id: first-event
title: "An event with its time and zone"
date: $day
kind: event
summary: "Events know when they take place, also for readers in other countries."
event:
  start: "${day}T10:00"
  end: "${day}T11:30"
  zone: Europe/Paris
  online: true
---
Dates and times are written in the way of each language.
""")

_ABOUT = """\
---
id: about
title: "About"
evergreen: true
summary: "Who writes this newsletter."
---
A lasting page: it belongs to no month, and stands in the menu.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What `new` was asked for."""

    kind: str
    title: str
    day: date
    lang: str
    evergreen: bool = False


def init(folder: Path, today: date, *, minimal: bool = False) -> list[Path]:
    """Write a new project into *folder*, which may exist, and return its files.

    *minimal* leaves out the sample entries. Raises `UsageError`, and writes nothing, if one of the
    files is there already.
    """
    settings = _SETTINGS.substitute(title=json.dumps(_name(folder), ensure_ascii=False), year=today.year)
    texts = {
        ".gitignore": "/subscribers.db*\n",
        "out/.gitignore": "*\n!.gitignore\n",
        ".publisher/.gitignore": "*\n",
    }
    if minimal:
        texts |= {OWN_FILE: settings.replace('menu = ["about"]\n', ""), "entries/.gitkeep": ""}
    else:
        here = f"entries/{today:%Y/%m}"
        texts |= {
            OWN_FILE: settings,
            f"{here}/welcome.md": _WELCOME.substitute(day=today),
            f"{here}/first-event.md": _EVENT.substitute(day=today),
            "entries/pages/about.md": _ABOUT,
        }
    return _write_new(folder, texts)


def _name(folder: Path) -> str:
    """Return the name of *folder* as a title; without what cannot stand in one."""
    words = re.sub(r"[-_\s]+", " ", Path(os.path.realpath(folder)).name)
    name = "".join(character for character in words if character.isprintable()).strip()
    return name[:1].upper() + name[1:] or "News"


def new_entry(project: Project, draft: Draft) -> Path:
    """Write the first lines of an entry and return its path; raises `UsageError` if the words are wrong."""
    settings = project.settings
    if draft.kind not in settings.kinds:
        known = list(settings.kinds)
        raise UsageError(
            f"there is no kind {draft.kind}",
            closest(draft.kind, known) or f"the kinds are {', '.join(known)}",
            "unknown-kind",
        )
    languages = settings.newsletter.languages
    if draft.lang not in languages:
        raise UsageError(
            f"{draft.lang} is not a language of this newsletter",
            f"its languages are {', '.join(languages)}",
            "unknown-language",
        )
    _check_title(draft)
    slug = slugify(draft.title, max_length=_SLUG_LIMIT, word_boundary=True)
    if not slug:
        raise UsageError(
            "the title has no letters to make a file name of", "write at least one word", "empty-title"
        )
    folder = f"{settings.paths.entries}/{'pages' if draft.evergreen else f'{draft.day:%Y/%m}'}"
    is_default = draft.lang == languages[0]
    path = f"{folder}/{slug}.md" if is_default else f"{folder}/{slug}.{draft.lang}.md"
    is_translation = not is_default and (project.root / folder / f"{slug}.md").exists()
    is_taken = any(project.entries.rglob(f"{slug}.md"))  # a monthly column, say; ids are for ever
    identity = "" if is_translation else f"{slug}-{draft.day:%Y-%m}" if is_taken else slug
    is_call = settings.kinds[draft.kind].row == "call"
    text = _front_matter(draft, identity, settings.newsletter.zone, is_call=is_call)
    return _write_new(project.root, {path: text})[0]


def _check_title(draft: Draft) -> None:
    """Refuse a title that `check` would refuse in the entry."""
    try:
        FrontMatter(title=draft.title, date=draft.day)
    except ValidationError as error:
        fault = explain(error, FrontMatter)[0]
        raise UsageError(f"the title: {fault.message}", fault.hint, fault.code) from None


def _front_matter(draft: Draft, identity: str, zone: str, *, is_call: bool) -> str:
    lines = ["---"]
    lines += [f"id: {identity}"] if identity else []
    lines.append(f"title: {json.dumps(draft.title, ensure_ascii=False)}")
    lines.append("evergreen: true" if draft.evergreen else f"date: {draft.day}")
    lines.append(f"kind: {draft.kind}")
    lines.append('summary: ""')
    if "event" in draft.kind and not draft.evergreen:
        lines += ["event:", f'  start: "{draft.day}T09:00"', f"  zone: {zone}"]
    if is_call and not draft.evergreen:
        lines.append(f"deadline: {draft.day + timedelta(days=30)}")
    return "\n".join([*lines, "draft: true", "---", "", ""])


def _write_new(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write *texts* below *folder*; none if one of them would overwrite a file."""
    written: list[Path] = []
    try:
        taken = [path for path in texts if os.path.lexists(folder / path)]
        if in_the_way := [path for path in taken if path not in _MAY_BE_THERE]:
            raise UsageError(
                f"{', '.join(in_the_way)} is there already",
                "nothing was written; choose another name or folder",
                "file-exists",
            )
        for path, text in texts.items():
            if path not in taken:
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("x", encoding="utf-8", newline="\n") as file:
                    written.append(target)
                    file.write(text)
    except OSError as error:
        for target in written:
            target.unlink(missing_ok=True)
        raise UsageError(
            f"{error.filename} cannot be written ({error.strerror})", "mend its permissions", "unwritable"
        ) from None
    return written
