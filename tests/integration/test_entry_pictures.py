"""Pictures that entries show: opened once, as far as their header, and refused if nobody could see them."""

import os
import struct
import zlib
from pathlib import Path

import pytest
from checking import named, put, read
from PIL import Image

from publisher.entries import reader
from publisher.errors import PublisherError

PNG_START = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int) -> bytes:
    """Return a PNG file that says it is so large, without its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_START + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _picture(path: Path, form: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (2, 2)).save(path, form)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.png", "PNG"),
        ("a.jpg", "JPEG"),
        ("a.gif", "GIF"),
        ("a.webp", "WEBP"),
        ("a b.png", "PNG"),
        ("a  b.png", "PNG"),
        ("a\u202fb.png", "PNG"),
    ],
)
def test_pictures_for_the_web_are_taken(tmp_path: Path, name: str, form: str) -> None:
    """PNG, JPEG, GIF and WebP need no word, in the text and in the front matter."""
    _picture(tmp_path / "2023/06" / name, form)
    put(tmp_path, {"2023/06/a.md": named("a", f"![x](<{name}>)", image=f"{{src: {name}, alt: x}}")})
    reading = read(tmp_path)
    assert reading.problems == []
    (asset,) = reading.library.entries[0].assets
    assert (tmp_path / "2023/06" / name).read_bytes() == reader.read_asset(tmp_path, f"2023/06/{asset}")


def test_a_picture_that_went_away_stops_the_work(tmp_path: Path) -> None:
    """A picture that was there when it was checked, and no longer is, is named."""
    with pytest.raises(PublisherError) as caught:
        reader.read_asset(tmp_path, "2023/a.png")
    assert caught.value.code == "unreadable-file"
    assert caught.value.message == "2023/a.png cannot be read any more (No such file or directory)"


def _picture_message(folder: Path, name: str) -> str:
    put(
        folder,
        {
            "2023/06/a.md": named("a", f"![x](../../{name})"),
            "2023/06/b.md": named("b", f"![x](../../{name})"),
        },
    )
    (problem,) = read(folder).problems
    assert problem.code == "unusable-picture"
    assert str(problem.place) == "entries/2023/06/a.md:7:1"
    assert problem.message.startswith(f"../../{name} ")
    return problem.message.removeprefix(f"../../{name} ")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is no picture, or a damaged one"),
        (b"not a picture", "is no picture, or a damaged one"),
        (PNG_START, "is no picture, or a damaged one"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is SVG, which browsers or mail readers do not show"),
        (_png(5000, 10_001), "has 5000 x 10001 pixels; at most 50 million are allowed"),
        (_png(10_000, 10_000), "has 10000 x 10000 pixels; at most 50 million are allowed"),
        (_png(20_000, 20_000), "has far too many pixels"),
    ],
    ids=["empty", "words", "cut", "svg", "large", "larger", "bomb"],
)
def test_pictures_that_nobody_could_see_are_refused(tmp_path: Path, data: bytes, expected: str) -> None:
    """A picture is opened as far as its header, once, however many entries show it."""
    put(tmp_path, {"a.png": data})
    assert expected == _picture_message(tmp_path, "a.png")


def test_the_limit_of_pixels_is_still_a_picture(tmp_path: Path) -> None:
    """Fifty million pixels are taken."""
    put(tmp_path, {"a.png": _png(5000, 10_000), "a.md": named("a", "![x](a.png)")})
    assert read(tmp_path).problems == []


def test_formats_that_browsers_do_not_show_are_refused(tmp_path: Path) -> None:
    """A picture of another format is named, whatever its file is called."""
    _picture(tmp_path / "a.png", "TIFF")
    assert _picture_message(tmp_path, "a.png") == "is TIFF, which browsers or mail readers do not show"


def test_pictures_have_at_most_twenty_mebibytes(tmp_path: Path) -> None:
    """A file over the limit is not opened, and one of the limit is."""
    _picture(tmp_path / "a.png", "PNG")
    os.truncate(tmp_path / "a.png", 20 * 1024 * 1024)
    put(tmp_path, {"c.md": named("c", "![x](a.png)")})
    assert read(tmp_path).problems == []
    (tmp_path / "c.md").unlink()
    os.truncate(tmp_path / "a.png", 20 * 1024 * 1024 + 1)
    assert _picture_message(tmp_path, "a.png") == "has over 20 MiB"


def test_a_picture_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    """A link to a picture that is gone is told of with the reason."""
    (tmp_path / "a.png").symlink_to("nothing.png")
    assert _picture_message(tmp_path, "a.png") == "cannot be read (No such file or directory)"


def test_pictures_that_no_entry_shows_are_not_opened(tmp_path: Path) -> None:
    """What lies about is nobody's concern."""
    put(tmp_path, {"a.png": b"not a picture", "a.md": named("a")})
    assert read(tmp_path).problems == []
