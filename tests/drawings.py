"""Pictures made by Pillow: what cameras and drawing programs give, and what can be read from the results."""

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RED, WHITE = (200, 30, 30), (255, 255, 255)


def file_of(picture: Image.Image, form: str, **options: Any) -> bytes:
    """Return the file of *picture*; *form* is what Pillow calls the format."""
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes, formats: tuple[str, ...] = ("PNG", "JPEG")) -> Image.Image:
    """Return the picture in *data*, which mail readers must know, unless *formats* says otherwise."""
    picture = Image.open(BytesIO(data), formats=formats)
    picture.load()
    return picture


def chart(width: int = 1600, height: int = 900, mode: str = "RGB") -> Image.Image:
    """Return bars and discs on white: few colours, sharp edges."""
    picture = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(picture)
    for number in range(8):
        left = width * (number + 0.2) / 8
        draw.rectangle(
            (left, height * number / 10, left + width / 12, height),
            fill=(20 + 25 * number, 90, 160 - 10 * number),
        )
    for number in range(6):
        left = width * number / 6
        draw.ellipse((left, 0, left + width / 7, height / 3), fill=(220 - 30 * number, 60, 40 * number))
    return picture.convert(mode)


def photo(width: int = 1600, height: int = 900) -> Image.Image:
    """Return soft colours with some noise: what a camera gives."""
    chance = random.Random(1)  # noqa: S311 - the same noise each time
    small = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3))
    noise = Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))
    return Image.blend(small.resize((width, height), Image.Resampling.BICUBIC), noise, 0.04)


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 6) -> bool:
    """Tell whether two colours differ by *most* in each part."""
    return len(one) == len(other) and all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def colour(picture: Image.Image, x: float = 0.5, y: float = 0.5) -> tuple[int, ...]:
    """Return the colour at *x* and *y*, parts of the width and height, as RGBA."""
    found = picture.convert("RGBA").getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def marked(form: str) -> bytes:
    """Return a picture that says all it can of itself."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    exif[0x013B] = "SECRET artist"
    exif.get_ifd(0x8825)[2] = (46.0, 12.0, 0.0)
    exif.get_ifd(0x8825)[29] = "SECRET gps"
    options: dict[str, Any] = {"exif": exif, "icc_profile": SRGB, "xmp": b"<x>SECRET xmp</x>"}
    if form == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", "SECRET text")
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", "<x>SECRET xmp</x>")
        options["dpi"] = (300, 300)
        del options["xmp"]
    if form in {"JPEG", "GIF"}:
        options["comment"] = b"SECRET comment"
    if form == "GIF":
        del options["exif"], options["icc_profile"], options["xmp"]
    return file_of(photo(300, 200) if form == "JPEG" else chart(300, 200), form, **options)


def in_mode(mode: str) -> Image.Image:
    """Return a picture in *mode*: dark on the left, bright on the right; hidden at the top if it can be."""
    grey = Image.new("L", (200, 100), 40)
    grey.paste(220, (100, 0, 200, 100))
    alpha = Image.new("L", (200, 100), 255)
    alpha.paste(0, (0, 0, 200, 50))
    if mode == "I;16":
        wide = grey.convert("I").point(lambda value: value * 256)
        return wide.convert("I;16")
    if mode == "1":
        return grey.point(lambda value: 255 if value > 100 else 0).convert("1")
    picture = grey.convert({"LA": "L", "RGBA": "RGB"}.get(mode, mode))
    if mode in {"LA", "RGBA"}:
        picture.putalpha(alpha)
    return picture
