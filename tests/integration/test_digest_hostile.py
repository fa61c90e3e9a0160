"""Entries that would harm a mail: refused with their line or shown harmlessly, and nothing is fetched."""

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from digests import NOW
from newsroom import Newsroom, a_picture

from publisher.build import build
from publisher.check import check
from publisher.errors import ContentError, Severity
from publisher.project import load

BAIT = "p { letter-spacing: 3px } SECRET-BAIT"
Row = tuple[str, str, int]


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter without entries, beside which the bait lies."""
    (tmp_path / "bait.css").write_text(BAIT, encoding="utf-8")
    (tmp_path / "room").mkdir()
    return Newsroom(tmp_path / "room")


@pytest.fixture
def calls() -> Iterator[tuple[str, list[str]]]:
    """Give an address on loopback that hangs up on everybody who calls, and the list of who did."""
    listening, called = socket.create_server(("127.0.0.1", 0)), []
    done = threading.Event()

    def answer() -> None:
        while True:
            connection, caller = listening.accept()
            if not done.is_set():
                called.append(str(caller))
            connection.close()
            if done.is_set():
                return

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", called
    done.set()
    socket.create_connection(listening.getsockname()).close()
    thread.join()
    listening.close()


def _rows(room: Newsroom) -> list[Row]:
    """Return code, path and line of each error that `check` tells of *room*."""
    found = check(load(room.root, {}), NOW).problems
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    return [(problem.code, problem.place.path, problem.place.line) for problem in errors]


def _line(room: Newsroom, words: str) -> int:
    """Return the line of the entry where *words* stand."""
    lines = (room.root / "entries/2025/11/a.md").read_text(encoding="utf-8").splitlines()
    (found,) = (number for number, line in enumerate(lines, start=1) if words in line)
    return found


def _digests(room: Newsroom) -> str:
    """Build *room* and return all parts of all of its digests."""
    build(load(room.root, {}), NOW)
    return "".join(path.read_text(encoding="utf-8") for path in sorted((room.out / "digests").rglob("*.*")))


REFUSED = [
    ("<style>@import url({web}/a.css);</style>", "html-not-allowed"),
    ('<style>@import "{file}";</style>', "html-not-allowed"),
    ("Words <style>p {{ color: red }}</style>", "html-not-allowed"),
    ("<script src='{web}/a.js'></script>", "html-not-allowed"),
    ("<script>fetch('{web}/a')</script>", "html-not-allowed"),
    ("<link rel='stylesheet' href='{web}/a.css'>", "html-not-allowed"),
    ("<link rel='stylesheet' href='{file}'>", "html-not-allowed"),
    ("<iframe src='{web}/a'></iframe>", "html-not-allowed"),
    ("<object data='{file}'></object>", "html-not-allowed"),
    ("Words <iframe>", "html-not-allowed"),
    ("<base href='{web}/'>", "html-not-allowed"),
    ("<meta http-equiv='refresh' content='0;url={web}/'>", "html-not-allowed"),
    ("<svg onload='x()'></svg>", "html-not-allowed"),
    ("<p style='background: url({web}/a.png)'>x</p>", "html-not-allowed"),
    ("<p onclick='x()'>x</p>", "html-not-allowed"),
    ("<img src='{web}/a.png' alt='A picture'>", "remote-image"),
    ("![A picture]({web}/a.png)", "remote-image"),
    ("![A picture](//127.0.0.1/a.png)", "remote-image"),
    ("![A picture]({file})", "unsafe-address"),
    ("![A picture](data:image/png;base64,AAAA)", "unsafe-address"),
    ("![A picture](../../../../bait.css)", "path-outside"),
    ("[A link]({file})", "unsafe-address"),
    ("[A link](javascript:alert(1))", "unsafe-address"),
    ("[A link](JaVaScRiPt&#58;alert(1))", "unsafe-address"),
    ("<a href='javascript:alert(1)'>A link</a>", "unsafe-address"),
    ("[A link](vbscript:x)", "unsafe-address"),
    ("[A link](data:text/html,x)", "unsafe-address"),
    ("![A picture](missing.png)", "missing-picture"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_harmful_text_is_refused_with_its_line(
    text: str, code: str, room: Newsroom, calls: tuple[str, list[str]]
) -> None:
    """`check` names file and line, a build writes nothing, and nobody is called."""
    url, called = calls
    harm = text.format(web=url, file=(room.root.parent / "bait.css").as_uri())
    room.write("2025/11/a.md", f"Words.\n\n{harm}", date="2025-11-02")
    assert set(_rows(room)) == {(code, "entries/2025/11/a.md", _line(room, harm))}
    with pytest.raises(ContentError):
        _digests(room)
    assert not room.out.exists()
    assert called == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "'<script>x()</script>'", "html-in-text"),
        ("title", "'<style>@import url(http://127.0.0.1/)</style>'", "html-in-text"),
        ("kicker", "'<img src=http://127.0.0.1/a.png>'", "html-in-text"),
        ("summary", "'<img src=http://127.0.0.1/a.png alt=x>'", "remote-image"),
        ("summary", "'<iframe src=http://127.0.0.1/></iframe>'", "html-not-allowed"),
        ("summary", "'[x](javascript:alert(1))'", "unsafe-address"),
        ("link", "'javascript:alert(1)'", "invalid-url"),
        ("link", "'file:///etc/hostname'", "invalid-url"),
        ("title", "t" * 201, "too-long"),
        ("summary", "'" + "ten thousand words " * 3334 + "'", "too-long"),
    ],
)
def test_harmful_fields_are_refused_with_their_line(
    field: str, value: str, code: str, room: Newsroom
) -> None:
    """A field that would break a mail, or make it fetch something, is named by file and line."""
    room.write("2025/11/a.md", **({"date": "2025-11-02"} | {field: value}))
    place = ("entries/2025/11/a.md", _line(room, f"{field}: "))
    assert (code, *place) in _rows(room)
    assert {row[1:] for row in _rows(room)} == {place}


def _png(width: int, height: int) -> bytes:
    """Return a picture that says it is so large, without its pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"These are words.", "unusable-picture"),
        (b"", "unusable-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>", "unusable-picture"),
        (_png(10_000, 10_000), "unusable-picture"),
        (_png(100_000, 100_000), "unusable-picture"),
        (None, "missing-picture"),
    ],
    ids=["words", "nothing", "svg", "100-megapixels", "10-gigapixels", "missing"],
)
@pytest.mark.parametrize("place", ["front", "text"])
def test_a_picture_that_cannot_be_shown_is_refused(
    data: bytes | None, code: str, place: str, room: Newsroom
) -> None:
    """What is no picture, has 100 million pixels or is not there is told where the entry names it."""
    if data is not None:
        room.put("2025/11/a.png", data)
    front = {"image": "{src: a.png, alt: A picture}", "highlight": "1"} if place == "front" else {}
    body = "Words." if place == "front" else "Words.\n\n![A picture](a.png)"
    room.write("2025/11/a.md", body, **({"date": "2025-11-02"} | front))
    assert _rows(room) == [(code, "entries/2025/11/a.md", _line(room, "a.png"))]
    with pytest.raises(ContentError):
        _digests(room)


def test_a_picture_of_pixels_cut_off_is_no_traceback(room: Newsroom) -> None:
    """A picture whose file ends too early is a problem, also where its header is whole."""
    whole = a_picture(1600, 900, "JPEG")
    room.put("2025/11/a.jpg", whole[: len(whole) // 2])
    room.write("2025/11/a.md", date="2025-11-02", image="{src: a.jpg, alt: A picture}", highlight="1")
    with pytest.raises(ContentError) as caught:
        _digests(room)
    assert {problem.code for problem in caught.value.problems} == {"unusable-picture"}


HARMLESS = [
    "`<script>x()</script>` & `<style>@import url(X)</style>`",
    "\\<iframe src='X'> and \\<link rel=stylesheet href=X>",
    "    @import url(X);\n    <img src=X>",
    "[A link](https://127.0.0.1:9/a.png) and <https://127.0.0.1:9/b.css>",
    "@import url(X); @import 'X';",
    "&lt;img src=X&gt; &#60;script&#62;",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_words_about_code_are_words(text: str, room: Newsroom, calls: tuple[str, list[str]]) -> None:
    """What is written to be read is shown as it is: no element comes of it, and nobody is called."""
    url, called = calls
    text = text.replace("X", f"{url}/a.css").replace("https://127.0.0.1:9", url)
    room.write("2025/11/a.md", text, date="2025-11-02", summary=None)  # type: ignore[arg-type]
    assert _rows(room) == []
    _digests(room)
    for name in ("en.html", "en.eml"):
        assert (room.out / "digests/2025-11" / name).is_file()
    tree = lxml.html.fromstring((room.out / "digests/2025-11/en.html").read_bytes())
    assert tree.xpath("//script | //iframe | //body//link | //body//style | //body//img") == []
    assert called == []


def test_a_file_outside_is_never_taken_in(room: Newsroom, calls: tuple[str, list[str]]) -> None:
    """A project's own stylesheet that imports from the web or the disk gets neither."""
    url, called = calls
    bait = room.root.parent / "bait.css"
    styles = room.root / "templates/email"
    styles.mkdir(parents=True)
    imports = f"@import url({url}/a.css);\n@import url({bait.as_uri()});\n@import '{bait}';\n"
    (styles / "style.css").write_text(f"{imports}p {{ margin: 1px }}\n", encoding="utf-8")
    room.write("2025/11/a.md", date="2025-11-02")
    made = _digests(room)
    assert "margin:1px" in made
    assert "letter-spacing" not in made
    assert "SECRET-BAIT" not in made
    assert called == []


def test_the_trap_is_real(calls: tuple[str, list[str]]) -> None:
    """The control: who asks for the address is seen."""
    url, called = calls
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as caller:
        assert caller.recv(1) == b""
    assert len(called) == 1


@pytest.mark.parametrize("field", ["title", "kicker", "summary"])
def test_two_hundred_letters_without_a_space_are_shown_whole(field: str, room: Newsroom) -> None:
    """A word as long as a title may be stands in HTML and text with all of its letters."""
    word = "x" * 200
    room.write("2025/11/a.md", **({"date": "2025-11-02"} | {field: word}))
    assert _rows(room) == []
    _digests(room)
    parts = [(room.out / f"digests/2025-11/en.{end}").read_text(encoding="utf-8") for end in ("html", "txt")]
    assert [word in "".join(part.split()) for part in parts] == [True, True]  # lines of text are short


def test_ten_thousand_words_are_shortened(room: Newsroom) -> None:
    """An entry without a summary lends its first words, not all of them."""
    room.write("2025/11/a.md", "word " * 10_000, date="2025-11-02", summary=None)  # type: ignore[arg-type]
    assert _rows(room) == []
    _digests(room)
    page = (room.out / "digests/2025-11/en.html").read_text(encoding="utf-8")
    assert 20 < page.count("word ") < 100
    assert len(page) < 60_000
