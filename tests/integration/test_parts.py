"""What an edit makes again: the parts that hold what was edited, and no other ones."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import entry_text
from folders import put, tree
from newsroom import NOW, SETTINGS, a_picture

from publisher.build import build
from publisher.cache import Cache
from publisher.project import load
from publisher.records import Record, Records

OPTIONS = '[digest]\nother_languages = "mark"\n[feeds]\nsize = 2\n'
NEWS: dict[str, str | bytes | None] = {
    "publisher.toml": f'{SETTINGS}menu = ["about"]\n{OPTIONS}',
    "entries/2023/05/a.md": entry_text(id="a", date="2023-05-02"),
    "entries/2023/05/b.md": entry_text(id="b", date="2023-05-02", topics="[cash]"),
    "entries/2023/05/c.fr.md": entry_text(id="c", date="2023-05-02"),
    "entries/2023/07/d.md": entry_text("To [a](../05/a.md).\n\n![P](p.png)", id="d", date="2023-07-02"),
    "entries/2023/07/p.png": a_picture(),
    "entries/2023/09/e.md": entry_text(id="e", date="2023-09-02", deadline="2023-12-01"),
    "entries/2023/10/f.md": entry_text(id="f", date="2023-10-02"),
    "entries/2023/11/g.md": entry_text(id="g", date="2023-11-02"),
    "entries/pages/about.md": entry_text(id="about", date="", evergreen="true"),
    "entries/quotes/q.md": "---\nby: Ada\nfrom: 2023-05-01\nto: 2023-07-30\n---\nWords.\n",
    "entries/digests/2023-07.md": "---\n{}\n---\nHello.\n",
}
MAY = {"month 2023-05 en", "digest 2023-05 en"}
EN, FR = {"front en", "list kinds/news/"}, {"front fr", "list fr/kinds/news/"}
FEEDS = {"feed ", "feed all/", "feed kinds/news/"}  # of the newest two entries


def _project(root: Path) -> Path:
    put(root, NEWS)
    build(load(root, {}), NOW)
    return root


def _records(root: Path) -> dict[str, Record]:
    return Records(Cache(root / ".publisher/cache/output")).load().parts


def _clean(root: Path, copy: Path) -> dict[str, bytes]:
    put(copy, {p.relative_to(root).as_posix(): p.read_bytes() for p in _inputs(root)})
    build(load(copy, {}), NOW)
    return tree(copy / "out")


def _inputs(root: Path) -> list[Path]:
    return [
        path for path in root.rglob("*") if path.is_file() and not {"out", ".publisher"} & set(path.parts)
    ]


def _times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_ctime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "entries/2023/05/b.md",
            entry_text("Other words.", id="b", date="2023-05-02", topics="[cash]"),
            {*MAY, "feed topics/cash/", "list topics/cash/", "digest 2023-05 fr", *EN},
            id="the text of an entry: its month, its topic, the digest that lends it, the home page",
        ),
        pytest.param(
            "entries/2023/05/a.md",
            entry_text(id="a", date="2023-05-02", updated="2023-08-01"),
            {*MAY, "digest 2023-05 fr", *EN, "sitemap"},
            id="the date of a change: the list of all pages too",
        ),
        pytest.param(
            "entries/2023/05/a.md",
            entry_text(id="a", date="2023-05-02", title="Other"),
            {*MAY, "digest 2023-05 fr", *EN},
            id="a title: not the entry that links to it",
        ),
        pytest.param(
            "entries/2023/05/a.md",
            entry_text(id="a", date="2023-05-02", draft="true"),
            {
                "sitemap",
                "front fr",
                *(
                    *MAY,
                    "feed topics/cash/",
                    "digest 2023-05 fr",
                    *EN,
                    "month 2023-07 en",
                    "digest 2023-07 en",
                ),
                *("month 2023-05 fr", "feed fr/", "feed fr/kinds/news/"),  # told at other seconds of the day
            },
            id="an entry that is not published any more: the one that links to it too",
        ),
        pytest.param(
            "entries/2023/06/new.md",
            entry_text(id="new", date="2023-06-02"),
            {
                "sitemap",
                *EN,
                *("month 2023-05 en", "month 2023-07 en"),
                *("month 2023-06 en", "digest 2023-06 en"),
            },
            id="an entry of a new month: the months before and after it",
        ),
        pytest.param(
            "entries/2023/12/new.md",
            entry_text(id="new", date="2023-12-02"),
            {"sitemap", "front fr", *EN, *FEEDS, "month 2023-11 en", "month 2023-12 en", "digest 2023-12 en"},
            id="the newest entry: the main feeds, and the month that is over now",
        ),
        pytest.param(
            "entries/2023/05/new.fr.md",
            entry_text(id="new", date="2023-05-02"),
            {
                "sitemap",
                "front en",
                *(*MAY, *FR, "month 2023-05 fr", "digest 2023-05 fr"),
                *("feed fr/", "feed fr/kinds/news/", "feed topics/cash/"),
            },
            id="an entry of a day: those of the same day in other languages, whose times it may move",
        ),
        pytest.param(
            "entries/2023/05/a.fr.md",
            entry_text(date="2023-05-02"),
            {
                "sitemap",
                *(*MAY, *EN, *FR, "month 2023-05 fr", "digest 2023-05 fr"),
                *("feed fr/", "feed fr/kinds/news/", "feed topics/cash/"),
            },
            id="a translation: the original names it",
        ),
        pytest.param(
            "entries/2023/11/g.fr.md",
            entry_text(date="2023-11-02"),
            {
                "sitemap",
                *(*EN, *FR, *FEEDS, "feed fr/", "feed fr/kinds/news/"),
                *("month 2023-11 en", "digest 2023-11 en", "month 2023-11 fr", "digest 2023-11 fr"),
                "month 2023-05 fr",
            },
            id="the first of a month in another language",
        ),
        pytest.param(
            "entries/2023/09/z.fr.md",
            entry_text(id="z", date="2023-09-20"),
            {
                "sitemap",
                "front en",
                *(*FR, "feed fr/", "feed fr/kinds/news/", "month 2023-05 fr"),
                *("month 2023-09 en", "digest 2023-09 en", "month 2023-09 fr", "digest 2023-09 fr"),
            },
            id="an entry of a month that another language has: its page leads there",
        ),
        pytest.param(
            "entries/2023/09/e.md",
            entry_text(id="e", date="2023-09-02", deadline="2023-11-01"),
            {*EN, "month 2023-09 en", "digest 2023-09 en", "digest 2023-10 en", "digest 2023-11 en"},
            id="a deadline: the digests that remind of it, now and before",
        ),
        pytest.param(
            "entries/2023/09/e.md",
            entry_text(id="e", date="2023-09-02", draft="true"),
            {"sitemap", *EN, "feed ", "month 2023-07 en", "month 2023-10 en", "digest 2023-11 en"},
            id="the month before the newest goes: the main feed leads to an older archive",
        ),
        pytest.param(
            "entries/2023/07/p.png",
            a_picture(50),
            {*EN, "month 2023-07 en", "digest 2023-07 en", "media 2023/07/p.png"},
            id="a picture: what shows it, and its copy",
        ),
        pytest.param(
            "entries/quotes/q.md",
            "---\nby: Eve\nfrom: 2023-05-01\nto: 2023-07-30\n---\nWords.\n",
            {"digest 2023-05 en", "digest 2023-07 en"},
            id="a quote: the digests of its time",
        ),
        pytest.param("entries/digests/2023-07.md", None, {"digest 2023-07 en"}, id="an opening: its digest"),
    ],
)
def test_an_edit_makes_again_what_shows_it(
    tmp_path: Path, path: str, text: str | bytes | None, expected: set[str]
) -> None:
    """The keys of exactly these parts change, and the output is that of a clean build."""
    project = _project(tmp_path / "project")
    before = _records(project)
    if text is None:
        (project / path).unlink()
    else:
        put(project, {path: text})
    build(load(project, {}), NOW)
    after = _records(project)
    assert tree(project / "out") == _clean(project, tmp_path / "copy")
    assert {name for name in after if name not in before or after[name].key != before[name].key} == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("entries/pages/about.md", entry_text("More.", id="about", date="", evergreen="true")),
        ("entries/names.yml", "topics: {cash: Cash benefits}\n"),
        ("templates/site/header.html", "<header>Ours</header>\n"),
        ("templates/locale/en.po", 'msgid "Archive"\nmsgstr "Older"\n'),
        ("publisher.toml", f'{SETTINGS}notice = "A sample."\n{OPTIONS}'),
    ],
)
def test_what_every_page_shows_makes_all_pages_again(tmp_path: Path, path: str, text: str) -> None:
    """The menu, names, templates, catalogues and settings are in the key of each page of their language."""
    project = _project(tmp_path / "project")
    before = _records(project)
    put(project, {path: text})
    build(load(project, {}), NOW)
    after = _records(project)
    assert tree(project / "out") == _clean(project, tmp_path / "copy")
    pages = {name for name in after if name.startswith(("month", "front")) and name.endswith(" en")}
    assert {name for name in pages if after[name].key == before[name].key} == set()


def test_what_the_front_pages_count_is_in_their_key(tmp_path: Path) -> None:
    """An entry too old for the home page still counts in the archive; so does the language that begins."""
    project = _project(tmp_path / "project")
    put(
        project,
        {f"entries/2024/{n:02}/n.md": entry_text(id=f"n-{n}", date=f"2024-{n:02}-02") for n in range(1, 13)},
    )
    put(project, {"entries/2025/01/n.md": entry_text(id="n-13", date="2025-01-02")})
    build(load(project, {}), NOW)
    for path, text in (
        ("entries/2023/05/old.md", entry_text(id="old", date="2023-05-20")),
        ("entries/2023/05/first.ar.md", entry_text(id="first", date="2023-05-20")),
        ("entries/2023/05/old.md", entry_text(id="old", date="2023-05-20", topics="[new]")),
        ("entries/quotes/new.md", "---\nby: Eve\nfrom: 2025-01-01\n---\nWords.\n"),
    ):
        put(project, {path: text})
        build(load(project, {}), NOW)
        assert tree(project / "out") == _clean(project, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}")


@pytest.mark.parametrize(
    ("template", "text", "path"),
    [
        ("footer.html", "{% for item in menu %}{{ body(item) }}{% endfor %}", "entries/pages/about.md"),
        (
            "archive.html",
            "{% for i in issues %}{% for e in i.entries %}{{ e.title }}{% endfor %}{% endfor %}",
            "entries/2023/05/a.md",
        ),
        (
            "feeds.html",
            "{% for feed in feeds %}{{ feed.entries[0].title }}{% endfor %}",
            "entries/2023/11/g.md",
        ),
    ],
)
def test_own_templates_may_show_all_that_they_get(
    tmp_path: Path, template: str, text: str, path: str
) -> None:
    """What a template is handed is in the key of its page, also where the packaged one shows less of it."""
    project = _project(tmp_path / "project")
    put(project, {f"templates/site/{template}": text})
    build(load(project, {}), NOW)
    edited = NEWS[path]
    assert isinstance(edited, str)
    put(project, {path: edited.replace("A title", "Another title").replace("Some words", "Other words")})
    assert build(load(project, {}), NOW).written.written > 1
    assert tree(project / "out") == _clean(project, tmp_path / "copy")


def test_words_of_the_menu_are_on_every_page(tmp_path: Path) -> None:
    """An edit of nothing but the words of a page in the menu makes again what may show them."""
    project = _project(tmp_path / "project")
    put(project, {"templates/site/footer.html": "{% for item in menu %}{{ body(item) }}{% endfor %}"})
    for words in ("One.", "Two.", "Three."):
        put(project, {"entries/pages/about.md": entry_text(words, id="about", date="", evergreen="true")})
        build(load(project, {}), NOW, began=2**62)
        assert words in (project / "out/2023/05/index.html").read_text(encoding="utf-8")
    assert tree(project / "out") == _clean(project, tmp_path / "copy")


def test_a_second_build_makes_nothing(tmp_path: Path) -> None:
    """Without an edit no key changes and no file is touched; the records stay as they are."""
    project = _project(tmp_path / "project")
    before, times = _records(project), _times(project / "out")
    report = build(load(project, {}), NOW)
    assert (report.written.written, report.written.removed) == (0, 0)
    assert before == _records(project)
    assert times == _times(project / "out")


def test_what_an_entry_gets_from_others_is_in_its_key(tmp_path: Path) -> None:
    """A translation has its id from its original; a change to come is told when its day has come."""
    project = _project(tmp_path / "project")
    times = {"date": "2023-05-02T10:00Z", "updated": "2026-06-01T10:00Z"}
    put(
        project,
        {
            "entries/pages/terms.md": entry_text(id="terms", date="", evergreen="true"),
            "entries/pages/terms.fr.md": entry_text("[Here](#there)", date="", evergreen="true"),
            "entries/2023/05/t.md": entry_text(id="t", **times),
        },
    )
    build(load(project, {}), NOW)
    put(project, {"entries/pages/terms.md": entry_text(id="other", date="", evergreen="true")})
    build(load(project, {}), NOW)
    assert tree(project / "out") == _clean(project, tmp_path / "copy")
    later = datetime(2026, 7, 1, tzinfo=UTC)
    assert build(load(project, {}), later).written.written > 0
    shutil.rmtree(tmp_path / "copy/out")
    build(load(tmp_path / "copy", {}), later)
    assert tree(project / "out") == tree(tmp_path / "copy/out")


@pytest.mark.parametrize("force", [False, True])
def test_force_makes_all_again(tmp_path: Path, force: bool) -> None:  # noqa: FBT001
    """With force what was kept is thrown away; equal bytes of the output are not touched all the same."""
    project = _project(tmp_path / "project")
    kept, out = _times(project / ".publisher/cache/entries"), _times(project / "out/2023")
    report = build(load(project, {}), NOW, force=force)
    assert (report.written.written, out) == (0, _times(project / "out/2023"))
    assert (kept == _times(project / ".publisher/cache/entries")) is not force
