"""A small newsletter, from its files to the bytes that readers get.

`newsletter/` is the project, `newsletter/expected/` what was looked at and approved. After a wanted change
run `pytest --update-golden tests/golden` and read the difference.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from editions import all_pages
from PIL import Image

from publisher import issues
from publisher.entries import reader
from publisher.entries.reader import Reading
from publisher.issues import Selection, make_edition
from publisher.model.entry import Entry
from publisher.project import Project, load
from publisher.render.language import countries
from publisher.render.templating import Templates

PROJECT = Path(__file__).resolve().parent / "newsletter"
EXPECTED = PROJECT / "expected"
NOW = datetime(2024, 1, 1, tzinfo=UTC)
GOLDEN = [
    *(f"digests/2023-06/{lang}.{ending}" for lang in ("en", "ar") for ending in ("html", "txt", "eml")),
    "digests/2023-05/en.html",
    "digests/2023-05/en.txt",
    "atom.xml",
    "rss.xml",
    "ar/atom.xml",
    "index.html",
    "ar/index.html",
    "archive/index.html",
    "2023/06/index.html",
    "2023/06/child-benefits/index.html",
    "ar/2023/06/summer-school/index.html",
    "2023/05/talks/index.html",
    "about/index.html",
    "kinds/news/index.html",
    "ar/topics/children/index.html",
    "2022/12/benefits/index.html",
    "404.html",
    "sitemap.xml",
    "robots.txt",
]


def _pages(project: Project, reading: Reading, selection: Selection) -> dict[str, bytes]:
    edition = make_edition(selection, reading.library, project.settings, NOW)
    read_asset = partial(reader.read_asset, project.entries)
    made = all_pages(edition, Templates(project.templates), read_asset=read_asset)
    return {page.path: page.content for page in made}


def _read() -> tuple[Project, Reading, Sequence[Entry]]:
    project = load(PROJECT, {})
    reading = reader.read(project.entries, project.settings, countries())
    return project, reading, reading.library.entries


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    """Return every file of the newsletter by path."""
    project, reading, entries = _read()
    assert reading.problems == []
    selection = issues.select(entries, NOW)
    assert (len(selection.entries), selection.drafts) == (14, 1)
    return _pages(project, reading, selection)


@pytest.mark.parametrize("path", GOLDEN)
def test_file_is_the_one_that_was_approved(
    path: str, built: dict[str, bytes], *, update_golden: bool
) -> None:
    """A mail, a feed or a page is, byte for byte, the one that was looked at and found right."""
    golden = EXPECTED / path
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(built[path])
    assert golden.read_bytes().decode() == built[path].decode()


def test_every_approved_file_is_compared() -> None:
    """No golden file outlives the test that reads it."""
    files = [path.relative_to(EXPECTED).as_posix() for path in EXPECTED.rglob("*") if path.is_file()]
    assert sorted(GOLDEN) == sorted(files)


def test_pictures_are_made_for_site_and_mail(built: dict[str, bytes]) -> None:
    """A picture stands there once for all languages; site and digests have it in their widths."""
    picture = (PROJECT / "entries/2023/06/chart.png").read_bytes()
    made = {path: data for path, data in built.items() if path.endswith(".png")}
    assert made.keys() == {
        "media/2023/06/chart.png",
        "mail/2023/06/chart-584.png",
        "mail/2023/06/chart-96.png",
    }
    original = Image.open(io.BytesIO(picture)).width
    assert Image.open(io.BytesIO(made["media/2023/06/chart.png"])).width == min(original, 1200)
    webp = [path for path in built if path.startswith("webp/")]
    assert webp == [f"webp/2023/06/chart.png-{width}.webp" for width in (480, 720, 960, 1200)]
    widths = {
        path: Image.open(io.BytesIO(data)).width for path, data in made.items() if path.startswith("mail/")
    }
    assert widths == {
        "mail/2023/06/chart-584.png": min(original, 2 * 584),
        "mail/2023/06/chart-96.png": min(original, 2 * 96),
    }


def test_a_second_build_has_the_same_bytes(built: dict[str, bytes]) -> None:
    """Nothing of a build is left to chance; `tests/e2e/test_sample.py` changes the machine around it too."""
    project, reading, entries = _read()
    selection = issues.select(reversed(entries), NOW.replace(year=2031))
    assert built == _pages(project, reading, selection)
