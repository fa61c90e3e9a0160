"""A small newsletter, from its files to the bytes that readers get.

`newsletter/` is the project, `newsletter/expected/` what was looked at and approved. After a wanted change
run `pytest --update-golden tests/golden` and read the difference.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import issues
from publisher.build import make_edition, pages
from publisher.entries import reader
from publisher.project import load
from publisher.render.language import countries
from publisher.render.templating import Templates

PROJECT = Path(__file__).resolve().parent / "newsletter"
EXPECTED = PROJECT / "expected"
NOW = datetime(2024, 1, 1, tzinfo=UTC)
GOLDEN = [
    *(f"digests/2023-06/{lang}.{ending}" for lang in ("en", "ar") for ending in ("html", "txt", "eml")),
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
]


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    """Return every file of the newsletter by path."""
    project = load(PROJECT, {})
    reading = reader.read(project.entries, project.settings, countries())
    assert reading.problems == []
    selection = issues.select(reading.library.entries, NOW)
    assert (len(selection.entries), selection.drafts) == (8, 1)
    edition = make_edition(selection, reading.library, project.settings)
    made = pages(edition, Templates(project.templates), project.entries, lambda *_: None)
    return {page.path: page.content for page in made}


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


def test_pictures_are_copied(built: dict[str, bytes]) -> None:
    """A picture stands there once, with its bytes, for all languages."""
    picture = (PROJECT / "entries/2023/06/chart.png").read_bytes()
    assert {path: data for path, data in built.items() if path.endswith(".png")} == {
        "media/2023/06/chart.png": picture
    }


def test_a_second_build_has_the_same_bytes(built: dict[str, bytes]) -> None:
    """Nothing of a build is left to chance; `tests/e2e/test_sample.py` changes the machine around it too."""
    project = load(PROJECT, {})
    reading = reader.read(project.entries, project.settings, countries())
    selection = issues.select(reversed(reading.library.entries), NOW.replace(year=2031))
    edition = make_edition(selection, reading.library, project.settings)
    made = pages(edition, Templates(project.templates), project.entries, lambda *_: None)
    assert built == {page.path: page.content for page in made}
