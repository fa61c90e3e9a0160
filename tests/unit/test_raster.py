"""The sizes in which the site has a picture follow from its original's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import address, raster
from publisher.model.entry import Picture


def _picture(width: int, height: int, length: int = 1000, *, moves: bool = False) -> Picture:
    return Picture("image/gif", length, width, height, is_animated=moves)


@pytest.mark.parametrize(
    ("size", "widths", "served"),
    [
        ((6000, 4000), [480, 720, 960, 1440], (1200, 800)),
        ((1440, 900), [480, 720, 960, 1440], (1200, 750)),
        ((1200, 675), [480, 720, 960, 1200], (1200, 675)),
        ((1066, 600), [480, 720, 1066], (1066, 600)),
        ((1067, 600), [480, 720, 960, 1067], (1067, 600)),
        ((480, 300), [480], (480, 300)),
        ((534, 300), [480, 534], (534, 300)),
        ((533, 300), [533], (533, 300)),
        ((16, 16), [16], (16, 16)),
        ((1, 1), [1], (1, 1)),
        ((1000, 8000), [250], (250, 2000)),
        ((3000, 4000), [480, 720, 960, 1440], (1200, 1600)),
        ((2, 70_000), [1], (1, 2000)),
        ((70_000, 2), [480, 720, 960, 1440], (1200, 1)),
    ],
)
def test_sizes(size: tuple[int, int], widths: list[int], served: tuple[int, int]) -> None:
    """A few widths up to 1440 pixels and the original's, none near the largest; nothing over 2000 pixels."""
    picture = _picture(*size)
    assert [made.width for made in raster.webp(picture)] == widths
    assert raster.served(picture) == served


@given(st.integers(1, 9000), st.integers(1, 9000))
def test_shapes_stay(width: int, height: int) -> None:
    """Each size is within the limits and the original, and is off its shape by less than a pixel."""
    picture = _picture(width, height)
    for made in (*raster.webp(picture), raster.served(picture)):
        assert 1 <= made.width <= min(width, 1440)
        assert 1 <= made.height <= min(max(height, 1), 2000)
        assert made.width == 1 or abs(made.height - made.width * height / width) <= 1


@pytest.mark.parametrize(
    ("picture", "is_kept"),
    [
        (_picture(600, 400, moves=True), True),
        (_picture(2000, 2000, 1_000_000, moves=True), True),
        (_picture(600, 400, 1_000_001, moves=True), False),
        (_picture(2001, 400, moves=True), False),
        (_picture(400, 2001, moves=True), False),
        (_picture(600, 400), False),
    ],
)
def test_small_animations_are_kept(picture: Picture, is_kept: bool) -> None:  # noqa: FBT001
    """What moves is served as it is, at its own size, unless it is heavy or large."""
    assert raster.is_kept(picture) is is_kept
    if is_kept:
        assert raster.served(picture) == (picture.width, picture.height)


NAMES = st.text("ab-_.048", min_size=1, max_size=5)
ORIGINALS = st.tuples(NAMES, st.sampled_from(["", ".png", ".jpg-480.webp", "-480", "-1.webp"])).map("".join)


@given(ORIGINALS, ORIGINALS, st.integers(1, 500), st.integers(1, 500))
def test_no_two_pictures_meet(one: str, other: str, width: int, wide: int) -> None:
    """Another original or width stands elsewhere, whatever the names, and no original where a copy does."""
    assert ((one, width) == (other, wide)) == (address.webp(one, width) == address.webp(other, wide))
    assert address.webp(one, width) != address.asset(other)
    assert address.webp(one, width).startswith(address.webp_start(one))
