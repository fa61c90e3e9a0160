"""Pictures as mails have them: as large as they are shown, upright, and silent about their origin."""

import random

import pytest
from drawings import RED, WHITE, chart, colour, file_of, in_mode, marked, near, opened, photo
from PIL import Image, ImageChops, ImageOps

from publisher.pixels import for_mail


@pytest.mark.parametrize(
    ("width", "shown", "expected"),
    [
        (1600, 584, 1168),
        (1169, 584, 1168),
        (1168, 584, 1168),
        (1000, 584, 1000),
        (584, 584, 584),
        (7, 584, 7),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_it_is_twice_as_wide_as_it_is_shown(form: str, width: int, shown: int, expected: int) -> None:
    """A picture has two pixels for each one shown, and never more than the original; its shape stays."""
    data, _, found = for_mail(file_of(chart(width, width), form), shown)
    assert (expected, (expected, expected)) == (found, opened(data).size)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 70_000), (70_000, 2), (3, 7)], ids=repr)
def test_odd_shapes_are_taken(size: tuple[int, int]) -> None:
    """A picture of one pixel, or one that is much longer than wide, keeps a pixel each way."""
    data, _, width = for_mail(file_of(Image.new("RGB", size, RED), "PNG"), 584)
    picture = opened(data)
    assert picture.size == (min(size[0], 1168), max(1, round(size[1] * min(1, 1168 / size[0]))))
    assert width == picture.width
    assert near(colour(picture), (*RED, 255))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("size", [(1600, 900), (160, 90)], ids=repr)
def test_it_is_turned_upright(form: str, turn: int, size: tuple[int, int]) -> None:
    """Each of the eight orientations ends as the camera meant it, and no reader turns it again."""
    original = Image.new("RGB", size, WHITE)
    original.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    original.paste((30, 30, 200), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = turn
    data, _, width = for_mail(file_of(original, form, exif=exif), 400)
    original.getexif()[0x0112] = turn
    expected = ImageOps.exif_transpose(original)
    found = opened(data)
    assert (min(800, expected.width), found.width) == (width, width)
    assert found.height == round(expected.height * width / expected.width)
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        assert near(colour(expected, x, y), colour(found, x, y), 12)
    assert found.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_it_says_nothing_of_its_origin(form: str) -> None:
    """Place, names, remarks, XMP and colour profile of the original are gone."""
    original = marked(form)
    assert b"SECRET" in original
    data, _, _ = for_mail(original, 584)
    found = opened(data)
    assert (b"SECRET" in data, dict(found.getexif()), dict(found.getexif().get_ifd(0x8825))) == (
        False,
        {},
        {},
    )
    assert set(found.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


@pytest.mark.parametrize(
    ("mode", "form", "dark", "bright"),
    [
        ("1", "PNG", 0, 255),
        ("L", "PNG", 40, 220),
        ("LA", "PNG", 40, 220),
        ("P", "PNG", 40, 220),
        ("RGB", "PNG", 40, 220),
        ("RGBA", "PNG", 40, 220),
        ("I;16", "PNG", 40, 220),
        ("L", "JPEG", 40, 220),
        ("RGB", "JPEG", 40, 220),
        ("CMYK", "JPEG", 40, 220),
        ("L", "GIF", 40, 220),
        ("P", "GIF", 40, 220),
        ("RGB", "WEBP", 40, 220),
        ("RGBA", "WEBP", 40, 220),
    ],
)
@pytest.mark.parametrize("shown", [40, 584])
def test_every_mode_shows_the_same(mode: str, form: str, dark: int, bright: int, shown: int) -> None:
    """However pixels are stored, they look alike, and what was hidden stays so."""
    data, ending, _ = for_mail(file_of(in_mode(mode), form, lossless=True), shown)
    found = opened(data)
    assert found.mode in {"L", "LA", "RGB", "RGBA", "P"}
    assert near(colour(found, 0.25, 0.75), (dark, dark, dark, 255))
    assert near(colour(found, 0.75, 0.75), (bright, bright, bright, 255))
    hidden = mode in {"LA", "RGBA"}
    assert (colour(found, 0.25, 0.25)[3], colour(found, 0.75, 0.25)[3]) == ((0, 0) if hidden else (255, 255))
    assert ending == ("jpg" if form == "JPEG" else "png")


@pytest.mark.parametrize(
    ("mode", "hidden"), [("L", 40), ("RGB", (40, 40, 40)), ("P", 0), ("I;16", 40 * 256), ("1", 0)], ids=repr
)
@pytest.mark.parametrize("shown", [40, 584])
def test_a_transparent_colour_stays_transparent(mode: str, hidden: int | tuple[int, ...], shown: int) -> None:
    """A PNG can name one colour that is not shown; it is not shown in mails either."""
    picture = in_mode(mode)
    if mode == "P":
        picture = in_mode("RGB").quantize(2)
        hidden = int(picture.getpixel((10, 10)))  # type: ignore[arg-type]
    data, ending, _ = for_mail(file_of(picture, "PNG", transparency=hidden), shown)
    found = opened(data)
    assert (ending, colour(found, 0.25)[3], colour(found, 0.75)[3]) == ("png", 0, 255)
    assert near(colour(found, 0.75), (255,) * 4 if mode == "1" else (220, 220, 220, 255))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_transparency_that_hides_nothing_is_left_out(mode: str) -> None:
    """A photograph that was saved with an opaque alpha becomes a JPEG like any other."""
    picture = photo(400, 300).convert(mode.removesuffix("A"))
    picture.putalpha(255)
    data, ending, _ = for_mail(file_of(picture, "PNG"), 584)
    assert (ending, opened(data).mode) == ("jpg", mode.removesuffix("A"))


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("width", [1600, 900])
def test_a_chart_stays_sharp(form: str, width: int) -> None:
    """A picture of few colours becomes a PNG that looks like the original and is lighter than other files."""
    original = chart(width, width // 2)
    data, ending, _ = for_mail(file_of(original, form, lossless=True), 584)
    found = opened(data).convert("RGB")
    expected = original.resize(found.size, Image.Resampling.LANCZOS)
    difference = ImageChops.difference(expected, found).convert("L")
    assert ending == "png"
    assert {WHITE, (195, 90, 90)} <= {pixel for _, pixel in found.getcolors(found.width * found.height) or []}
    assert sum(difference.histogram()[16:]) < 0.002 * found.width * found.height
    assert len(data) < len(file_of(expected, "JPEG", quality=82))
    assert len(data) < len(file_of(expected, "PNG", optimize=True))


def test_a_small_chart_keeps_every_pixel() -> None:
    """A picture of few colours that needs no other size is not changed at all."""
    chance = random.Random(1)  # noqa: S311 - the same places each time
    original = Image.new("RGB", (300, 300))
    for place in range(3600):
        number = chance.randrange(256)
        left, top = place % 60 * 5, place // 60 * 5
        original.paste((number, number * 7 % 256, 255 - number), (left, top, left + 5, top + 5))
    data, ending, _ = for_mail(file_of(original, "PNG"), 584)
    assert (ending, opened(data).mode) == ("png", "P")
    assert original.tobytes() == opened(data).convert("RGB").tobytes()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_a_photograph_becomes_a_jpeg(form: str) -> None:
    """What a camera gives is a JPEG, which is lighter than a PNG, and is what it was to the eye."""
    original = photo(1200, 700)
    data, ending, _ = for_mail(file_of(original, form), 300)
    found = opened(data)
    expected = original.resize(found.size, Image.Resampling.LANCZOS)
    difference = ImageChops.difference(expected, found.convert("RGB")).convert("L")
    assert (ending, found.format) == ("jpg", "JPEG")
    assert sum(difference.histogram()[24:]) < 0.01 * found.width * found.height
    assert len(data) < len(file_of(expected, "PNG"))


def test_a_jpeg_stays_one() -> None:
    """A chart that was saved as JPEG has its smears already: PNG would only keep them, and weigh more."""
    assert for_mail(file_of(chart(), "JPEG"), 584)[1] == "jpg"
