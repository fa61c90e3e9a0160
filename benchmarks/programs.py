"""The programs that are compared: where each is, how it is called, and the same newsletter in its own form.

Converting is no part of what is measured. What is set for the peers stands in `peers/`.
"""

import os
import re
import shutil
import subprocess
import sys
from calendar import month_name
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUTPUTS = ("entries", "archives", "feeds")
TITLES = {"publisher": "publisher", "hugo": "Hugo", "eleventy": "Eleventy", "pelican": "Pelican"}
_VERSION = re.compile(r"\d+(?:\.\d+)+")


class FailedError(Exception):
    """A program ended with an error; the text says what it said."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program: its *command* is run in the site's folder and writes `out/` there."""

    name: str
    version: str
    command: tuple[str, ...]
    convert: Callable[[Path, Path], None]
    entries: str
    """The folder of the entries in its site, instead of `entries`."""

    @property
    def title(self) -> str:
        """Return its name as people write it."""
        return TITLES[self.name]


def environment(**more: str) -> dict[str, str]:
    """Return the environment that all programs get: ours, without what would change a build."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PUBLISHER_", "HUGO_"))}
    for name in ("PYTHONDONTWRITEBYTECODE", "GITHUB_ACTIONS"):
        kept.pop(name, None)
    paths = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return kept | {"NO_COLOR": "1", "PYTHONPATH": paths} | more


def find(name: str, tools: Path | None, jobs: int | None = None) -> Program | None:
    """Return the program called *name*, from the folder *tools* or the PATH; None if it is not there."""
    if name == "publisher":
        words = ("--jobs", str(jobs)) if jobs else ()
        command = (sys.executable, "-m", "publisher", "build", *words)
        return Program(name, _version((*command[:3], "--version")), command, _publisher, "entries")
    path = _path(name, tools)
    if path is None:
        return None
    if name == "hugo":
        path = _hugo(path)
        command = (str(path), "--destination", "out")
        return Program(name, _version((str(path), "version")), command, _convert_hugo, "content")
    if name == "eleventy":
        packages = next((part for part in path.resolve().parents if part.name == "node_modules"), None)
        if packages is None or not (packages / "@11ty" / "eleventy-plugin-rss").is_dir():
            return None

        def convert(corpus: Path, site: Path) -> None:
            _convert_eleventy(corpus, site)
            (site / "node_modules").symlink_to(packages)

        return Program(name, _version((str(path), "--version")), (str(path), "--quiet"), convert, "content")
    return Program(
        name,
        _version((str(path), "--version")),
        (str(path), "-s", "pelicanconf.py"),
        _convert_pelican,
        "content",
    )


def _path(name: str, tools: Path | None) -> Path | None:
    folders = [tools / name / "bin", tools / name / "node_modules" / ".bin"] if tools else []
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).absolute()
    found = shutil.which(name)
    return Path(found) if found else None


def _hugo(path: Path) -> Path:
    """Return the program itself where *path* is the script of a Python package that starts it."""
    with path.open("rb") as file:
        is_script = file.read(2) == b"#!"
    below = (
        sorted(path.parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo*")) if is_script else []
    )
    return below[0] if below else path


def _version(command: tuple[str, ...]) -> str:
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    found = _VERSION.search(done.stdout)
    return found[0] if found else "?"


# ------------------------------------------------------------------ the newsletter in other forms
def entries_of(corpus: Path) -> list[str]:
    """Return `YYYY/MM/slug` of each entry of *corpus*, oldest month first."""
    found = (corpus / "entries").glob("*/*/*.md")
    return sorted(path.relative_to(corpus / "entries").as_posix().removesuffix(".md") for path in found)


def newest_of(corpus: Path) -> str:
    """Return the entry of *corpus* with the latest date."""
    paths = entries_of(corpus)
    month = paths[-1].rpartition("/")[0]
    dates = {
        path: str(_read(corpus / "entries" / f"{path}.md")[0]["date"])
        for path in paths
        if path.startswith(month)
    }
    return max(paths, key=lambda path: dates.get(path, ""))


def choose_outputs(site: Path, outputs: Iterable[str]) -> None:
    """Set what publisher makes in *site*."""
    path = site / "publisher.toml"
    listed = ", ".join(f'"{name}"' for name in outputs)
    path.write_text(f"outputs = [{listed}]\n\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def _publisher(corpus: Path, site: Path) -> None:
    shutil.copytree(corpus, site)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """Return the facts and the text of an entry; dates are left as they are written."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.load(front, Loader=yaml.BaseLoader), body  # noqa: S506 - the base loader makes text alone


def _date(text: str) -> str:
    """Return a date with seconds, which not everybody can do without."""
    return re.sub(r"T(\d\d:\d\d)\+", r"T\1:00+", text)


def _start(name: str, site: Path) -> None:
    """Copy what is set for a peer to the new folder *site*."""
    shutil.copytree(HERE / "peers" / name, site, ignore=shutil.ignore_patterns("__pycache__"))


def _copy_entries(corpus: Path, site: Path, change: Callable[[Path], str]) -> list[str]:
    paths = entries_of(corpus)
    for path in paths:
        target = site / "content" / f"{path}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(change(corpus / "entries" / f"{path}.md"), encoding="utf-8", newline="\n")
    return paths


def _with_genre(path: Path) -> str:
    """Return an entry whose kind is called genre, since kind means something else to Hugo."""
    front, end, body = path.read_text(encoding="utf-8").partition("\n---\n")
    front = re.sub(r"^kind:", "genre:", front, flags=re.MULTILINE)
    front = re.sub(r"^date: (.*)", lambda found: f"date: {_date(found[1])}", front, flags=re.MULTILINE)
    return front + end + body


def _convert_hugo(corpus: Path, site: Path) -> None:
    _start("hugo", site)
    paths = _copy_entries(corpus, site, _with_genre)
    for folder in sorted({path.rpartition("/")[0] for path in paths}):
        year, month = folder.split("/")
        words = f'title: "{year}"\nyear: true\nbuild: {{render: never}}'
        (site / "content" / year / "_index.md").write_text(f"---\n{words}\n---\n", encoding="utf-8")
        words = f"title: {month_name[int(month)]} {year}\nnumber: {int(month)}"
        (site / "content" / folder / "_index.md").write_text(f"---\n{words}\n---\n", encoding="utf-8")
    (site / "content" / "archive").mkdir()
    words = "title: Archive\nlayout: archive\noutputs: [html]"
    (site / "content" / "archive" / "_index.md").write_text(f"---\n{words}\n---\n", encoding="utf-8")
    _style(site / "static")


def _convert_eleventy(corpus: Path, site: Path) -> None:
    _start("eleventy", site)
    paths = _copy_entries(corpus, site, _with_genre)
    for year in sorted({path.partition("/")[0] for path in paths}):
        (site / "content" / year / f"{year}.json").write_text(
            '{"layout": "entry.njk", "tags": ["entries"]}\n'
        )
    _style(site / "content")


def _convert_pelican(corpus: Path, site: Path) -> None:
    _start("pelican", site)
    _copy_entries(corpus, site, _with_plain_facts)
    _style(site / "theme" / "static")


def _with_plain_facts(path: Path) -> str:
    """Return an entry with facts as Pelican reads them: a line each."""
    facts, body = _read(path)
    lines = {
        "Title": facts["title"],
        "Date": _date(facts["date"]),
        "Slug": facts["id"],
        "Category": facts["kind"],
        "Tags": ", ".join(facts["topics"]),
        "Summary": facts["summary"],
    }
    if event := facts.get("event"):
        lines |= {f"Event_{name}": event[name] for name in ("start", "end", "place")}
    if media := facts.get("media"):
        lines["Media_url"] = media["url"]
    for link in facts.get("links", []):
        lines |= {"Link_label": link["label"], "Link_url": link["url"]}
    return "".join(f"{name}: {value}\n" for name, value in lines.items()) + f"\n{body}"


def _style(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "templates" / "site" / "style.css", folder / "style.css")
