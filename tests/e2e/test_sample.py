"""The sample newsletter, built as users build it: whole, the same everywhere, and quiet the second time."""

import html
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from crawl import Crawled
from PIL import Image
from schemas import TABLE, faults, is_day, is_time

from publisher.build import build
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
TOP = "https://news.example.org/"
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


LASTING = {path.name.partition(".")[0] for path in (ROOT / "entries/pages").iterdir()}


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


@pytest.fixture(scope="module")
def crawled(built: Path) -> Crawled:
    """Return every page of the sample, read once."""
    return Crawled(built, TOP)


def test_every_link_leads_somewhere(crawled: Crawled) -> None:
    """Each link of each page, feed, calendar and list is a file of the output folder, and a place in it."""
    assert len(crawled.pages) > 160
    assert sum(len(page.links) for page in crawled.pages.values()) > 2500
    assert list(crawled.dead()) == []


def test_languages_lead_to_each_other(crawled: Crawled) -> None:
    """Each version of a page leads to all of them, and the default language's is that for everybody else."""
    several = [page for page in crawled.pages.values() if page.versions]
    assert len(several) > 80
    assert list(crawled.one_sided()) == []
    for page in several:
        assert page.versions.get("x-default") == page.versions.get("en")


def test_structured_data_is_what_consumers_want(crawled: Crawled) -> None:
    """Each page of the site has one graph that keeps the table of types; its addresses lead somewhere."""
    found: set[str] = set()
    for name, page in crawled.pages.items():
        if name.startswith("digests/") or page.is_hidden:
            continue
        (document,) = page.data
        assert faults(document, TOP, crawled.leads) == [], name
        found |= {node["@type"] for node in document["@graph"]}
    assert found >= set(TABLE) - {"Place", "VirtualLocation", "ListItem", "ImageObject"}


def test_pages_are_shared_with_their_words(crawled: Crawled) -> None:
    """What is shared of a page has its address, title, language, picture and card; all is said once."""
    once = ["og:type", "og:title", "og:description", "og:url", "og:site_name", "og:locale", "twitter:card"]
    for name, page in crawled.pages.items():
        assert page.canonical == ([] if page.is_hidden else [crawled.url_of(name)]), name
        if name.startswith("digests/") or page.is_hidden:
            continue
        said = {key: page.says(key) for key in once}
        assert {key for key, texts in said.items() if len(texts) != 1 or not texts[0]} == set(), name
        assert said["og:url"] == page.canonical
        assert page.title.startswith(said["og:title"][0])
        assert len(page.says("og:locale:alternate")) == max(len(page.versions.keys() - {"x-default"}) - 1, 0)
        is_article = "article" in said["og:type"]
        assert is_article is bool(re.fullmatch(r"(?:../)?\d{4}/\d\d/[^/]+/index.html", name)), name
        assert len(page.says("article:published_time")) == is_article
        for image in page.says("og:image"):
            assert crawled.leads(image)


def test_the_sitemap_lists_every_page(crawled: Crawled) -> None:
    """It lists each page that is to be found, with the versions that the page names, and when it changed."""
    listed = crawled.listed()
    shown = {name for name, page in crawled.pages.items() if not page.is_hidden}
    assert listed.keys() == shown
    for name, (changed, versions) in listed.items():
        assert versions == crawled.pages[name].versions, name
        is_lasting = name.removeprefix(f"{crawled.pages[name].lang}/").split("/")[0] in LASTING
        assert changed == "" if is_lasting else is_day(changed) or is_time(changed), name


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
    return (page.parent / unquote(html.unescape(way)).lstrip("/")).resolve()


def test_pictures_are_as_large_as_pages_say(built: Path) -> None:
    """Each file of a srcset has the width that is claimed, and each picture the shape that is kept free."""
    seen = 0
    for page in (path for path in built.rglob("*.html") if "digests" not in path.parts):
        text = page.read_text(encoding="utf-8").partition("</header>")[2]  # behind the logo
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
