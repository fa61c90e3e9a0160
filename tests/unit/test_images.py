"""Pictures in the text of an entry: room is kept free, sizes are offered, and they load when needed."""

import pytest
from builders import an_entry
from editions import an_edition
from msgspec.structs import replace

from publisher.model.address import quoted
from publisher.model.entry import Picture
from publisher.render.images import COLUMN, image_words, web_picture

WIDE = "webp/2023/06/a.png-{0}.webp {0}w"


def _body(text: str, picture: Picture | None = None, *, first: bool = False) -> str:
    entry = an_entry("2023/06/e.md", text)
    edition = an_edition(entry)
    if picture:
        edition = replace(edition, pictures=dict.fromkeys(edition.pictures, picture))
    found = image_words(edition, lambda where: where)["body"](entry, first=first)
    assert isinstance(found, str)
    return found


def _picture(size: str, sizes: str = COLUMN, rest: str = ' alt="A"', waits: str = ' loading="lazy"') -> str:
    srcset = ", ".join(WIDE.format(width) for width in (480, 720, 960, 1200))
    source = f'<source type="image/webp" srcset="{srcset}" sizes="{sizes}">'
    image = f'<img src="media/2023/06/a.png" {size}{rest}{waits} decoding="async">'
    return f"<picture>{source}{image}</picture>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![A](a.png)", _picture('width="1200" height="675"')),
        ("![A](a.png#x)", _picture('width="1200" height="675"')),
        ('<img src="a.png" alt="A">', _picture('width="1200" height="675"')),
        (
            '<img src="a.png" alt="A" width="320">',
            _picture('width="320" height="180"', "(min-width: 348px) 320px, 92vw"),
        ),
        (
            '<img height="90" src="a.png" alt="A">',
            _picture('width="160" height="90"', "(min-width: 174px) 160px, 92vw"),
        ),
        ('<img src="a.png" alt="A" width="800" height="9">', _picture('width="800" height="9"')),
        ('<img src="a.png" alt="A" width="99999">', _picture('width="1200" height="675"')),
        ('<img src="a.png" alt="A" width="50%">', _picture('width="1200" height="675"')),
        ('![A](a.png "B & C")', _picture('width="1200" height="675"', rest=' alt="A" title="B &amp; C"')),
    ],
    ids=range(9),
)
def test_a_picture_of_the_text_has_its_sizes(text: str, expected: str) -> None:
    """It has the files to choose from, width and height, what its writer said, and waits its turn."""
    assert expected in _body(text)


def test_the_first_picture_of_a_page_does_not_wait() -> None:
    """Where no other picture stands above, the first of the text is loaded at once, the second is not."""
    size = 'width="1200" height="675"'
    found = _body("![A](a.png)\n\n![A](a.png)", first=True)
    assert found.split("</p>")[0] == f"<p>{_picture(size, waits='')}"
    assert _picture(size) in found


def test_what_moves_stands_still_for_those_who_ask_for_it() -> None:
    """A small animation is shown as it is; who wants less motion gets its first frame."""
    found = _body("![A](a.gif)", Picture("image/gif", 1000, 300, 200, is_animated=True))
    still = 'media="(prefers-reduced-motion: reduce)" srcset="webp/2023/06/a.gif-300.webp 300w"'
    assert f'<source type="image/webp" {still}' in found
    assert '<img src="media/2023/06/a.gif" width="300" height="200"' in found


def test_names_are_written_as_addresses() -> None:
    """A comma or a space, which would end an address in a list of them, is written as its number."""
    entry = an_entry("2023/06/e.md", "![A](<a, b.png>)")
    edition = an_edition(entry)
    (path,) = edition.pictures

    first = web_picture(path, edition, quoted).srcset.split(", ")[0]
    assert first == "webp/2023/06/a%2C%20b.png-480.webp 480w"
