"""Addresses that entries had earlier: what stands there now, and which of them are refused."""

from pathlib import Path
from typing import get_args

import lxml.html
import pytest
from builders import entry_text
from folders import put
from newsroom import NOW, SETTINGS, TOP, Newsroom, a_picture
from searching import need_pagefind

from publisher.build import build
from publisher.check import check
from publisher.errors import ContentError
from publisher.model.settings import Output
from publisher.project import load


@pytest.mark.parametrize(
    ("alias", "file", "way"),
    [
        ("/2022/06/old-name/", "2022/06/old-name/index.html", "../../../2023/06/a/"),
        ("/old", "old/index.html", "../2023/06/a/"),
        ("/x/index.html", "x/index.html", "../2023/06/a/"),
        ("/myindex.html", "myindex.html", "2023/06/a/"),
        ("/news/Old Näme.html", "news/Old Näme.html", "../2023/06/a/"),
        ("/2023/06/a/more/", "2023/06/a/more/index.html", "../"),
        ("/en/2023/a/", "en/2023/a/index.html", "../../../2023/06/a/"),
        ("/fr/ar/old/", "fr/ar/old/index.html", "../../../2023/06/a/"),
    ],
)
def test_an_alias_leads_to_its_entry(tmp_path: Path, alias: str, file: str, way: str) -> None:
    """At an earlier address stands a page that leads on at once, by a link too, and is not to be listed."""
    room = Newsroom(tmp_path)
    room.write("2023/06/a.md", title="Cash & <care>", aliases=f'["{alias}"]')
    room.build()
    page = lxml.html.fromstring(room.read(file).decode())
    assert page.get("lang") == "en"
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={way}"]
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{TOP}2023/06/a/"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert [(link.text, link.get("href")) for link in page.iter("a")] == [("Cash & <care>", way)]


def test_an_alias_goes_and_comes(tmp_path: Path) -> None:
    """A translation has its own, in its language; without pages of entries it leads to the month's page."""
    room = Newsroom(tmp_path, f'outputs = ["feeds"]\n{SETTINGS}')
    room.write("2023/06/a.md")
    room.write("2023/06/a.fr.md", id="a-fr", translation_of="a", aliases="[/fr/vieux/]")
    room.build()
    page = lxml.html.fromstring(room.read("fr/vieux/index.html").decode())
    assert (page.get("lang"), page.find(".//a").get("href")) == ("fr", "../2023/06/#entry-a")
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{TOP}fr/2023/06/"]
    room.write("2023/06/a.fr.md", id="a-fr", translation_of="a")
    room.build()
    assert not (room.out / "fr/vieux").exists() or not list((room.out / "fr/vieux").iterdir())


@pytest.mark.parametrize(
    ("alias", "code"),
    [
        ("https://example.org/a/", "invalid-alias"),
        ("//example.org/a/", "invalid-alias"),
        ("old-name", "invalid-alias"),
        ("/a/../b/", "invalid-alias"),
        ("/a/./b/", "invalid-alias"),
        ("/a//b/", "invalid-alias"),
        ("/.well-known/", "invalid-alias"),
        ("/a%2e%2e/", "invalid-alias"),
        ("/a?b", "invalid-alias"),
        ("/a#b", "invalid-alias"),
        ("/a\\\\b", "invalid-alias"),
        ("/a /b/", "invalid-alias"),
        ("/" + "x" * 200, "invalid-alias"),
        ("/x" * 600, "invalid-alias"),
        ("/a\\u202eb/", "invalid-alias"),
        ("/a\\u0007b/", "control-character"),
        ("", "empty-text"),
        ("/", "reserved-address"),
        ("/index.html", "reserved-address"),
        ("/archive/", "reserved-address"),
        ("/fr/", "reserved-address"),
        ("/fr/kinds/news/", "reserved-address"),
        ("/atom.xml/", "reserved-address"),
        ("/2023/06/b/event.ics/", "reserved-address"),
        ("/404.html", "reserved-address"),
        ("/search.js/", "reserved-address"),
        ("/look/logo.svg/", "reserved-address"),
        ("/webp/2023/06/hall.png-480.webp/", "reserved-address"),
        ("/sitemap.xml/", "reserved-address"),
        ("/sitemap-2.xml/", "reserved-address"),
        ("/sitemap-50000.xml/more/", "reserved-address"),
        ("/Archive/", "reserved-address"),
        ("/FR/Kinds/news/", "reserved-address"),
        ("/Sitemap-2.XML/", "reserved-address"),
        ("/2023/06/B/", "alias-hides"),
        ("/About/", "alias-hides"),
        ("/Taken/", "duplicate-alias"),
        ("/TAKEN.html/more/", "duplicate-alias"),
        ("/2023/06/b/", "alias-hides"),
        ("/2023/06/a/", "alias-hides"),
        ("/2023/06/b/index.html", "alias-hides"),
        ("/2023/06/", "alias-hides"),
        ("/about/", "alias-hides"),
        ("/taken/", "duplicate-alias"),
        ("/taken.html/more/", "duplicate-alias"),
        ("/deep.html", "duplicate-alias"),
    ],
)
def test_wrong_aliases_are_errors(tmp_path: Path, alias: str, code: str) -> None:
    """An alias that is none, or hides something, is one error at its line; check and build say the same."""
    put(
        tmp_path,
        {
            "publisher.toml": SETTINGS,
            "entries/2023/06/a.md": entry_text(id="a", aliases=f'["{alias}"]'),
            "entries/2023/06/b.md": entry_text(
                id="b", date="2023-06-01", aliases="[/taken/, /taken.html, /deep.html/x/]"
            ),
            "entries/pages/about.md": entry_text(id="about", date="", evergreen="true"),
        },
    )
    found = check(load(tmp_path, {}), NOW).problems
    assert {problem.code for problem in found} == {code}
    if code != "duplicate-alias":  # whose line is that of the one that comes later
        assert [(problem.place.path, problem.place.line) for problem in found] == [
            ("entries/2023/06/a.md", 6)
        ]
    with pytest.raises(ContentError) as caught:
        build(load(tmp_path, {}), NOW)
    assert [problem.code for problem in caught.value.problems] == [problem.code for problem in found]
    assert not (tmp_path / "out").exists()


def test_errors_name_both_files(tmp_path: Path) -> None:
    """Who hides what is told, with the file of the other entry."""
    room = Newsroom(tmp_path)
    room.write("2023/06/a.md", aliases="[/2023/06/b/, /old/]")
    room.write("2023/06/b.md", aliases="[/old/]")
    told = {
        (problem.place.path, problem.code, problem.message)
        for problem in check(load(tmp_path, {}), NOW).problems
    }
    assert told == {
        ("entries/2023/06/a.md", "alias-hides", "/2023/06/b/ would hide entries/2023/06/b.md"),
        ("entries/2023/06/b.md", "duplicate-alias", "/old/ is an alias of entries/2023/06/a.md too"),
    }


def test_errors_tell_of_capitals(tmp_path: Path) -> None:
    """Where capitals alone part two addresses, the error says why they are one, and names both."""
    room = Newsroom(tmp_path)
    room.write("2023/06/a.md", aliases="[/Archive/, /2023/06/B/, /Old/, /caf\u00e9/]")
    room.write("2023/06/b.md", aliases="[/old/, /Cafe\u0301/]")
    why = "; many disks do not tell capitals apart"
    assert [problem.message for problem in check(load(tmp_path, {}), NOW).problems] == [
        f"/Archive/ is used by the site itself{why}",
        f"/2023/06/B/ would hide entries/2023/06/b.md{why}",
        f"/old/ is an alias of entries/2023/06/a.md too, as /Old/{why}",
        f"/Cafe\u0301/ is an alias of entries/2023/06/a.md too, as /caf\u00e9/{why}",
    ]


def test_the_page_for_what_is_not_there(tmp_path: Path) -> None:
    """It stands at the top, with whole paths on the host, and a line in each language that has pages."""
    room = Newsroom(tmp_path, SETTINGS.replace(TOP, f"{TOP}the%20news/"))
    room.write("2023/06/a.md")
    room.write("2023/06/a.fr.md", id="a-fr", translation_of="a")
    room.build()
    page = lxml.html.fromstring(room.read("404.html").decode())
    assert {link[:10] for _, _, link, _ in page.iterlinks() if link != "#main"} == {"/the%20new"}
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical'] | //link[@hreflang]")
    (line,) = page.xpath("//main/p[@lang]")
    assert (line.get("lang"), line.get("dir"), line.find("a").get("href")) == ("fr", "ltr", "/the%20news/fr/")
    assert line.text_content().endswith("Vers la page d’accueil")


def test_no_file_of_a_site_can_be_an_alias(tmp_path: Path) -> None:
    """An earlier address of a page can be no file of the site, nor a folder of that name."""
    need_pagefind()
    outputs = f"outputs = {list(get_args(Output))}\n"
    room = Newsroom(tmp_path, f'{outputs}{SETTINGS}[look]\nlogo = "site/logo.svg"\n')
    room.put("2025/11/p.png", a_picture())
    fields = {"date": "2025-11-03", "event": "{start: 2026-01-05}", "kind": "event", "topics": "[cash]"}
    room.write("2025/11/a.md", image="{src: p.png, alt: A}", **fields)
    room.put("names.yml", b"topics: {cash: Cash}\n")
    room.build()
    files = {file for file in room.stamps() if not file.startswith(".")}
    assert {"search.js", "look/site/logo.svg", "media/2025/11/p.png"} <= files
    aliases = sorted({f"/{file}" for file in files} - {"/index.html"})
    room.write("2025/11/a.md", image="{src: p.png, alt: A}", aliases=str(aliases).replace("'", '"'), **fields)
    refused = {problem.message.partition(" ")[0] for problem in check(load(tmp_path, {}), NOW).problems}
    free = [
        alias for alias in aliases if not refused & {alias, f"{alias}/", alias.removesuffix("index.html")}
    ]
    assert free == []
