"""Pictures of the site: WebP in the sizes that pages name, and one file in the original's format."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from drawings import RED, WHITE, chart, colour, file_of, in_mode, marked, near, opened, photo
from newsroom import NOW, Newsroom
from PIL import Image, ImageOps

from publisher.cache import Cache
from publisher.check import check
from publisher.entries.pictures import read_picture
from publisher.errors import ContentError, UnusablePictureError
from publisher.model import raster
from publisher.model.raster import Size
from publisher.pictures import WebPictures
from publisher.pixels import for_web
from publisher.project import load

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
SAID = {
    "JPEG": {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"},
    "GIF": {"version", "background", "extension"},
    "WEBP": {"loop", "background", "timestamp", "duration"},
}
"""What Pillow tells of a file that says nothing but its pixels."""
Draw = Callable[[int, int], Image.Image]


def _both(data: bytes, served: Size, webp: Size) -> tuple[Image.Image, Image.Image]:
    """Return the picture in its own format, and in WebP."""
    own, (other,) = for_web(data, served, [webp])
    return opened(own, FORMATS), opened(other, ("WEBP",))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("draw", [chart, photo])
def test_each_file_has_the_size_that_was_asked_for(
    form: str, draw: Callable[[int, int], Image.Image]
) -> None:
    """WebP comes in each of the sizes, and the other file in the original's format."""
    sizes = [Size(30, 17), Size(100, 57), Size(160, 90)]
    own, files = for_web(file_of(draw(160, 90), form), Size(120, 68), sizes)
    assert [opened(data, ("WEBP",)).size for data in files] == sizes
    assert (opened(own, FORMATS).size, opened(own, FORMATS).format) == ((120, 68), form)
    assert for_web(file_of(draw(160, 90), form), Size(120, 68), sizes) == (own, files)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_it_is_turned_upright(form: str, turn: int) -> None:
    """Each of the eight orientations ends as the camera meant it, and no browser turns it again."""
    original = Image.new("RGB", (160, 90), WHITE)
    original.paste(RED, (0, 0, 80, 45))
    original.paste((30, 30, 200), (80, 0, 160, 90))
    exif = Image.Exif()
    exif[0x0112] = turn
    data = file_of(original, form, exif=exif)
    original.getexif()[0x0112] = turn
    expected = ImageOps.exif_transpose(original)
    size = Size(*expected.size)
    for found in _both(data, size, size):
        assert found.getexif().get(0x0112, 1) == 1
        for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
            assert near(colour(expected, x, y), colour(found, x, y), 12)


@pytest.mark.parametrize("form", FORMATS)
def test_it_says_nothing_of_its_origin(form: str) -> None:
    """Place, names, remarks, XMP and colour profile of the original are gone."""
    own, (webp,) = for_web(marked(form), Size(200, 133), [Size(300, 200)])
    for data in (own, webp):
        found = opened(data, FORMATS)
        assert (b"SECRET" in data, dict(found.getexif())) == (False, {})
        assert set(found.info) <= SAID.get(found.format or "", set())


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        *((mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *((mode, "JPEG") for mode in ("L", "RGB", "CMYK")),
        *((mode, "GIF") for mode in ("L", "P")),
        *((mode, "WEBP") for mode in ("RGB", "RGBA")),
    ],
)
@pytest.mark.parametrize("size", [Size(80, 40), Size(200, 100)])
def test_every_mode_shows_the_same(mode: str, form: str, size: Size) -> None:
    """However pixels are stored, they look alike in both files, and what was hidden stays so."""
    dark, bright = (0, 255) if mode == "1" else (40, 220)
    hidden = mode in {"LA", "RGBA"}
    for found in _both(file_of(in_mode(mode), form, lossless=True), size, size):
        assert near(colour(found, 0.25, 0.75), (dark, dark, dark, 255))
        assert near(colour(found, 0.75, 0.75), (bright, bright, bright, 255))
        assert colour(found, 0.25, 0.25)[3] == (0 if hidden else 255)


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_a_drawing_stays_sharp(form: str) -> None:
    """A picture of few colours keeps every pixel where it keeps its size."""
    original = in_mode("RGB")
    for found in _both(file_of(original, form, lossless=True), Size(200, 100), Size(200, 100)):
        assert original.tobytes() == found.convert("RGB").tobytes()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("part", [0.3, 0.6])
def test_half_a_file_is_a_problem(form: str, part: float) -> None:
    """A picture whose pixels are not all there is the one error that is expected."""
    whole = file_of(photo(300, 200), form)
    with pytest.raises(UnusablePictureError, match="is no picture, or a damaged one"):
        for_web(whole[: int(len(whole) * part)], Size(100, 67), [Size(200, 133)])


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_bytes_are_a_picture_or_a_problem(form: str) -> None:
    """Whichever byte is wrong, pictures of the promised sizes come out, or the one error that is expected."""
    whole = bytearray(file_of(Image.new("RGB", (24, 16), RED), form))
    for at in range(0, len(whole), max(1, len(whole) // 100)):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            own, (webp,) = for_web(bytes(damaged), Size(12, 8), [Size(20, 13)])
        except UnusablePictureError:
            continue
        assert (opened(own, FORMATS).size, opened(webp, FORMATS).size) == ((12, 8), (20, 13))


def _frames(form: str) -> bytes:
    frames = [Image.new("RGB", (60, 40), part) for part in (RED, WHITE, (20, 40, 200))]
    return file_of(frames[0], form, save_all=True, append_images=frames[1:], duration=100, lossless=True)


def _pictures(folder: Path, **files: bytes) -> WebPictures:
    """Return what makes pictures of *files*, whose names have __ for a dot, in *folder*."""
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    names = [name.replace("__", ".") for name in files]
    known = {name: read_picture(folder / name) for name in names}
    return WebPictures(lambda path: (folder / path).read_bytes(), Cache(folder / "cache"), known)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_what_moves_is_served_as_it_is(tmp_path: Path, form: str) -> None:
    """A small animation keeps its bytes at its own address; its WebP files are its first frame."""
    moving = _frames(form)
    own, still = _pictures(tmp_path, a__gif=moving).pages("a.gif")
    assert own.content == moving
    found = opened(still.content, ("WEBP",))
    assert (getattr(found, "n_frames", 1), near(colour(found), (*RED, 255))) == (1, True)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_a_heavy_animation_stands_still(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a larger one the first frame is served, in its own format."""
    monkeypatch.setattr(raster, "ANIMATION", 10)
    own, _ = _pictures(tmp_path, a__gif=_frames(form)).pages("a.gif")
    found = opened(own.content, FORMATS)
    assert (found.format, getattr(found, "n_frames", 1)) == (form, 1)
    assert near(colour(found), (*RED, 255))


def test_files_are_made_once(tmp_path: Path) -> None:
    """The cache gives the same files when the original is gone; without it they are made again, the same."""
    pictures = _pictures(tmp_path, a__jpg=file_of(photo(600, 300), "JPEG"))
    made = pictures.pages("a.jpg")
    assert [page.path for page in made] == ["media/a.jpg", "webp/a.jpg-480.webp", "webp/a.jpg-600.webp"]
    assert pictures.length("a.jpg") == len(made[0].content)
    original = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").unlink()
    assert pictures.pages("a.jpg") == made
    for file in (tmp_path / "cache").glob("??/*"):
        file.write_bytes(b"damaged")
    (tmp_path / "a.jpg").write_bytes(original)
    assert pictures.pages("a.jpg") == made


def test_lengths_that_are_known_make_nothing(tmp_path: Path) -> None:
    """Who built the pictures tells how long their files are, and none is opened for a feed."""
    pictures = _pictures(tmp_path, a__jpg=file_of(photo(60, 30), "JPEG"))
    (tmp_path / "a.jpg").unlink()
    pictures.know({"media/a.jpg": 77})
    assert pictures.length("a.jpg") == 77


def test_an_unusable_picture_is_named(tmp_path: Path) -> None:
    """A picture without its pixels is told of by its path, each time it is asked for."""
    whole = file_of(photo(300, 200), "JPEG")
    pictures = _pictures(tmp_path, a__jpg=whole[: len(whole) // 2])
    for ask in (pictures.pages, pictures.length, pictures.prove):
        with pytest.raises(ContentError) as caught:
            ask("a.jpg")
        (problem,) = caught.value.problems
        assert (problem.code, str(problem.place)) == ("unusable-picture", "entries/a.jpg")


def test_check_finds_what_build_finds(tmp_path: Path) -> None:
    """A picture that opens and cannot be decoded stops both, with the same problem, told once."""
    room = Newsroom(tmp_path)
    whole = file_of(photo(300, 200), "PNG")
    room.put("2025/11/a.png", whole[: len(whole) // 2])
    room.write("2025/11/a.md", "![x](a.png)", date="2025-11-30", image="{src: a.png, alt: A}", highlight="1")
    with pytest.raises(ContentError) as caught:
        room.build()
    found = check(load(room.root, {}), NOW).problems
    assert [problem for problem in found if problem.code == "unusable-picture"] == caught.value.problems
    assert not (room.out / "index.html").exists()


def test_pictures_with_the_same_name_do_not_meet(tmp_path: Path) -> None:
    """One name with several endings, and one that looks like a copy of another, have files of their own."""
    names = ("a.jpg", "a.png", "a.webp", "a.jpg-480.webp")
    room = Newsroom(tmp_path)
    for number, name in enumerate(names, start=1):
        room.put(f"2025/11/{name}", file_of(Image.new("RGB", (500 + number, 9), RED), "PNG"))
    room.write("2025/11/a.md", "\n\n".join(f"![x]({name})" for name in names), date="2025-11-30")
    room.build()
    for number, name in enumerate(names, start=1):
        with Image.open(BytesIO(room.read(f"webp/2025/11/{name}-{500 + number}.webp"))) as made:
            assert made.width == 500 + number
