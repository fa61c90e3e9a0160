"""Somebody who edits a small newsletter in any order: entries, pictures, settings, templates, the cache."""

import os
import shutil
import tempfile
from abc import abstractmethod
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from builders import entry_text
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from newsroom import SETTINGS, a_picture

_DATED = ("2023/05/a", "2023/05/a.fr", "2023/05/b", "2023/06/c", "2023/06/c.ar", "2023/07/d", "2024/01/e")
_PAGES = ("pages/about", "pages/about.fr", "pages/terms")
_BODIES = (
    "Words.",
    "Other words, and [the report](../../2023/06/c.md#end).",
    "See [beside](b.md) and [about](../../pages/about.md).",
    "![A chart](p.png)\n\n## A part\n\nMore.",
    "",
)
_DAYS = ("2023-05-03", "2023-05-31", "2023-06-01", "2023-07-27", "2023-07-27T10:00+02:00", "2999-01-01")
_FIELDS = {
    "title": ("One", "Another title", "عنوان"),
    "date": _DAYS,
    "updated": (None, "2023-07-27", "2023-08-01T10:00Z"),
    "summary": ("A summary.", "Another with a [link](../../2023/06/c.md).", None),
    "kind": (None, "event", "report"),
    "draft": (None, "true"),
    "highlight": (None, "1", "2"),
    "event": (None, "{start: 2023-06-05, end: 2023-06-07}", "{start: '2023-07-05T10:00', place: Geneva}"),
    "deadline": (None, "2023-06-30", "2023-08-15"),
    "expires": (None, "2023-12-31", "2030-01-01"),
    "topics": (None, "[health]", "[health, cash]"),
    "image": (None, "{src: p.png, alt: A picture}"),
    "partners": (None, "[unicef]"),
    "aliases": (None, "[/old/name/]", "[/2023/06/c/, /older.html]"),
}
_ANY_FIELDS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in _FIELDS.items()})
_SETTINGS = (
    "",
    'outputs = ["feeds", "archives"]\n',
    'outputs = ["digests", "calendar"]\n',
    'outputs = ["archives", "kinds", "topics"]\n',
    *(['outputs = ["entries", "search"]\n'] if find_spec("pagefind_bin") else []),
)
_SECTIONS = ("", "[digest]\nother_languages = 'mark'\n", "[feeds]\nsize = 2\n")
_FILES = (
    (
        "entries/quotes/q.md",
        ("---\nby: Ada\n---\nWords.\n", "---\nby: Eve\nfrom: 2023-06-06\nto: 2023-07-05\n---\nOthers.\n"),
    ),
    ("entries/digests/2023-06.md", ("---\n{}\n---\nHello.\n", "---\nsubject: News\n---\nGood day.\n")),
    ("entries/names.yml", ("topics: {health: Health}\n", "topics: {health: Well-being, cash: Cash}\n")),
    ("templates/site/footer.html", ("{% for item in menu %}{{ body(item) }}{% endfor %}", "{{ lang }}")),
    ("templates/site/archive.html", ("{% for i in issues %}{{ i.entries[0].title }}{% endfor %}", "None")),
    ("templates/site/feeds.html", ("{% for f in feeds %}{{ f.entries[0].title }}{% endfor %}", "None")),
    ("templates/site/header.html", ("<header>One</header>\n", "<header>{{ newsletter.title }}</header>\n")),
    (
        "templates/site/month.html",
        ("{{ issue.entries | length }}", '{% extends "default/site/month.html" %}'),
    ),
    ("templates/email/footer.html", ("", "<!--mail--><p>{{ unsubscribe }}</p><!--/mail-->")),
    ("templates/locale/fr.po", ('msgid "Archive"\nmsgstr "Vieux"\n', 'msgid "Feeds"\nmsgstr "Flux"\n')),
)


class Editor(RuleBasedStateMachine):
    """Somebody who edits, looks at what came of it now and then, and has bad luck with disks."""

    compared = 0
    """How often all was compared with a clean build; else the newsletter had errors."""

    @initialize()
    def begin(self) -> None:
        """Begin with a few entries, one of them translated."""
        self.top, self.drafts, self.steps = Path(tempfile.mkdtemp()), False, 0
        self.root, self.copy = self.top / "project", self.top / "copy"
        self.settings("", "", menu=False)
        for folder in ("2023/05", "2023/06", "2023/07", "2024/01", "pages"):
            (self.root / "entries" / folder).mkdir(parents=True)
            (self.root / "entries" / folder / "p.png").write_bytes(a_picture())
        plain = {name: values[0] for name, values in _FIELDS.items()}
        for path in ("2023/05/a", "2023/05/b", "2023/06/c", "2023/07/d"):
            self.write(path, plain | {"date": f"{path[:7].replace('/', '-')}-02"}, "Words.", is_unseen=False)

    def teardown(self) -> None:
        """Compare once more, and leave nothing behind."""
        self.compare(is_quiet=True)
        shutil.rmtree(self.top)

    @rule(
        path=st.sampled_from(_DATED),
        fields=_ANY_FIELDS,
        body=st.sampled_from(_BODIES),
        is_unseen=st.booleans(),
    )
    def write(self, path: str, fields: dict[str, Any], body: str, *, is_unseen: bool) -> None:
        """Write an entry, new or over another one; perhaps so that its time does not tell."""
        file = self.root / f"entries/{path}.md"
        before = file.stat() if file.exists() else None
        text = entry_text(body, **({"id": path[8:]} if "." not in path else {}), **fields)
        file.write_text(text, encoding="utf-8")
        if before and is_unseen:
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(path=st.sampled_from(_DATED + _PAGES), words=st.sampled_from(["More words.", "*Others.*"]))
    def add_words(self, path: str, words: str) -> None:
        """Add words to an entry, and change nothing else of it."""
        file = self.root / f"entries/{path}.md"
        if file.exists():
            file.write_text(f"{file.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")

    @rule(
        path=st.sampled_from(_PAGES),
        title=st.sampled_from(["About", "Terms of use"]),
        body=st.sampled_from(_BODIES),
    )
    def write_page(self, path: str, title: str, body: str) -> None:
        """Write an evergreen page."""
        text = entry_text(body, title=title, date="", evergreen="true")
        (self.root / f"entries/{path}.md").write_text(text, encoding="utf-8")

    @rule(path=st.sampled_from(_DATED + _PAGES), other=st.sampled_from(_DATED + _PAGES))
    def rename(self, path: str, other: str) -> None:
        """Give an entry another name, if it is still free."""
        file, target = self.root / f"entries/{path}.md", self.root / f"entries/{other}.md"
        if file.exists() and not target.exists():
            file.rename(target)

    @rule(path=st.sampled_from(_DATED + _PAGES))
    def delete(self, path: str) -> None:
        """Delete an entry."""
        (self.root / f"entries/{path}.md").unlink(missing_ok=True)

    @rule(folder=st.sampled_from(["2023/05", "2023/06"]), width=st.integers(10, 12), is_there=st.booleans())
    def picture(self, folder: str, width: int, *, is_there: bool) -> None:
        """Change a picture, or delete it."""
        file = self.root / f"entries/{folder}/p.png"
        file.unlink(missing_ok=True)
        if is_there:
            file.write_bytes(a_picture(width))

    @rule(outputs=st.sampled_from(_SETTINGS), section=st.sampled_from(_SECTIONS), menu=st.booleans())
    def settings(self, outputs: str, section: str, *, menu: bool) -> None:
        """Choose other settings."""
        (self.root / "templates").mkdir(parents=True, exist_ok=True)
        more = 'menu = ["about"]\n' if menu else ""
        (self.root / "publisher.toml").write_text(f"{outputs}{SETTINGS}{more}{section}", encoding="utf-8")

    @rule(file=st.sampled_from(_FILES), which=st.sampled_from([0, 1, None]))
    def beside(self, file: tuple[str, tuple[str, str]], which: int | None) -> None:
        """Write a file that is no entry: a quote, an opening, names, a template; or delete it."""
        path = self.root / file[0]
        path.unlink(missing_ok=True)
        if which is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file[1][which], encoding="utf-8")

    @rule(number=st.integers(0, 1000), how=st.sampled_from(["delete", "empty", "cut", "flip", "other"]))
    def damage_cache(self, number: int, how: str) -> None:
        """Do harm to a file of the cache."""
        files = sorted(path for path in (self.root / ".publisher/cache").rglob("*") if path.is_file())
        if files:
            file = files[number % len(files)]
            data = file.read_bytes()
            harmed = {
                "empty": b"",
                "cut": data[: len(data) // 2],
                "flip": bytes([*data[:-1], data[-1] ^ 1]) if data else b"",
                "other": files[0].read_bytes(),
            }
            file.unlink() if how == "delete" else file.write_bytes(harmed[how])

    @rule(number=st.integers(0, 1000), how=st.sampled_from(["delete", "edit", "edit unseen"]))
    def disturb(self, number: int, how: str) -> None:
        """Take a file out of the output, or edit it in place."""
        out = self.root / "out"
        files = sorted(path for path in out.rglob("*") if path.is_file() and path.parent != out)
        if files:
            file = files[number % len(files)]
            before, data = file.stat(), file.read_bytes()
            file.unlink()
            if how != "delete":
                file.write_bytes(data[::-1])
            if how == "edit unseen":
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(drafts=st.booleans())
    def choose_drafts(self, *, drafts: bool) -> None:
        """Publish drafts from now on, or do not."""
        self.drafts = drafts

    @invariant()
    def look(self) -> None:
        """Look after every second edit."""
        self.steps += 1
        if self.steps % 2:
            self.compare(drafts=self.drafts, is_quiet=False)

    @abstractmethod
    def compare(self, *, drafts: bool = False, is_quiet: bool) -> None:
        """Compare what came of the edits with a clean build of a copy; *is_quiet* if no edit was just now."""

    def copied(self) -> Path:
        """Return a fresh copy of what people wrote, to be built from nothing."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.root, self.copy, ignore=shutil.ignore_patterns("out", ".publisher"))
        return self.copy


def edited(kind: type[Editor], examples: int) -> int:
    """Run so many sequences of edits; return how often all was compared, and found to be equal."""
    kind.compared = 0
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return kind.compared
