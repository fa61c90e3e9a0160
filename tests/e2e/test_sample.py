"""The sample newsletter, built as users build it: whole, the same everywhere, and quiet the second time."""

import html
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from PIL import Image

from publisher.build import build
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MONTHS = [
    *("2018-10", "2019-02", "2019-03", "2019-11", "2019-12", "2020-03", "2020-04", "2020-05", "2020-07"),
    *(
        "2021-07",
        "2021-09",
        "2021-10",
        "2021-11",
        "2021-12",
        "2022-01",
        "2022-02",
        "2022-03",
        "2022-05",
        "2022-06",
    ),
    *("2022-07", "2022-10", "2022-11", "2023-01", "2023-03", "2023-06", "2023-09"),
]


def _copy(folder: Path) -> Path:
    """Copy the sample newsletter, without what was built, into *folder*."""
    for name in ("entries", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of one build of the sample."""
    folder = _copy(tmp_path_factory.mktemp("sample"))
    build(load(folder, {}), NOW)
    return folder / "out"


def test_it_holds_every_month(built: Path) -> None:
    """There are 26 months in English, 5 in each other language, and 40 dated English entries."""
    digests = [path.relative_to(built / "digests").as_posix() for path in built.glob("digests/*/*.html")]
    assert sorted(name[:7] for name in digests if name.endswith("/en.html")) == MONTHS
    some = ["2022-05", "2022-06", "2023-03", "2023-06", "2023-09"]
    for lang in ("fr", "es", "ar"):
        assert sorted(name[:7] for name in digests if name.endswith(f"/{lang}.html")) == some
    assert len(list(built.glob("2[0-9][0-9][0-9]/[0-9][0-9]/*/index.html"))) == 40


def test_the_readme_says_what_a_build_prints(tmp_path: Path) -> None:
    """The figures in the README are those of the first build."""
    report = build(load(_copy(tmp_path), {}), NOW)
    line = (
        f"{report.entries} entries in {report.issues} issues -> out/: {report.written.written} files written"
    )
    assert line in (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_digest_has_its_three_files(built: Path) -> None:
    """Each digest stands as HTML, as text and as a message."""
    stems = {path.with_suffix("") for path in built.glob("digests/*/*")}
    assert len(stems) == 41
    assert [
        stem
        for stem in stems
        for ending in (".html", ".txt", ".eml")
        if not stem.with_suffix(ending).is_file()
    ] == []


def test_check_finds_nothing() -> None:
    """`publisher check --strict` is content with the sample."""
    result = subprocess.run(
        [sys.executable, "-m", "publisher", "check", "--strict"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "No problems in 92 files.\n")


def test_a_second_build_touches_nothing(tmp_path: Path) -> None:
    """An unchanged rebuild writes no file: bytes and mtimes stay, also of the list of files."""
    project = load(_copy(tmp_path), {})
    first = build(project, NOW).written
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    again = build(project, NOW).written
    assert (again.written, again.unchanged, again.removed) == (0, first.written, 0)
    assert {
        path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()
    } == before


def test_the_same_input_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Folder, time zone, hash seed, locale and day leave no trace in the output."""
    elsewhere = _copy(tmp_path / "another place")
    environment = os.environ | {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        "LC_ALL": "C",
        "LANG": "fr_FR",
    }
    subprocess.run(
        [sys.executable, "-m", "publisher", "-q", "build"],
        cwd=elsewhere,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert _files(elsewhere / "out") == _files(built)
    build(load(elsewhere, {}), NOW + timedelta(days=1))
    assert _files(elsewhere / "out") == _files(built)


def test_every_link_leads_somewhere(built: Path) -> None:
    """Each link, picture and stylesheet of each page of the site is a file of the output folder."""
    dead = []
    pages = [path for path in built.rglob("*.html") if "digests" not in path.parts]
    for page in pages:
        base = f"https://site/{page.relative_to(built).as_posix()}"
        for found in re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8")):
            target = urljoin(base, html.unescape(found)).replace("https://news.example.org/", "https://site/")
            if target.startswith("https://site/"):
                path = unquote(target.removeprefix("https://site/").partition("#")[0])
                if not (built / (f"{path}index.html" if path.endswith("/") or not path else path)).is_file():
                    dead.append(f"{page.relative_to(built)} -> {found}")
    assert len(pages) > 120
    assert dead == []


def test_every_link_of_a_digest_leads_to_the_site(built: Path) -> None:
    """Each address of the newsletter in each digest is absolute, and a file of the output folder."""
    dead = []
    for digest in built.glob("digests/*/*.html"):
        for found in re.findall(r'(?:href|src)="([^"]*)"', digest.read_text(encoding="utf-8")):
            if found.startswith(("#", "mailto:")):
                continue
            path = unquote(found).removeprefix("https://news.example.org/")
            if path == unquote(found) and not found.startswith("https://"):
                dead.append(f"{digest.name}: {found} is not absolute")
            elif (
                not path.startswith("https://")
                and not (built / (f"{path}index.html" if path.endswith("/") or not path else path)).is_file()
            ):
                dead.append(f"{digest.name}: {found}")
    assert dead == []


def test_it_says_that_it_is_a_sample(built: Path) -> None:
    """The about page in each language, the README and every page's footer say what this is not."""
    for lang in ("", "fr/", "es/", "ar/"):
        assert "publisher" in (built / lang / "about" / "index.html").read_text(encoding="utf-8")
    assert "Not a publication of the ILO" in (built / "index.html").read_text(encoding="utf-8")
    assert "not a publication of the ILO" in (ROOT / "README.md").read_text(encoding="utf-8")


def _beside(page: Path, way: str) -> Path:
    """Return the file that *way* leads to from *page*."""
    return (page.parent / unquote(html.unescape(way))).resolve()


def test_pictures_are_as_large_as_pages_say(built: Path) -> None:
    """Each file of a srcset has the width that is claimed, and each picture the shape that is kept free."""
    seen = 0
    for page in (path for path in built.rglob("*.html") if "digests" not in path.parts):
        text = page.read_text(encoding="utf-8")
        for srcset in re.findall(r' srcset="([^"]*)"', text):
            for candidate in srcset.split(", "):
                way, claimed = candidate.split(" ")
                with Image.open(_beside(page, way)) as picture:
                    assert (picture.format, f"{picture.width}w") == ("WEBP", claimed)
        for way, width, height in re.findall(r'<img src="([^"]*)" width="(\d+)" height="(\d+)"', text):
            with Image.open(_beside(page, way)) as picture:
                assert picture.size == (int(width), int(height))
            seen += 1
        assert text.count("<img") == text.count("<picture>") == len(re.findall(r"<img src=\S+ width=", text))
    assert seen > 20
    for path in (path for folder in ("media", "webp") for path in (built / folder).rglob("*.*")):
        with Image.open(path) as picture:
            assert max(picture.size) <= 2000


def test_pages_are_light(built: Path) -> None:
    """Home pages have under 200 kB and months under 150 kB, with the heaviest file of each picture."""
    homes = [path / "index.html" for path in (built, built / "fr", built / "es", built / "ar")]
    months = [path for path in built.glob("**/[0-9][0-9]/index.html") if "digests" not in path.parts]
    assert len(months) == 41
    for page in (*homes, *months):
        text = page.read_text(encoding="utf-8")
        files = {_beside(page, way) for way in re.findall(r'<link rel="stylesheet" href="([^"]*)"', text)}
        weight = len(text.encode()) + sum(file.stat().st_size for file in files)
        for srcset in re.findall(r' srcset="([^"]*)"', text):
            ways = [candidate.split(" ")[0] for candidate in srcset.split(", ")]
            weight += max(_beside(page, way).stat().st_size for way in ways)
        assert weight < (200_000 if page in homes else 150_000), page
