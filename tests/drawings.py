"""Pictures made by Pillow: what cameras and drawing programs give, and what can be read from the results."""

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RED, WHITE = (200, 30, 30), (255, 255, 255)


def file_of(picture: Image.Image, form: str, **options: Any) -> bytes:
    """Return the file of *picture*; *form* is what Pillow calls the format."""
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return the picture in *data*, which mail readers must know."""
    picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
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
