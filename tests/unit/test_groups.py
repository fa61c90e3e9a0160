"""Groups of files: each is read whole, and all stay in their order."""

import sys
from pathlib import Path

import pytest
from builders import entry_text, some_settings
from folders import put

from publisher.entries.groups import GroupReader, read_bytes
from publisher.entries.kept import Kept, Stamp
from publisher.entries.parser import parse_entry
from publisher.entries.source import SIZE_LIMIT

LARGE = "Words.\n\n" * 25_000  # more than is parsed together
LATER = 2**62


def _reader(folder: Path, known: dict[str, Kept], stamps: dict[str, Stamp]) -> GroupReader:
    return GroupReader(folder, some_settings(), stamps, known, lambda path: f"<p>{path}</p>", LATER)


def test_a_group_keeps_the_order_of_its_files(tmp_path: Path) -> None:
    """Files that are kept, touched, new, large, broken or gone are told in the order of their paths."""
    texts = {f"{name}.md": entry_text(f"Words of {name}.", id=name) for name in "abcdefgh"}
    texts |= {"c.md": entry_text(LARGE, id="c"), "d.md": entry_text(LARGE, id="d"), "f.md": "broken"}
    put(tmp_path, texts)
    paths = sorted(texts)
    first = {row.path: row for row in _reader(tmp_path, {}, {}).read(paths).rows}
    assert list(first) == ["a.md", "b.md", "c.md", "d.md", "e.md", "g.md", "h.md"]
    (tmp_path / "h.md").unlink()
    known = {path: first[path] for path in ("b.md", "e.md")}
    found = _reader(tmp_path, known, {"b.md": first["b.md"].stamp}).read(paths)
    assert [row.path for row in found.rows] == ["a.md", "b.md", "c.md", "d.md", "e.md", "g.md"]
    assert list(found.broken) == ["f.md", "h.md"]
    html = dict(zip([row.path for row in found.rows], found.pieces, strict=True))
    for path in ("a.md", "c.md", "d.md", "g.md"):
        entry = parse_entry(path, texts[path].encode(), some_settings()).entry
        assert entry is not None
        assert html[path] == entry.html.encode()
    assert (html["b.md"], html["e.md"]) == (b"<p>b.md</p>", b"<p>e.md</p>")


@pytest.mark.parametrize("size", [0, 1, 70_000, SIZE_LIMIT, SIZE_LIMIT + 1, SIZE_LIMIT + 9])
def test_of_a_file_no_more_is_read_than_shows_that_it_is_too_large(tmp_path: Path, size: int) -> None:
    """A file comes whole, and one over the limit with one byte more than the limit."""
    (tmp_path / "a.md").write_bytes(b"x" * size)
    data, stamp, problems = read_bytes(tmp_path, "a.md", some_settings())
    assert data == b"x" * min(size, SIZE_LIMIT + 1)
    assert (stamp and stamp.split()[2], problems) == (str(size), [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no files without a size")
def test_a_file_longer_than_its_size_is_read_to_its_end() -> None:
    """A file that grows while it is read comes whole; files of the kernel tell no size at all."""
    folder = Path("/proc/self")
    data, stamp, _ = read_bytes(folder, "limits", some_settings())
    assert (data, stamp and stamp.split()[2]) == ((folder / "limits").read_bytes(), "0")
