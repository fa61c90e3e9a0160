"""Pictures for mail: colours as they were meant, the first frame, the weight, the same bytes each time."""

import random
import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from drawings import RED, SRGB, WHITE, chart, colour, file_of, near, opened, photo
from PIL import Image

from publisher.pixels import for_mail

ROOT = Path(__file__).resolve().parents[2]
BLUE = (20, 40, 200)


def _swapped() -> bytes:
    """Return a profile whose red and green are changed over."""
    profile = bytearray(SRGB)
    count = int.from_bytes(profile[128:132], "big")
    rows = {profile[at : at + 4].decode(): at for at in range(132, 132 + 12 * count, 12)}
    red, green = rows["rXYZ"] + 4, rows["gXYZ"] + 4
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile)


def _flat(mode: str, value: int | tuple[int, ...], form: str, profile: bytes | None, size: int = 64) -> bytes:
    return file_of(Image.new(mode, (size, size), value), form, icc_profile=profile)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("shown", [8, 584])
def test_a_profile_is_followed(form: str, shown: int) -> None:
    """A profile that calls green what others call red makes the picture green, without the profile."""
    assert near(colour(opened(for_mail(_flat("RGB", RED, form, SRGB), shown)[0])), (*RED, 255))
    data, _, _ = for_mail(_flat("RGB", RED, form, _swapped()), shown)
    assert near(colour(opened(data)), (30, 200, 30, 255))
    assert "icc_profile" not in opened(data).info


def test_a_profile_leaves_the_transparency_alone() -> None:
    """Colours are converted, and how much they hide is not."""
    data, _, _ = for_mail(_flat("RGBA", (*RED, 100), "PNG", _swapped()), 584)
    assert near(colour(opened(data)), (30, 200, 30, 100))


@pytest.mark.parametrize("profile", [b"no profile", SRGB[:200], SRGB[:128] + b"\xff" * 400], ids=len)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
def test_a_damaged_profile_is_left_out(mode: str, profile: bytes) -> None:
    """A picture whose profile cannot be read is shown as if it had none."""
    value: dict[str, int | tuple[int, ...]] = {
        "RGB": RED,
        "RGBA": (*RED, 100),
        "L": 90,
        "LA": (90, 100),
        "P": 0,
    }
    expected = opened(for_mail(_flat(mode, value[mode], "PNG", None), 584)[0])
    data, _, _ = for_mail(_flat(mode, value[mode], "PNG", profile), 584)
    assert (colour(expected), "icc_profile" in opened(data).info) == (colour(opened(data)), False)


def test_a_profile_for_other_colours_is_left_out() -> None:
    """A grey or CMYK picture with a profile for RGB is shown as if it had none."""
    assert near(colour(opened(for_mail(_flat("L", 90, "PNG", SRGB), 584)[0])), (90, 90, 90, 255))
    data, _, _ = for_mail(_flat("CMYK", (0, 255, 255, 0), "JPEG", SRGB), 584)
    assert near(colour(opened(data)), (255, 0, 0, 255), 12)


def _linear_grey() -> bytes:
    """Return a profile by whose word half of the number is half of the light."""
    white = struct.pack(">3i", 63190, 65536, 54061)
    tags = [(b"wtpt", b"XYZ \0\0\0\0" + white), (b"kTRC", b"curv\0\0\0\0" + struct.pack(">IHxx", 1, 256))]
    table, data = struct.pack(">I", len(tags)), b""
    for name, tag in tags:
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(data), len(tag))
        data += tag
    header = struct.pack(
        ">I4xI4s4s4s12s4s28x12s48x", 128 + len(table + data), 0x02400000, b"mntr", b"GRAY", b"XYZ ",
        struct.pack(">6H", 2023, 6, 27, 0, 0, 0), b"acsp", white,
    )  # fmt: skip
    return header + table + data


@pytest.mark.parametrize(("mode", "form"), [("L", "JPEG"), ("L", "PNG"), ("LA", "PNG")])
def test_a_profile_for_grey_is_followed(mode: str, form: str) -> None:
    """Grey with a profile for grey gets the brightness that was meant, and stays grey."""
    found = opened(for_mail(_flat(mode, 128 if mode == "L" else (128, 90), form, _linear_grey()), 584)[0])
    assert found.mode == mode
    assert near(colour(found), (188, 188, 188, 255 if mode == "L" else 90))


@pytest.mark.parametrize(
    ("ink", "expected"),
    [
        ((0, 0, 0, 0), (255, 255, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0, 255)),
        ((255, 0, 0, 0), (0, 255, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255, 255)),
    ],
)
def test_printing_colours_become_those_of_screens(ink: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """A JPEG for print (CMYK) is not shown as its negative."""
    data, ending, _ = for_mail(_flat("CMYK", ink, "JPEG", None), 584)
    assert (ending, opened(data).mode) == ("jpg", "RGB")
    assert near(colour(opened(data)), expected, 3)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_its_first_frame(form: str) -> None:
    """Of a moving picture the first one is shown, and it does not move."""
    frames = [Image.new("RGB", (60, 40), part) for part in (RED, WHITE, BLUE)]
    original = file_of(frames[0], form, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    with Image.open(BytesIO(original)) as moving:
        assert getattr(moving, "n_frames", 1) == 3
    found = opened(for_mail(original, 584)[0])
    assert (getattr(found, "n_frames", 1), near(colour(found), (*RED, 255))) == (1, True)


def test_two_pictures_in_one_file_are_the_first() -> None:
    """The JPEG of a camera that puts a second picture behind the first is a JPEG."""
    original = file_of(Image.new("RGB", (60, 40), RED), "MPO", save_all=True, append_images=[photo(60, 40)])
    data, ending, width = for_mail(original, 584)
    assert (ending, width, opened(data).format) == ("jpg", 60, "JPEG")
    assert near(colour(opened(data)), (*RED, 255))


def _noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))  # noqa: S311


def _quality(data: bytes) -> int:
    """Return the quality that a JPEG was saved with, by its first table."""
    first = sum(opened(data).quantization[0])  # type: ignore[attr-defined]
    tables = {
        sum(opened(file_of(chart(16, 16), "JPEG", quality=quality)).quantization[0]): quality  # type: ignore[attr-defined]
        for quality in range(40, 96)
    }
    return tables[first]


@pytest.mark.parametrize(
    ("side", "quality"), [(300, 82), (560, 82), (600, 76), (640, 70), (670, 65), (700, 60), (1000, 60)]
)
def test_heavy_pictures_get_a_lower_quality(side: int, quality: int) -> None:
    """A JPEG over 200 kB is saved in lower qualities until it is not, down to 60 and no lower."""
    data, ending, _ = for_mail(file_of(_noise(side, side), "JPEG", quality=95), side)
    assert ending == "jpg"
    assert (quality, len(data) <= 200_000 or quality == 60) == (_quality(data), True)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("shown", [96, 584])
def test_the_same_original_gives_the_same_bytes(form: str, shown: int) -> None:
    """A picture is made twice alike, for charts and photographs, transparent or not."""
    for picture in (chart(), photo(700, 500), chart(mode="RGBA")):
        original = file_of(picture.convert("RGB") if form == "JPEG" else picture, form)
        assert for_mail(original, shown) == for_mail(original, shown)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Neither the hash seed nor what was made before changes a picture."""
    (tmp_path / "chart").write_bytes(file_of(chart(), "PNG"))
    (tmp_path / "photo").write_bytes(file_of(photo(900, 500), "JPEG", icc_profile=_swapped()))
    code = (
        "import hashlib, sys\nfrom pathlib import Path\nfrom publisher.pixels import for_mail\n"
        "for name in sys.argv[1:]:\n"
        "    print(hashlib.sha256(for_mail(Path(name).read_bytes(), 300)[0]).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, *(str(tmp_path / name) for name in names)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, names in (("1", ("chart", "photo")), ("2", ("chart", "photo")))
    }
    assert len(printed) == 1
