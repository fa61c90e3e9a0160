"""The search index: what stands in it, the same bytes for the same input, and what if Pagefind fails."""

import gzip
import json
import os
import subprocess
import sys
import textwrap
import time
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

import pytest
from crawl import Crawled
from folders import tree
from newsroom import SETTINGS, TOP, Newsroom
from searching import a_searchable, need_pagefind
from shell import run

from publisher.errors import PublisherError
from publisher.model.output import Document
from publisher.search import index, pagefind

ROOT = Path(__file__).resolve().parents[2]
NO_MEMORY = b64encode(b'{"payload": {"type": "Error", "message": "no memory"}}').decode()


def fragments(files: dict[str, bytes], folder: str = "search/") -> list[dict[str, object]]:
    """Return what the index in *folder* knows of each page, by address."""
    found = (
        json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd"))
        for path, data in files.items()
        if path.startswith(f"{folder}pagefind/fragment/")
    )
    return sorted(found, key=lambda fragment: fragment["url"])


def children(process: int) -> list[int]:
    """Return the processes that *process* started."""
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def documents(count: int) -> list[Document]:
    """Return so many documents, of several kinds and years."""
    kinds, words = ("event", "news", "report", "video"), "one two three four five six seven"
    return [
        Document(f"{n}/", f"Title {n}", f"{words} {n}", kinds[n % 4], str(2019 + n % 5), "2023-01-01")
        for n in range(count)
    ]


def test_entries_and_evergreen_pages_stand_in_the_index_of_their_language(tmp_path: Path) -> None:
    """Each entry is there once, with its words, kind, year and day; lists of entries are not."""
    room = a_searchable(tmp_path)
    room.build()
    files = tree(room.out)
    about, report, talks = sorted(fragments(files), key=lambda fragment: str(fragment["meta"]))
    assert (about["url"], about["filters"]) == ("about/", {})
    assert (report["url"], report["filters"]) == ("2022/05/report/", {"kind": ["report"], "year": ["2022"]})
    assert talks["url"] == "2023/06/talks/"
    assert talks["meta"] == {"title": "The talks", "date": "2023-06-27"}
    assert talks["content"] == (
        "A summary. Domestic workers & coverage: <img src=x onerror=alert(1)> in Kenya. "
        "Pensions More. · Geneva"
    )
    assert [fragment["url"] for fragment in fragments(files, "fr/search/")] == ["fr/2023/06/talks/"]
    assert [fragment["url"] for fragment in fragments(files, "ar/search/")] == ["ar/2023/06/talks/"]


def test_an_entry_without_a_page_is_found_at_its_place(tmp_path: Path) -> None:
    """Where months hold their entries whole, the index leads there."""
    room = a_searchable(tmp_path, '"search"')
    room.build()
    assert "2023/06/#entry-talks" in [fragment["url"] for fragment in fragments(tree(room.out))]


def test_an_entry_of_nothing_but_a_title_is_found(tmp_path: Path) -> None:
    """An entry without summary and text is in the index too."""
    room = a_searchable(tmp_path)
    room.put("2023/06/bare.md", b"---\nid: bare\ntitle: Bare\ndate: 2023-06-02\nkind: news\n---\n")
    room.build()
    assert "2023/06/bare/" in [fragment["url"] for fragment in fragments(tree(room.out))]


def test_names_stand_apart_in_an_excerpt(tmp_path: Path) -> None:
    """A dot parts the text from the names behind it, and each from the next; none stands there twice."""
    room = a_searchable(tmp_path)
    names = {"places": "[LB, KE]", "partners": "[unicef]", "kicker": "Lebanon", "summary": ""}
    room.write("2023/06/named.md", title="Named", body="One line\n\nand another", **names)
    room.write("2023/06/nameless.md", title="Nameless", body="", **names)
    room.build()
    found = {str(one["url"]): one["content"] for one in fragments(tree(room.out))}
    assert found["2023/06/named/"] == "One line and another · Lebanon · unicef · Kenya"
    assert found["2023/06/nameless/"] == "Lebanon · unicef · Kenya"


def test_only_what_searching_needs_is_shipped(tmp_path: Path) -> None:
    """Pagefind's own forms and looks are left out, and the words of other languages."""
    room = a_searchable(tmp_path)
    room.build()
    shipped = {path.name for path in (room.out / "fr/search/pagefind").iterdir() if path.is_file()}
    assert {name for name in shipped if not name.endswith(".pf_meta")} == {
        *("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.fr.pagefind")
    }
    assert len(shipped) == 5
    assert len((room.out / "search.js").read_bytes()) <= 4096


def test_the_same_newsletter_has_the_same_index(tmp_path: Path) -> None:
    """Another folder and another hash seed change no byte."""
    rooms = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        rooms.append(a_searchable(tmp_path / name))
    rooms[0].build()
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    assert run(rooms[1].root, "build", PYTHONHASHSEED="77", PYTHONPATH=path).returncode == 0
    files = tree(rooms[0].out)
    assert files == tree(rooms[1].out)
    assert any("pf_meta" in path for path in files)


def test_an_index_is_the_same_each_time() -> None:
    """What Pagefind leaves to chance, the order of filters and of their values, is put right."""
    need_pagefind()
    first, *others = [index(documents(40), "en") for _ in range(8)]
    assert all(other == first for other in others)


def test_control_pagefind_alone_leaves_order_to_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without that, the same documents give several indexes."""
    need_pagefind()
    monkeypatch.setattr(pagefind, "canonical", lambda files: files)
    assert len({tuple(sorted(index(documents(40), "en"))) for _ in range(8)}) > 1


def test_the_index_is_made_again_only_if_what_it_holds_changed(tmp_path: Path) -> None:
    """An edit makes the index of its language again and no other one; what nobody says any more goes."""
    room = a_searchable(tmp_path)
    room.build()
    before = {path: path.stat().st_ctime_ns for path in room.out.rglob("*") if path.is_file()}
    assert room.build().written.written == 0
    room.write("2023/06/talks.fr.md", title="Autre", body="Autre chose.", translation_of="talks")
    room.build()
    after = {path: path.stat().st_ctime_ns for path in room.out.rglob("*") if path.is_file()}
    changed = {path.relative_to(room.out).as_posix() for path in after if before.get(path) != after[path]}
    assert {path.partition("search/")[0] for path in changed if "search/" in path} == {"fr/"}
    assert len(fragments(tree(room.out), "fr/search/")) == 1
    (room.root / "publisher.toml").write_text(f'outputs = ["entries"]\n{SETTINGS}', encoding="utf-8")
    room.build()
    assert not [path for path in tree(room.out) if "search" in path]
    assert b"search" not in (room.out / "index.html").read_bytes()


def test_a_language_without_entries_has_no_search(tmp_path: Path) -> None:
    """The home page of an empty newsletter leads to no search, and there is none."""
    need_pagefind()
    room = Newsroom(tmp_path, f'outputs = ["search"]\n{SETTINGS}')
    room.build()
    assert not [path for path in tree(room.out) if "search" in path]


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("exit 3", "it ended before its work was done"),
        ("read -n 9 x; echo -n 'e30=,'; cat", "it answers in another way"),
        (f"echo -n '{NO_MEMORY},'; cat > /dev/null", "no memory"),
        ("exec sleep 100", "not done with 4 pages after 0.3 seconds"),
    ],
)
def test_a_pagefind_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, cause: str
) -> None:
    """A program that ends, stalls, or says something else is an error with its cause and the way out."""
    fake = tmp_path / "pagefind"
    fake.write_text(f"#!/bin/bash\n{program}\n")
    fake.chmod(0o755)
    monkeypatch.setitem(sys.modules, "pagefind_bin", SimpleNamespace(get_executable=lambda: fake))
    with pytest.raises(PublisherError, match=cause) as caught:
        index(documents(4), "en", limit=0.3)
    assert caught.value.code == "search-failed"
    assert "outputs" in caught.value.hint


def test_a_build_without_its_index_leaves_the_output_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If Pagefind fails, nothing of the build is written."""
    room = a_searchable(tmp_path)
    room.build()
    before = tree(room.out)
    room.write("2023/06/new.md", title="New")
    false = SimpleNamespace(get_executable=lambda: Path("/bin/false"))
    monkeypatch.setitem(sys.modules, "pagefind_bin", false)
    with pytest.raises(PublisherError, match="Pagefind"):
        room.build()
    assert tree(room.out) == before


def test_pagefind_ends_with_the_build_that_was_killed() -> None:
    """Nothing goes on working for a build that is gone."""
    need_pagefind()
    code = (
        "from publisher.model.output import Document; from publisher.search import index\n"
        "words = [' '.join(map(str, range(n, n + 300))) for n in range(6000)]\n"
        "index([Document('a/', 'A', text, '', '', '') for text in words], 'en')"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    helpers: list[int] = []
    until = time.monotonic() + 20
    while not helpers and time.monotonic() < until:
        helpers = children(killed.pid)
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    assert helpers
    until = time.monotonic() + 10
    while any(Path(f"/proc/{helper}/exe").exists() for helper in helpers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [helper for helper in helpers if Path(f"/proc/{helper}/exe").exists()]


def test_pagefind_that_is_missing_is_told_before_anything_is_done(tmp_path: Path) -> None:
    """Without the package, build and check say what to install or to take out."""
    room = Newsroom(tmp_path, f'outputs = ["search"]\n{SETTINGS}')
    room.write("2023/06/talks.md", title="The talks")
    code = textwrap.dedent("""
        import sys
        sys.modules["pagefind_bin"] = None
        from datetime import datetime, UTC
        from pathlib import Path
        from publisher.build import build
        from publisher.check import check
        from publisher.errors import UsageError
        from publisher.project import load
        for use in (build, check):
            try:
                use(load(Path(sys.argv[1]), {}), datetime(2026, 1, 1, tzinfo=UTC))
            except UsageError as error:
                print(error.code, error.hint)
    """)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    hint = "run: pip install 'publisher[search]', or take \"search\" out of outputs in the settings"
    assert done.stdout.splitlines() == [f"missing-pagefind {hint}"] * 2
    assert not (room.out / "index.html").exists()


def test_a_last_page_takes_the_search_with_it(tmp_path: Path) -> None:
    """A language whose last entry goes has no search, and no page leads there, also not from an old build."""
    need_pagefind()
    room = Newsroom(tmp_path, f'outputs = ["search", "sitemap"]\n{SETTINGS}')
    room.write("pages/about.md", title="About", date="", evergreen="true")
    room.build()
    assert "search/" in room.read("404.html").decode()
    (tmp_path / "entries/pages/about.md").unlink()
    room.build()
    assert list(Crawled(room.out, TOP).dead()) == []
    assert "search/" not in room.read("404.html").decode() + room.read("sitemap.xml").decode()
