"""Any edits, in any order, with builds between: the output is always that of a clean build."""

import os
import shutil
import tempfile
from pathlib import Path
from time import time  # noqa: TID251 - of files that the disk gave their times

from builders import entry_text
from folders import tree
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from newsroom import NOW, SETTINGS, a_picture
from remembered import answer

from publisher import unchanged
from publisher.build import build
from publisher.cli import building
from publisher.cli.commands import cli
from publisher.errors import ContentError
from publisher.filetimes import Glance
from publisher.project import load

_NAMES = st.sampled_from(["a", "b", "2023/c", "2023/d.fr", "pages/e"])
_WORDS = st.sampled_from(["one", "two", "![A](p.png)", "[dead](x.md)"])
_OPTIONS = st.sampled_from([(), ("--drafts",), ("--future",)])
_OUTPUTS = st.sets(st.sampled_from(["feeds", "archives", "kinds", "topics", "digests", "calendar"])).map(
    sorted
)


class Editor(RuleBasedStateMachine):
    """Somebody who edits a small newsletter and builds it now and then."""

    @initialize()
    def begin(self) -> None:
        """Begin with one entry."""
        self.top = Path(tempfile.mkdtemp())
        self.root, self.copy = self.top / "project", self.top / "copy"
        (self.root / "entries/2023").mkdir(parents=True)
        (self.root / "entries/pages").mkdir()
        (self.root / "templates/site").mkdir(parents=True)
        self._settings([])
        for folder in ("", "2023/", "pages/"):
            (self.root / f"entries/{folder}p.png").write_bytes(a_picture())
        self.write("a", "one", draft=False, day="2023-06-27", is_unseen=False)

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.top)

    def _settings(self, outputs: list[str]) -> None:
        text = f"outputs = {outputs}\n{SETTINGS}".replace("'", '"')
        (self.root / "publisher.toml").write_text(text, encoding="utf-8")

    def _entry(self, name: str) -> Path:
        return self.root / f"entries/{name}.md"

    @rule(
        name=_NAMES,
        words=_WORDS,
        draft=st.booleans(),
        day=st.sampled_from(["2023-06-27", "2023-05-01", "2999-01-01"]),
        is_unseen=st.booleans(),
    )
    def write(self, name: str, words: str, *, draft: bool, day: str, is_unseen: bool) -> None:
        """Write an entry, new or over another one; perhaps so that its time does not tell."""
        path = self._entry(name)
        before = path.stat() if path.exists() else None
        text = entry_text(
            words, id=name.replace("/", "-").replace(".", "-"), date=day, draft=str(draft).lower()
        )
        path.write_text(text, encoding="utf-8")
        if before and is_unseen:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=_NAMES, other=_NAMES)
    def rename(self, name: str, other: str) -> None:
        """Give an entry another name, if it is still free."""
        if self._entry(name).exists() and not self._entry(other).exists():
            self._entry(name).rename(self._entry(other))

    @rule(name=_NAMES)
    def delete(self, name: str) -> None:
        """Delete an entry."""
        self._entry(name).unlink(missing_ok=True)

    @rule(outputs=_OUTPUTS)
    def choose(self, outputs: list[str]) -> None:
        """Choose other outputs."""
        self._settings(outputs)

    @rule(words=_WORDS, is_there=st.booleans())
    def template(self, words: str, *, is_there: bool) -> None:
        """Write a template of the project's own, or delete it."""
        path = self.root / "templates/site/archive.html"
        path.unlink(missing_ok=True)
        if is_there:
            path.write_text(words, encoding="utf-8")

    @rule(words=_WORDS)
    def catalogue(self, words: str) -> None:
        """Change a word of the site."""
        (self.root / "templates/locale").mkdir(exist_ok=True)
        text = f'msgid "Archive"\nmsgstr "{words[0]}"\n'
        (self.root / "templates/locale/en.po").write_text(text, encoding="utf-8")

    @rule(width=st.integers(10, 12), folder=st.sampled_from(["", "2023/"]))
    def picture(self, width: int, folder: str) -> None:
        """Change a picture."""
        (self.root / f"entries/{folder}p.png").write_bytes(a_picture(width))

    @rule(number=st.integers(0, 5), is_moved=st.booleans())
    def disturb(self, number: int, *, is_moved: bool) -> None:
        """Take something out of the output folder."""
        files = sorted(path for path in (self.root / "out").rglob("index.html") if path.is_file())
        if files:
            path = files[number % len(files)]
            path.rename(self.top / "moved") if is_moved else path.unlink()

    @rule(options=_OPTIONS, after=st.sampled_from([0, 3]))
    def build(self, options: tuple[str, ...], after: float) -> None:
        """Ask for the quick answer, else build; the output is that of a clean build, and then known.

        *after* so many seconds it is asked for: then what was young may be old. If it is asked for now,
        the build goes on with what was seen for it.
        """
        code = 0
        glance = Glance(str(self.root), unchanged.reason(options, {}), time() + after)
        if unchanged.said_if_unchanged(glance) is None:
            code = self._build(options, None if after else glance)
        try:
            self._build_a_copy(*options)
        except ContentError:
            assert (code, answer(self.root, *options)) == (1, None)
        else:
            assert (code, tree(self.root / "out")) == (0, tree(self.copy / "out"))
            assert answer(self.root, *options) is not None

    def _build(self, options: tuple[str, ...], glance: Glance | None) -> int:
        """Build with *options*, from a *glance* or from the words of the command line."""
        if glance is None:
            return cli.main(["-q", "-C", str(self.root), "build", *options], standalone_mode=False) or 0
        try:
            building.said(list(options), glance)
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    def _build_a_copy(self, *options: str) -> None:
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.root, self.copy, ignore=shutil.ignore_patterns("out", ".publisher"))
        build(load(self.copy, {}), NOW, drafts="--drafts" in options, future="--future" in options)


Editor.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEditor = Editor.TestCase
