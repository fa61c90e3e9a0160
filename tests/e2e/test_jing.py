"""Every Atom feed against the grammar of RFC 4287, as Debian's jing reads it."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import missing
from newsroom import NOW, a_rich_newsroom

from publisher.build import build
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
GRAMMAR = ROOT / "tests" / "data" / "atom.rnc"


def _jing(paths: Iterable[Path]) -> tuple[int, list[str]]:
    """Return jing's exit code and what it found."""
    program = shutil.which("jing")
    if program is None:
        missing("jing", "run: apt-get install jing")
    command = [str(program), "-c", str(GRAMMAR), *map(str, paths)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout.splitlines()


def _sample(folder: Path) -> Path:
    """Build a copy of the sample newsletter in *folder*."""
    for name in ("entries", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    build(load(folder, {}), NOW)
    return folder / "out"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of a newsletter whose feeds hold every element and many an awkward character."""
    room = a_rich_newsroom(tmp_path_factory.mktemp("rich"))
    days = "{start: 2025-10-27, end: 2025-10-28, place: Geneva, online: true}"
    room.write("2025/10/event.md", "", title="'5 < 7 & ]]>'", date="2025-10-05", kind="event", event=days)
    notes = "A note.[^1]\n\n[^1]: The *note*.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n`]]> & <b>`"
    room.write("2025/12/notes.ar.md", notes, title="ملاحظات", date="2025-12-01T23:30+01:00")
    room.build()
    return room.out


def test_the_sample_feeds_are_atom(tmp_path: Path) -> None:
    """Jing finds nothing in any Atom feed of the sample: main, kinds, topics and months of each language."""
    feeds = sorted(_sample(tmp_path).rglob("atom.xml"))
    assert len(feeds) > 60
    assert _jing(feeds) == (0, [])


def test_rich_feeds_are_atom(rich: Path) -> None:
    """Jing finds nothing in feeds with archives, hub, rights, enclosure, picture and awkward characters."""
    feeds = sorted(rich.rglob("atom.xml"))
    text = "".join(path.read_text(encoding="utf-8") for path in feeds)
    parts = ("fh:archive", 'rel="prev-archive"', 'rel="current"', 'rel="hub"', 'rel="enclosure"', "<rights>")
    assert [part for part in (*parts, "media:credit", "]]&gt;", "🎉") if part not in text] == []
    assert _jing(feeds) == (0, [])


@pytest.mark.parametrize(
    ("good", "bad", "found"),
    [
        ('type="html"', 'type="CDATA"', 'value of attribute "type" is invalid'),
        (r"(?s)\A(.*?)<updated>[^<]*</updated>", r"\1", 'missing required element "updated"'),
        (r"(?s)(<entry.*?)<updated>[^<]*</updated>", r"\1", 'missing required element "updated"'),
        ('<link rel="self"', '<link rel="self" rev="made"', 'attribute "rev" not allowed'),
        ("<generator>", "<generator>another</generator><generator>", 'element "generator" not allowed'),
        (r"T23:30:00\+01:00</published>", " 23:30</published>", 'element "published"'),
    ],
    ids=["CDATA", "feed-updated", "entry-updated", "attribute", "twice", "date"],
)
def test_a_wrong_feed_is_refused(rich: Path, tmp_path: Path, good: str, bad: str, found: str) -> None:
    """Jing refuses types, times, attributes and elements that are not Atom's: the tests above can fail."""
    text, changes = re.subn(good, bad, (rich / "atom.xml").read_text(encoding="utf-8"))
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(text, encoding="utf-8")
    code, errors = _jing([wrong])
    assert changes > 0
    assert code == 1
    assert found in errors[0]
