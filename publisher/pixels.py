"""Pixels as mail readers and browsers need them: upright, in sRGB, no larger than a dense screen shows.

One rule for all originals: the same bytes and the same width give the same picture, without a word of where,
when, how or by whom it was taken (Pillow, which takes long to load: imported where a picture is opened).
"""

import contextlib
import warnings
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms
from PIL import __version__ as pillow_version

from publisher.errors import UnusablePictureError
from publisher.model.raster import Size

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""What entries may show: Pillow is never asked to open anything else."""
JPEG = {"JPEG", "MPO"}
"""What Pillow calls a JPEG; many cameras put a second picture behind the first, which is an MPO."""
PIXEL_LIMIT = 50_000_000

_VERSION = "1"  # of the rules below
_DENSITY = 2  # pixels of the file for each pixel shown
_WEIGHT = 200_000  # bytes; a picture that is heavier gets a lower quality, down to the last
_QUALITIES = (82, 76, 70, 65, 60)
_COLOURS = 256  # a picture with no more is a chart or a logo, and is drawn sharp
_JPEG_SIDE = 65_500  # no JPEG is longer
_WEBP = {"quality": 75, "method": 4}  # docs/speed.md tells what others cost
_HEAVIER = 2  # times a lossy file, up to which a sharp one is taken
_ORIENTATION = 0x0112
_QUARTER = 5  # from this orientation on, width and height change places
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def version() -> str:
    """Return what another one of makes all pictures anew: the rules here, and Pillow."""
    return f"{_VERSION} {pillow_version}"


def for_mail(data: bytes, width: int) -> tuple[bytes, str, int]:
    """Return the picture *data* for a place *width* pixels wide: bytes, `jpg` or `png`, and its own width.

    It has at most twice as many pixels across as are shown, and never more than the original. Of an
    animation it is the first frame. Transparent ones are PNG, JPEGs stay JPEG, for others the lighter
    file is taken. Raises `UnusablePictureError`.
    """
    with _faults_told():
        picture, form, is_drawn = _opened(data, width * _DENSITY)
        is_jpeg = form == "JPEG"
        found, ending = (_as_jpeg(picture), "jpg") if is_jpeg else _smallest(picture, is_drawn=is_drawn)
    return found, ending, picture.width


def for_web(data: bytes, served: Size, webp: Iterable[Size]) -> tuple[bytes, list[bytes]]:
    """Return the picture *data* in the size *served*, in its own format, and as WebP in the sizes *webp*.

    None is larger than the original; of an animation it is the first frame. Few colours stay sharp. Raises
    `UnusablePictureError`.
    """
    sizes = list(webp)
    with _faults_told():
        picture, form, is_drawn = _opened(data, max(served.width, *(size.width for size in sizes)))
        files = [_as_webp(_resized(picture, size), is_drawn=is_drawn) for size in sizes]
        return _in_format(_resized(picture, served), form, is_drawn=is_drawn), files


class _Opened(NamedTuple):
    """A picture as it shall be seen, the format of its file, and whether the original has few colours."""

    picture: Image.Image
    form: str
    is_drawn: bool


def _opened(data: bytes, width: int) -> _Opened:
    """Return the picture in *data* upright, in sRGB and at most *width* pixels across."""
    with Image.open(BytesIO(data), formats=FORMATS) as original:
        check_pixels(original)
        # A JPEG is made smaller while it is decoded; anything else must be plain pixels before it is.
        form = "JPEG" if original.format in JPEG else str(original.format)
        plain = original if form == "JPEG" else _plain(original)
        is_drawn = form != "JPEG" and plain.getcolors(_COLOURS) is not None
        picture = _upright(plain, orientation(original), width)
        return _Opened(_in_srgb(picture, original.info.get("icc_profile")), form, is_drawn)


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    """Raise whatever Pillow raises at a picture as `UnusablePictureError`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of damage that can be lived with, and of pixels, which we count
        try:
            yield
        except UnusablePictureError:
            raise
        except Image.DecompressionBombError:
            raise UnusablePictureError("has far too many pixels") from None
        except Exception as error:  # at a damaged file Pillow raises whatever comes
            raise UnusablePictureError("is no picture, or a damaged one") from error


def made(data: bytes) -> tuple[bytes, str, int] | None:
    """Return *data*, which `for_mail` gave, with ending and width; None if they are somebody else's bytes."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            return data, "png" if picture.format == "PNG" else "jpg", picture.width
    except Exception:  # noqa: BLE001 - made again
        return None


def size(data: bytes, form: str) -> tuple[int, int] | None:
    """Return width and height of the upright picture *data*; None if it cannot be read to its end.

    *form* is its format, one of `FORMATS`: of a picture in another one nothing is known.
    """
    try:
        with _faults_told(), Image.open(BytesIO(data), formats=(form,)) as picture:
            check_pixels(picture)
            picture.load()
            return picture.size[::-1] if is_on_its_side(picture) else picture.size
    except UnusablePictureError:
        return None


def check_pixels(picture: Image.Image) -> None:
    """Raise `UnusablePictureError` if *picture*, of which only the header was read, is too large to open."""
    if picture.width * picture.height > PIXEL_LIMIT:
        message = f"has {picture.width} x {picture.height} pixels; at most {PIXEL_LIMIT // 1_000_000} million"
        raise UnusablePictureError(f"{message} are allowed")


def orientation(picture: Image.Image) -> int:
    """Return how *picture* lies, 1 to 8, by its EXIF data; 1 if they say nothing or are damaged."""
    exif = Image.Exif()
    try:
        exif.load(picture.info.get("exif", b""))
        found = exif.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - whatever is wrong with them, the picture can be seen
        return 1
    return found if found in _TURNS else 1


def is_animated(picture: Image.Image) -> bool:
    """Tell whether *picture* moves; a JPEG does not, whatever lies behind its first picture."""
    try:
        return picture.format not in JPEG and bool(getattr(picture, "is_animated", False))
    except Exception:  # noqa: BLE001 - whoever decodes the frames is told
        return False


def is_on_its_side(picture: Image.Image) -> bool:
    """Tell whether *picture* is shown with width and height changed over."""
    return orientation(picture) >= _QUARTER


def _upright(picture: Image.Image, turn: int, width: int) -> Image.Image:
    """Return *picture*, whose orientation is *turn*, upright and at most *width* wide; changes *picture*."""
    long = max(picture.size) * width  # limits nothing
    box = (long, width) if turn >= _QUARTER else (width, long)
    picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture.transpose(_TURNS[turn]) if turn in _TURNS else picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return the first frame of *picture* as L, LA, RGB or RGBA."""
    picture.load()
    is_transparent = picture.has_transparency_data
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow would cut the bright ones off
        wide = picture.convert("I")
        grey = wide.point([value >> 8 for value in range(1 << 16)], "L")
        if is_transparent:
            hidden = picture.info["transparency"]
            grey.putalpha(wide.point([0 if value == hidden else 255 for value in range(1 << 16)], "L"))
        return grey
    mode = f"{'L' if picture.mode in {'1', 'L', 'LA'} else 'RGB'}{'A' if is_transparent else ''}"
    return picture if picture.mode == mode else picture.convert(mode)  # large ones are not copied


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the bare pixels of *picture* as L, LA, RGB or RGBA; *profile* tells what its colours mean.

    A profile that is damaged, or made for other colours, is left out, as browsers do; so is a
    transparency that hides nothing.
    """
    alpha = picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None
    base = picture.convert(picture.mode.removesuffix("A"))
    mode = "L" if base.mode == "L" else "RGB"
    if profile:
        with contextlib.suppress(Exception):
            meant, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            base = ImageCms.profileToProfile(base, meant, srgb, outputMode="RGB") or base
    base = base.convert(mode)
    if alpha and alpha.getextrema() != (255, 255):
        base.putalpha(alpha)
    base.info = {}
    return base


def _resized(picture: Image.Image, size: Size) -> Image.Image:
    """Return *picture*, which is not smaller, in exactly this *size*."""
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_format(picture: Image.Image, form: str, *, is_drawn: bool) -> bytes:
    """Return the file of *picture* in the format *form*."""
    if form == "JPEG":
        return _as_jpeg(picture)
    if form == "PNG":
        return _as_png(picture, is_drawn=is_drawn)
    if form == "WEBP":
        return _as_webp(picture, is_drawn=is_drawn)
    return _saved(_with_palette(picture) if picture.mode == "RGB" else picture, form)


def _as_webp(picture: Image.Image, *, is_drawn: bool) -> bytes:
    """Return the WebP file of *picture*: sharp if *is_drawn*, unless that is far heavier."""
    lossy = _saved(picture, "WEBP", **_WEBP)
    if not is_drawn:
        return lossy
    drawn = _with_palette(picture) if picture.mode == "RGB" else picture
    sharp = _saved(drawn, "WEBP", lossless=True, **_WEBP)
    return sharp if len(sharp) <= _HEAVIER * len(lossy) else lossy


def _as_png(picture: Image.Image, *, is_drawn: bool) -> bytes:
    """Return the lightest PNG file of *picture*."""
    files = [_saved(picture, "PNG", optimize=True)]
    if is_drawn and picture.mode == "RGB":
        files.append(_saved(_with_palette(picture), "PNG", optimize=True))
    return min(files, key=len)


def _smallest(picture: Image.Image, *, is_drawn: bool) -> tuple[bytes, str]:
    """Return the lightest file of *picture* and its ending; if *is_drawn*, the original has few colours."""
    files = [(_as_png(picture, is_drawn=is_drawn), "png")]
    if picture.mode in {"L", "RGB"} and max(picture.size) <= _JPEG_SIDE:
        files.append((_as_jpeg(picture), "jpg"))
    return min(files, key=lambda file: len(file[0]))


def _with_palette(picture: Image.Image) -> Image.Image:
    """Return *picture*, which is RGB, with at most 256 colours; plain areas keep theirs exactly."""
    is_exact = picture.getcolors(_COLOURS) is not None
    method = Image.Quantize.MEDIANCUT if is_exact else Image.Quantize.FASTOCTREE
    drawn = picture.quantize(_COLOURS, method, dither=Image.Dither.NONE)
    # Pillow gives each place of the palette a mean. Here it gets the colour that most of its pixels have.
    places = Image.frombytes("L", drawn.size, drawn.tobytes())
    most: dict[int, tuple[int, ...]] = {}
    for _, (*colours, place) in sorted(_counted(Image.merge("RGBA", (*picture.split(), places)))):
        most[place] = tuple(colours)  # the last is the most frequent
    palette = [most.get(place, (0, 0, 0)) for place in range(max(most) + 1)]
    drawn.putpalette([part for colours in palette for part in colours])
    return drawn


def _counted(picture: Image.Image) -> list[tuple[int, tuple[int, ...]]]:
    """Return each colour of *picture* behind the number of its pixels."""
    return picture.getcolors(picture.width * picture.height) or []  # type: ignore[return-value]


def _as_jpeg(picture: Image.Image) -> bytes:
    """Return *picture* in the best quality that keeps the weight, else in the lowest."""
    data = b""
    for quality in _QUALITIES:
        data = _saved(picture, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(data) <= _WEIGHT:
            break
    return data


def _saved(picture: Image.Image, form: str, **options: int) -> bytes:
    file = BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
