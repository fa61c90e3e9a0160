"""Pictures for mail are made once, kept in the cache, and stand at addresses of their own."""

from itertools import product
from pathlib import Path

import pytest
from drawings import RED, chart, file_of, opened, photo
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from publisher import pixels as room
from publisher.cache import MARK, Cache
from publisher.model.output import MailPicture, Page
from publisher.pictures import MailPictures, mail_address
from publisher.pixels import for_mail


class Shelf:
    """Pictures by path, and the paths that were read."""

    def __init__(self, **files: bytes) -> None:
        self.files = {name.replace("__", "."): data for name, data in files.items()}
        self.taken: list[str] = []

    def __call__(self, path: str) -> bytes:
        """Return the picture at *path*, and take down that it was read."""
        self.taken.append(path)
        return self.files[path]


def _shelf() -> Shelf:
    return Shelf(chart__png=file_of(chart(), "PNG"), photo__jpg=file_of(photo(500, 300), "JPEG"))


def _only_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file() and path.name != MARK)
    return found


def _all_pages(pictures: MailPictures, *asked: tuple[str, int]) -> list[Page]:
    return [pictures.page(*place) for place in asked]


CHART = ("chart.png", 584)


@pytest.mark.parametrize(
    ("path", "shown", "ending", "expected"),
    [
        ("2023/06/photo.jpg", 584, "jpg", "mail/2023/06/photo-584.jpg"),
        ("2023/06/photo.png", 584, "png", "mail/2023/06/photo-584.png"),
        ("2023/06/photo.png", 584, "jpg", "mail/2023/06/photo.png_584.jpg"),
        ("photo.JPG", 96, "jpg", "mail/photo.JPG_96.jpg"),
        ("photo.jpeg", 96, "jpg", "mail/photo.jpeg_96.jpg"),
        ("photo", 96, "png", "mail/photo_96.png"),
        ("photo.png.jpg", 96, "jpg", "mail/photo.png-96.jpg"),
    ],
)
def test_a_picture_has_its_address(path: str, shown: int, ending: str, expected: str) -> None:
    """An address has the original's path, the width shown and an ending that says the format."""
    assert expected == mail_address(path, shown, ending)


NAMES = st.text("ab-_.0", min_size=1, max_size=4)
ORIGINALS = st.tuples(NAMES, st.sampled_from(["", ".png", ".jpg", ".jpeg", ".PNG", "-1.jpg", "_1"])).map(
    "".join
)
MADE = st.tuples(ORIGINALS, st.integers(1, 20), st.sampled_from(["jpg", "png"]))


@given(MADE, MADE)
def test_no_two_pictures_have_one_address(one: tuple[str, int, str], other: tuple[str, int, str]) -> None:
    """Another original, width or format stands elsewhere, whatever the names."""
    assert (one == other) == (mail_address(*one) == mail_address(*other))


def test_pictures_beside_each_other_do_not_meet(tmp_path: Path) -> None:
    """The same name with any ending, and as any format, gives addresses of their own."""
    endings = ("jpg", "jpeg", "JPG", "png", "gif", "webp")
    files = {f"a__{ending}": file_of(photo(60, 40), "JPEG") for ending in endings}
    pictures = MailPictures(Shelf(**files), Cache(tmp_path / "cache"))
    asked = [(f"a.{ending}", shown) for ending, shown in product(endings, (10, 20))]
    made = [pictures(*place).address for place in asked]
    assert len(set(made)) == 12
    assert made == [page.path for page in _all_pages(pictures, *asked)]


@pytest.mark.parametrize("cache", ["kept", "none"])
def test_the_pages_are_the_pictures(tmp_path: Path, cache: str) -> None:
    """Each picture that was asked for is a page at its address, with the promised length."""
    pictures = MailPictures(_shelf(), Cache(tmp_path / "cache" if cache == "kept" else None))
    asked = (("photo.jpg", 584), CHART, ("chart.png", 96))
    made = [pictures(*place) for place in asked * 2]
    pages = _all_pages(pictures, *asked)
    assert [page.path for page in pages] == ["mail/photo-584.jpg", "mail/chart-584.png", "mail/chart-96.png"]
    assert [(page.path, len(page.content)) for page in pages] * 2 == [
        (one.address, one.length) for one in made
    ]
    assert [opened(page.content).width for page in pages] == [500, 1168, 192]
    assert [one.width for one in made[:3]] == [500, 584, 96]
    assert pages == _all_pages(pictures, *asked)


@pytest.mark.parametrize("turn", [1, 6])
def test_the_width_is_that_of_the_turned_picture(tmp_path: Path, turn: int) -> None:
    """A picture that is narrower than its place is shown as wide as it is when it stands upright."""
    exif = Image.Exif()
    exif[0x0112] = turn
    data = file_of(photo(500, 300), "JPEG", exif=exif)
    made = MailPictures(Shelf(a__jpg=data), Cache(tmp_path / "cache"))("a.jpg", 400)
    assert made == MailPicture("mail/a-400.jpg", 400 if turn == 1 else 300, made.length)


def test_a_picture_is_read_once(tmp_path: Path) -> None:
    """Later calls, also for the pages, do not touch the original again."""
    shelf = _shelf()
    pictures = MailPictures(shelf, Cache(tmp_path / "cache"))
    assert pictures("chart.png", 584) is pictures("chart.png", 584)
    _all_pages(pictures, CHART)
    assert shelf.taken == ["chart.png"]


def test_what_the_cache_has_is_not_made_again(tmp_path: Path) -> None:
    """Another run takes what it finds under the key of the same original, whatever that shows."""
    MailPictures(_shelf(), Cache(tmp_path / "cache"))("chart.png", 584)
    file = _only_file(tmp_path / "cache")
    planted = file_of(Image.new("RGB", (123, 7), RED), "JPEG")
    Cache(tmp_path / "cache").put(file.parent.name + file.name, planted)
    pictures = MailPictures(_shelf(), Cache(tmp_path / "cache"))
    assert pictures("chart.png", 584) == MailPicture("mail/chart.png_584.jpg", 123, len(planted))
    assert _all_pages(pictures, CHART) == [Page("mail/chart.png_584.jpg", planted)]


@pytest.mark.parametrize("damage", [b"", b"not a cached file", None], ids=["empty", "foreign", "gone"])
@pytest.mark.parametrize("when", ["before the call", "before the pages"])
def test_what_the_cache_lost_is_made_again(tmp_path: Path, damage: bytes | None, when: str) -> None:
    """A cached picture that is gone or damaged is made from the original, and kept again."""
    shelf = _shelf()
    pictures = MailPictures(shelf, Cache(tmp_path / "cache"))
    first = pictures("chart.png", 584)
    file = _only_file(tmp_path / "cache")
    whole = file.read_bytes()
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    if when == "before the call":
        pictures = MailPictures(shelf, Cache(tmp_path / "cache"))
        assert pictures("chart.png", 584) == first
    assert _all_pages(pictures, CHART) == [Page(first.address, for_mail(shelf.files["chart.png"], 584)[0])]
    assert (shelf.taken, _only_file(tmp_path / "cache").read_bytes()) == (["chart.png"] * 2, whole)


def test_what_is_kept_and_no_picture_is_made_again(tmp_path: Path) -> None:
    """Bytes that the cache vouches for and that are no picture are not published."""
    first = MailPictures(_shelf(), Cache(tmp_path / "cache"))("chart.png", 584)
    file = _only_file(tmp_path / "cache")
    Cache(tmp_path / "cache").put(file.parent.name + file.name, b"<script>alert(1)</script>")
    assert MailPictures(_shelf(), Cache(tmp_path / "cache"))("chart.png", 584) == first


def test_another_original_is_made_anew(tmp_path: Path) -> None:
    """A picture that changed, or is shown at another width, is not taken from the cache."""
    shelf = _shelf()
    for expected, (path, shown) in enumerate((("chart.png", 584), ("chart.png", 585), ("photo.jpg", 584)), 1):
        MailPictures(shelf, Cache(tmp_path / "cache"))(path, shown)
        assert expected == sum(path.is_file() for path in (tmp_path / "cache").glob("??/*"))
    shelf.files["chart.png"] = file_of(chart(1601, 900), "PNG")
    MailPictures(shelf, Cache(tmp_path / "cache"))("chart.png", 584)
    assert sum(path.is_file() for path in (tmp_path / "cache").glob("??/*")) == 4


@pytest.mark.parametrize("part", ["pillow_version", "_VERSION"])
def test_other_rules_make_all_anew(tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Pillow, or other rules of ours, do not take what the earlier ones made."""
    MailPictures(_shelf(), Cache(tmp_path / "cache"))("chart.png", 584)
    monkeypatch.setattr(room, part, "another")
    MailPictures(_shelf(), Cache(tmp_path / "cache"))("chart.png", 584)
    assert sum(path.is_file() for path in (tmp_path / "cache").glob("??/*")) == 2
