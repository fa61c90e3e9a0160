"""What lacks which language: the list of it, and how pages show what they say in another one."""

import json
import posixpath
import re
from pathlib import Path

import pytest
from builders import entry_text
from folders import put, tree
from newsroom import NOW, Newsroom, a_picture
from shell import run

from publisher.build import build
from publisher.project import load
from publisher.translations import Gap, gaps

SETTINGS = """
[newsletter]
title = {en = "Example News", fr = "Nouvelles"}
description = {en = "What is <new>", ar = "الجديد"}
organisation = "Office"
notice = {en = "A sample"}
url = "https://news.example.org/"
tag = "news.example.org,2018"
languages = ["en", "fr", "ar", "de"]
zone = "UTC"
menu = ["about"]
[kinds]
news = "News"
talk = {name = {en = "Talk", fr = "Débat", ar = "حوار", de = "Rede"}, plural = {en = "Talks"}}
"""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter with holes in three of its four languages."""
    room = Newsroom(tmp_path, SETTINGS)
    room.write("2023/06/whole.md", title="Whole", topics="[cash, care]", kind="talk")
    for lang in ("fr", "ar", "de"):
        room.write(
            f"2023/06/whole.{lang}.md", title="Whole", topics="[cash]", kind="talk", translation_of="whole"
        )
    room.write("2023/06/alone.md", title="Alone")
    room.write("2023/07/later.fr.md", title="Later", date="2023-07-02", topics="[care]")
    put(
        tmp_path,
        {
            "entries/names.yml": "topics:\n  cash: {en: Cash, fr: Argent}\n  care: Care\n",
            "entries/quotes/ada.md": "---\nby: Ada\n---\nWords.\n",
            "entries/quotes/ada.fr.md": "---\nby: Ada\n---\nMots.\n",
            "entries/digests/2023-06.md": "---\n{}\n---\nHello.\n",
            "entries/digests/2023-06.ar.md": "---\n{}\n---\nمرحبا.\n",
            "entries/pages/about.md": entry_text(id="about", date="", evergreen="true", title="About"),
            "templates/locale/de.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
            'msgid "Archive"\nmsgstr "Archiv"\n',
        },
    )
    return room


def test_each_gap_is_listed_by_its_file(room: Newsroom) -> None:
    """Entries, openings, quotes, names, settings and fixed words are listed with the languages they lack."""
    found = gaps(load(room.root, {}), 0)
    words = [gap for gap in found if gap.what == "words"]
    assert [gap for gap in found if gap.what != "words"] == [
        Gap("entries", "entries/pages/about.md", "About", ("fr", "ar", "de")),
        Gap("entries", "entries/2023/07/later.fr.md", "Later", ("en", "ar", "de")),
        Gap("entries", "entries/2023/06/alone.md", "Alone", ("fr", "ar", "de")),
        Gap("openings", "entries/digests/2023-06.ar.md", "2023-06", ("fr", "de")),
        Gap("quotes", "entries/quotes/ada.fr.md", "Ada", ("ar", "de")),
        Gap("names", "entries/names.yml", "topics: cash", ("ar", "de")),
        Gap("settings", "publisher.toml", "newsletter.title", ("ar", "de")),
        Gap("settings", "publisher.toml", "newsletter.description", ("fr", "de")),
        Gap("settings", "publisher.toml", "newsletter.notice", ("fr", "ar", "de")),
        Gap("settings", "publisher.toml", "kinds.talk.plural", ("fr", "ar", "de")),
    ]
    assert {(gap.path, gap.languages) for gap in words} == {("templates/locale/de.po", ("de",))}
    assert "Feeds" in {gap.name for gap in words}
    assert "Archive" not in {gap.name for gap in words}


def test_a_version_without_its_own_highlight_or_picture_is_listed(room: Newsroom) -> None:
    """What one version has its sisters need too, since each home page shows its own; one alone lacks none."""
    room.put("2023/06/p.png", a_picture())
    marked = {"topics": "[cash]", "kind": "talk", "highlight": "1", "image": "{src: p.png, alt: A hall}"}
    room.write("2023/06/whole.md", title="Whole", **marked)
    french = {key: value for key, value in marked.items() if key != "image"}
    room.write("2023/06/whole.fr.md", title="Tout", translation_of="whole", **french)
    arabic = {key: value for key, value in marked.items() if key != "highlight"}
    room.write("2023/06/whole.ar.md", title="كل", translation_of="whole", **arabic)
    room.write("2023/06/alone.md", title="Alone", highlight="2")
    found = gaps(load(room.root, {}), 0)
    assert [gap for gap in found if gap.what in {"highlights", "pictures"}] == [
        Gap("highlights", "entries/2023/06/whole.md", "Whole", ("ar", "de")),
        Gap("pictures", "entries/2023/06/whole.md", "Whole", ("fr", "de")),
    ]


def test_the_command_tells_gaps_and_ends_well(room: Newsroom) -> None:
    """The list is short and grouped, or whole as JSON; it is a fault only with --strict, and below PATHS."""
    done = run(room.root, "check", "--translations")
    assert done.returncode == 0
    assert "  fr, ar, de: entries/2023/06/alone.md  Alone\n" in done.stdout
    assert re.search(
        r"^words \(\d+\)\n(  de: .*\n){10}  and \d+ more; --json shows all$", done.stdout, re.MULTILINE
    )
    assert re.search(r"(?m)^texts that lack a language: de \d+, ar 8, fr 6, en 1$", done.stderr)
    assert run(room.root, "check", "--translations", "--strict").returncode == 1
    done = run(room.root, "check", "--translations", "--strict", "--json", "entries/2023/07")
    document = {
        "what": "entries",
        "path": "entries/2023/07/later.fr.md",
        "name": "Later",
        "languages": ["en", "ar", "de"],
    }
    assert json.loads(done.stdout) == {"texts": [document]}
    done = run(room.root, "check", "--translations", "--strict", "entries/names.yml")
    assert done.stdout == "names (1)\n  ar, de: entries/names.yml  topics: cash\n"


def test_a_whole_newsletter_has_no_gap(tmp_path: Path) -> None:
    """Where nothing lacks, that is what it says, also with --strict."""
    settings = re.sub(r',? ?"?(fr|ar|de)"?( = "[^"]*")?(?=[,\]}])', "", SETTINGS)
    room = Newsroom(tmp_path, settings.replace('["about"]', "[]"))
    room.write("2023/06/whole.md", title="Whole")
    done = run(room.root, "check", "--translations", "--strict")
    assert (done.returncode, done.stdout) == (0, "")
    assert "every text is in every language" in done.stderr


def test_an_error_comes_before_gaps(room: Newsroom) -> None:
    """While an entry has an error it is told instead: its text cannot be known."""
    room.put("2023/06/broken.md", b"---\n")
    done = run(room.root, "check", "--translations")
    assert done.returncode == 1
    assert "unclosed-front-matter" in done.stdout + done.stderr


def test_a_catalogue_that_cannot_be_read_comes_before_gaps(room: Newsroom) -> None:
    """Of words in a broken catalogue nobody knows what lacks: its line is told."""
    catalogue = room.root / "templates/locale/fr.po"
    catalogue.write_text('msgid "a"\nmsgstr "b\nnonsense', encoding="utf-8")
    done = run(room.root, "check", "--translations")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: invalid-catalogue\n  the catalogue locale/fr.po cannot be read" in done.stderr


def test_what_falls_back_is_marked_with_its_language(room: Newsroom) -> None:
    """Names, kinds and the newsletter's own words in another language say so; its own words are bare."""
    build(load(room.root, {}), NOW)
    files = {path: data.decode() for path, data in tree(room.out).items() if path.endswith(".html")}
    arabic, french, english = (files[f"{top}2023/06/index.html"] for top in ("ar/", "fr/", ""))
    title = '<span lang="en" dir="ltr">Example News</span></span></a></p>'
    assert title in arabic
    assert ">Nouvelles</span></a></p>" in french
    assert '<span lang="en" dir="ltr">A sample</span>' in french
    assert '<span lang="en" dir="ltr">Talks</span></h2>' in arabic
    assert re.search('<a class="kind" href="[^"]*">حوار</a>', arabic)
    entry = files["ar/2023/06/whole/index.html"]
    assert '<span lang="en" dir="ltr">Cash</span></a></dd>' in entry
    assert ">Argent</a></dd>" in files["fr/2023/06/whole/index.html"]
    home = '<h1 class="lead"><span lang="en" dir="ltr">What is &lt;new&gt;</span></h1>'
    assert home in files["fr/index.html"]
    assert 'span lang="' not in english
    for path, text in files.items():
        if not path.startswith("digests/"):
            assert not re.search(r"<title>[^<]*<span|=\"[^\"]*<span", text), path


def test_what_lacks_a_language_is_linked_from_nowhere(room: Newsroom) -> None:
    """No page leads to a version, a month, a page of the menu or a digest that does not exist."""
    build(load(room.root, {}), NOW)
    files = set(tree(room.out))
    for path in [path for path in files if path.endswith(".html") and not path.startswith("digests/")]:
        text = (room.out / path).read_text(encoding="utf-8")
        folder = posixpath.dirname(path)
        for link in re.findall(r'(?:href|src)="([^"#:]*)(?:#[^"]*)?"', text):
            where = posixpath.normpath(posixpath.join(folder, link).lstrip("/"))  # "/" on 404.html
            leads = {where, posixpath.normpath(f"{where}/index.html")}
            assert leads & files, (path, link)
    assert 'hreflang="de"' not in (room.out / "2023/06/alone/index.html").read_text(encoding="utf-8")
