"""Pictures that nobody could see: told at the line of the entry that shows them, and never a traceback."""

import zlib
from io import BytesIO
from pathlib import Path

import pytest
from checking import named, put, read
from drawings import RED, chart, file_of, photo
from PIL import Image, ImageFile, UnidentifiedImageError

from publisher.cache import Cache
from publisher.errors import ContentError, Problem, UnusablePictureError
from publisher.pictures import MailPictures
from publisher.pixels import for_mail

DAMAGED = "is no picture, or a damaged one"
NOT_SHOWN = "which browsers or mail readers do not show"


def _other(form: str) -> bytes:
    return file_of(Image.new("RGB", (16, 16)), form)


NO_PICTURES = {
    "nothing": (b"", DAMAGED),
    "a text": ("Une légende".encode(), DAMAGED),
    "a web page": (b"<!doctype html><title>404</title>", DAMAGED),
    "SVG": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', f"is SVG, {NOT_SHOWN}"),
    "TIFF": (_other("TIFF"), f"is TIFF, {NOT_SHOWN}"),
    "BMP": (_other("BMP"), f"is BMP, {NOT_SHOWN}"),
    "icon": (_other("ICO"), f"is an icon, {NOT_SHOWN}"),
    "PDF": (_other("PDF"), f"is PDF, {NOT_SHOWN}"),
    "PPM": (_other("PPM"), DAMAGED),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", f"is HEIC, {NOT_SHOWN}"),
    "AVIF": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", f"is AVIF, {NOT_SHOWN}"),
}


def _problem(folder: Path) -> Problem:
    (problem,) = read(folder).problems
    assert problem.code == "unusable-picture"
    assert problem.hint == "export it as PNG or JPEG, at most 2000 pixels wide"
    return problem


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    """A file called .png that is none is told of by name, with what it is where that can be said."""
    data, message = NO_PICTURES[name]
    put(tmp_path, {"a.md": named("a", "![x](a.png)"), "a.png": data})
    assert _problem(tmp_path).message == f"a.png {message}"
    with pytest.raises(UnusablePictureError, match=f"^{DAMAGED}$"):
        for_mail(data, 584)


@pytest.mark.parametrize(
    ("body", "fields", "place"),
    [
        ("![x](a.png)", {}, "entries/2023/06/a.md:7:1"),
        ("Words.\n\nMore ![x](a.png) and ![x](a.png).", {}, "entries/2023/06/a.md:9:6"),
        ("![x](a.png)", {"image": "{alt: x, src: a.png}"}, "entries/2023/06/a.md:6:22"),
        ("Words.", {"image": "\n  alt: x\n  src: a.png"}, "entries/2023/06/a.md:8:8"),
        ("![x](./a.png)", {}, "entries/2023/06/a.md:7:1"),
        ("![x](../06/a.png)", {}, "entries/2023/06/a.md:7:1"),
        ("![x](%61.png)", {}, "entries/2023/06/a.md:7:1"),
        ("> - ![x][p]\n\n[p]: <a.png>", {}, "entries/2023/06/a.md:7:5"),
        ("See [b](b.md). ![x](good.png) ![x](a.png)", {}, "entries/2023/06/a.md:7:31"),
    ],
    ids=range(9),
)
def test_it_is_told_where_it_is_shown(tmp_path: Path, body: str, fields: dict[str, str], place: str) -> None:
    """The problem stands at the first place that shows the picture, however its name is written."""
    put(
        tmp_path,
        {
            "2023/06/a.md": named("a", body, **fields),
            "2023/06/b.md": named("b"),
            "2023/06/a.png": b"no picture",
            "2023/06/good.png": file_of(chart(20, 20), "PNG"),
        },
    )
    problem = _problem(tmp_path)
    assert str(problem.place) == place
    assert problem.message.endswith(f"a.png {DAMAGED}")


def test_it_is_told_once(tmp_path: Path) -> None:
    """A picture that several entries show is told of at the first of them; two pictures are two problems."""
    put(
        tmp_path,
        {
            "2023/05/c.md": named("c", "![x](../06/a.png)", date="2023-05-01"),
            "2023/06/a.md": named("a", "![x](a.png)\n\n![x](b.png)"),
            "2023/06/a.fr.md": named("a-fr", "![x](b.png)\n\n![x](a.png)"),
            "2023/06/a.png": b"",
            "2023/06/b.png": b"",
        },
    )
    told = [(str(problem.place), problem.message) for problem in read(tmp_path).problems]
    assert told == [
        ("entries/2023/05/c.md:7:1", f"../06/a.png {DAMAGED}"),
        ("entries/2023/06/a.fr.md:7:1", f"b.png {DAMAGED}"),
    ]


def _bomb(form: str) -> bytes:
    """Return a small file of a hundred million pixels, or three frames of sixty million."""
    if form == "PNG":
        return file_of(Image.new("1", (10_000, 10_000)), "PNG")
    frames = [Image.new("P", (7500, 8000), number) for number in range(2)]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(("form", "size"), [("PNG", "10000 x 10000"), ("GIF", "7500 x 8000")])
def test_a_picture_of_very_many_pixels_is_refused_unseen(tmp_path: Path, form: str, size: str) -> None:
    """A small file with a great many pixels is refused for what its header says, moving or not."""
    bomb = _bomb(form)
    assert len(bomb) < 1_000_000
    message = f"has {size} pixels; at most 50 million are allowed"
    for data in (bomb, bomb[: len(bomb) // 2]):  # half a file has no pixels that could be decoded
        put(tmp_path, {"a.md": named("a", "![x](a.png)"), "a.png": data})
        assert _problem(tmp_path).message == f"a.png {message}"
        with pytest.raises(UnusablePictureError, match=f"^{message}$"):
            for_mail(data, 584)


def test_a_picture_of_far_too_many_pixels_is_refused_unseen(tmp_path: Path) -> None:
    """A header that speaks of more pixels than Pillow would ever open is taken at its word."""
    data = bytearray(file_of(Image.new("L", (8, 8)), "PNG"))
    data[16:24] = (30_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    put(tmp_path, {"a.md": named("a", "![x](a.png)"), "a.png": bytes(data)})
    assert _problem(tmp_path).message == "a.png has far too many pixels"
    with pytest.raises(UnusablePictureError, match=r"^has far too many pixels$"):
        for_mail(bytes(data), 584)


def test_pillow_is_asked_for_the_known_formats_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader of another format, of which Pillow has dozens, ever sees the bytes of a picture."""
    seen: list[bytes] = []
    monkeypatch.setitem(Image.OPEN, "BAIT", (ImageFile.ImageFile, seen.append))
    monkeypatch.setattr(Image, "ID", [*Image.ID, "BAIT"])
    put(tmp_path, {"a.md": named("a", "![x](a.png)"), "a.png": b"BAIT and hook, long enough"})
    assert _problem(tmp_path).message == f"a.png {DAMAGED}"
    with pytest.raises(UnusablePictureError):
        for_mail(b"BAIT and hook, long enough", 584)
    assert seen == []
    with pytest.raises(UnidentifiedImageError):
        Image.open(tmp_path / "a.png")
    assert len(seen) == 1


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_turned_picture_is_as_wide_as_it_is_shown(tmp_path: Path, form: str, turn: int) -> None:
    """Browsers turn pictures by their EXIF data; so width and height are those of the turned one."""
    exif = Image.Exif()
    exif[0x0112] = turn
    put(tmp_path, {"a.md": named("a", "![x](a.png)"), "a.png": file_of(chart(40, 20), form, exif=exif)})
    found = read(tmp_path).library.pictures["a.png"]
    assert (found.width, found.height) == ((40, 20) if turn < 5 else (20, 40))


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0" + b"\xff" * 90]
)
def test_damaged_exif_data_are_no_harm(tmp_path: Path, exif: bytes) -> None:
    """A picture is shown as it lies if nothing can be read of how it should."""
    data = file_of(photo(40, 20), "JPEG", exif=exif)
    put(tmp_path, {"a.md": named("a", "![x](a.jpg)"), "a.jpg": data})
    reading = read(tmp_path)
    assert (reading.problems, reading.library.pictures["a.jpg"].width, for_mail(data, 584)[2]) == ([], 40, 40)


def test_a_picture_with_another_behind_it_is_taken(tmp_path: Path) -> None:
    """The JPEG of a camera that puts a second picture behind the first (MPO) is a JPEG to browsers."""
    pair = file_of(photo(60, 40), "MPO", save_all=True, append_images=[photo(60, 40)])
    with Image.open(BytesIO(pair)) as picture:
        assert picture.format == "MPO"
    put(tmp_path, {"a.md": named("a", "![x](a.jpg)"), "a.jpg": pair})
    reading = read(tmp_path)
    assert (reading.problems, reading.library.pictures["a.jpg"].type) == ([], "image/jpeg")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_half_a_file_is_a_problem_of_the_picture(form: str, part: float) -> None:
    """A picture that opens and whose pixels are not all there is told of by its path, without a traceback."""
    whole = file_of(photo(300, 200), form)
    cut = whole[: int(len(whole) * part)]
    pictures = MailPictures(lambda _path: cut, Cache(None), "news")
    with pytest.raises(ContentError) as caught:
        pictures("2023/06/a.png", 584)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("unusable-picture", "news/2023/06/a.png")
    assert problem.message == f"a.png {DAMAGED}"
    with pytest.raises(ContentError):
        pictures.page("2023/06/a.png", 584)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_damaged_bytes_are_a_picture_or_a_problem(form: str) -> None:
    """Whichever byte is wrong, a picture comes out or the one error that is expected."""
    whole = bytearray(file_of(Image.new("RGB", (24, 16), RED), form))
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            data, ending, width = for_mail(bytes(damaged), 10)
        except UnusablePictureError:
            continue
        assert (ending in {"jpg", "png"}, len(data) > 0, 0 < width <= 20) == (True, True, True)
