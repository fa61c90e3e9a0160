"""Ways from page to page, against the path library that they do without."""

import posixpath
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from publisher.model.address import relative

_PART = st.text(st.sampled_from("ab.é %#?:&~ع"), min_size=1, max_size=3).filter(
    lambda part: part not in {".", ".."}
)
_FOLDERS = st.lists(st.sampled_from(["a", "b"]) | _PART, max_size=4)
_ADDRESSES = st.builds(
    lambda folders, name: "".join(f"{folder}/" for folder in folders) + name, _FOLDERS, st.just("") | _PART
)


def by_path_library(address: str, start: str) -> str:
    """Return what `posixpath.relpath` makes of it, with the slash of a folder."""
    way = posixpath.relpath(f"/{address}", posixpath.dirname(f"/{start}"))
    is_folder = address == "" or address.endswith("/")
    return quote(f"{way}/" if is_folder else way)


@given(_ADDRESSES, _ADDRESSES)
def test_the_way_is_that_of_the_path_library(address: str, start: str) -> None:
    """Any two addresses give the way that the path library gives, which knows no slash at the end."""
    assume(not start.startswith(f"{address}/"))  # a file that is a folder too
    assert relative(address, start) == by_path_library(address, start)


@given(_ADDRESSES, _ADDRESSES)
def test_a_browser_comes_to_the_address(address: str, start: str) -> None:
    """A browser that follows the way from the page comes to the address, whatever characters are in it."""
    top = "https://example.org/below/"
    assert unquote(urljoin(top + quote(start), relative(address, start))) == unquote(top + quote(address))


@pytest.mark.parametrize(
    ("address", "start", "expected"),
    [
        ("", "", "./"),
        ("", "a/", "../"),
        ("", "a/b/", "../../"),
        ("a/", "a/", "./"),
        ("a/", "a/b/", "../"),
        ("a/b/", "a/", "b/"),
        ("a/b", "a/", "b"),
        ("a", "a/", "../a"),
        ("a/", "a", "a/"),
        ("ab/", "a/", "../ab/"),
        ("a/c/", "a/b/", "../c/"),
        ("a/b/c", "a/b/d", "c"),
        ("a b/é", "", "a%20b/%C3%A9"),
    ],
)
def test_the_ways_between_some_pages(address: str, start: str, expected: str) -> None:
    """A page leads to itself, to those beside, above and below it, and to the top."""
    assert relative(address, start) == expected
