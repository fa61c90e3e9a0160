"""No damage of a cached file gives other bytes than those that were put."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from publisher import cache
from publisher.cache import Cache

PARTS = st.lists(st.binary(max_size=20) | st.text(max_size=20), max_size=4)


@given(st.binary(max_size=2000), st.data())
def test_a_changed_file_is_never_used(data: bytes, draw: st.DataObject) -> None:
    """Bytes of a file that are changed, cut off or added make it a miss; putting them back makes it a hit."""
    with TemporaryDirectory() as name:
        found, key = Cache(Path(name) / "cache"), cache.key(data)
        found.put(key, data)
        file = Path(name) / "cache" / key[:2] / key[2:]
        whole = file.read_bytes()
        start = draw.draw(st.integers(0, len(whole)))
        end = draw.draw(st.integers(start, len(whole)))
        changed = whole[:start] + draw.draw(st.binary(max_size=40)) + whole[end:]
        file.write_bytes(changed)
        assert found.get(key) == (data if changed == whole else None)
        file.write_bytes(whole)
        assert found.get(key) == data


@given(st.binary(max_size=300))
def test_any_bytes_are_a_miss(data: bytes) -> None:
    """A file that the cache did not write is not there."""
    with TemporaryDirectory() as name:
        key = cache.key("a")
        file = Path(name) / "cache" / key[:2] / key[2:]
        file.parent.mkdir(parents=True)
        file.write_bytes(data)
        assert Cache(Path(name) / "cache").get(key) is None


@given(PARTS, PARTS)
def test_keys_are_equal_only_for_equal_parts(one: list[bytes | str], other: list[bytes | str]) -> None:
    """Two lists of parts have one key if, and only if, they are the same."""
    assert (one == other) == (cache.key(*one) == cache.key(*other))
    assert cache.key(*one, *other, "") != cache.key(*one, *other)
