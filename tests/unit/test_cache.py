"""The cache folder: what was put is given back, anything else is not there, and nothing is ever raised."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import cache
from publisher.cache import MARK, Cache

ROOT = Path(__file__).resolve().parents[2]
KEY, OTHER = cache.key("a"), cache.key("b")
DATA = b"some bytes" * 1000


def _file(folder: Path, key: str = KEY) -> Path:
    return folder / key[:2] / key[2:]


def _filled(folder: Path) -> Cache:
    found = Cache(folder)
    found.put(KEY, DATA)
    assert found.get(KEY) == DATA
    return found


@pytest.mark.parametrize("data", [b"", b"\0", DATA, bytes(range(256)) * 9999], ids=len)
def test_what_was_put_is_given_back(tmp_path: Path, data: bytes) -> None:
    """Bytes of any length come back, also to another run."""
    Cache(tmp_path / "a/b").put(KEY, data)
    assert data == Cache(tmp_path / "a/b").get(KEY)
    assert [_file(tmp_path / "a/b")] == [
        path for path in tmp_path.rglob("*") if path.is_file() and path.name != MARK
    ]


def test_the_last_put_counts(tmp_path: Path) -> None:
    """What is put under the same key takes the place of the first."""
    found = _filled(tmp_path / "cache")
    found.put(KEY, b"new")
    assert (found.get(KEY), found.get(OTHER)) == (b"new", None)


def test_no_folder_keeps_nothing() -> None:
    """Without a folder all is made anew."""
    found = Cache(None)
    found.put(KEY, DATA)
    assert found.get(KEY) is None


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("",),
        ("a",),
        (b"a",),
        ("ab",),
        ("a", "b"),
        ("", "ab"),
        ("a", ""),
        (b"a", "b"),
        ("a\nstr 1\nb",),
        ("é",),
    ],
    ids=repr,
)
def test_other_parts_give_another_key(parts: tuple[str | bytes, ...]) -> None:
    """A key tells where each part ends, and text from bytes."""
    all_parts: list[tuple[str | bytes, ...]] = [("a", "b", ""), ("b", "a"), ("ba",), ("é".encode(),)]
    assert cache.key(*parts) not in {cache.key(*other) for other in all_parts}
    assert cache.key(*parts) == cache.key(*parts)
    assert len(cache.key(*parts)) == 64


def test_keys_of_the_table_differ() -> None:
    """No two ways to write the same letters have one key."""
    table: list[tuple[str | bytes, ...]] = [
        (),
        ("",),
        ("", ""),
        ("a", "b"),
        ("astr b",),
        ("astrb",),
        ("a\nstr 1\nb",),
        ("ab",),
        (b"ab",),
        (b"a", b"b"),
        (b"a", "b"),
    ]
    assert len({cache.key(*parts) for parts in table}) == len(table)


CHANGES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "cut": lambda whole, _other: whole[:-1],
    "empty": lambda _whole, _other: b"",
    "longer": lambda whole, _other: whole + b"x",
    "zeros": lambda whole, _other: bytes(len(whole)),
    "foreign": lambda _whole, _other: b"# a text of somebody else",
    "bare": lambda _whole, _other: DATA,
    "of another key": lambda _whole, other: other,
}
OBSTACLES: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "link to itself": lambda path: path.symlink_to(path),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link to a pipe": lambda path: path.symlink_to(path.parents[1] / "pipe"),
    "pipe": os.mkfifo,
    "empty file": Path.touch,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_damaged_file_is_not_there(tmp_path: Path, change: str) -> None:
    """A file with other bytes is a miss, and `put` mends it."""
    found = _filled(tmp_path / "cache")
    found.put(OTHER, b"other bytes")
    file, other = _file(tmp_path / "cache"), _file(tmp_path / "cache", OTHER)
    file.write_bytes(CHANGES[change](file.read_bytes(), other.read_bytes()))
    assert found.get(KEY) is None
    found.put(KEY, DATA)
    assert (found.get(KEY), found.get(OTHER)) == (DATA, b"other bytes")


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_is_no_file_is_not_there(tmp_path: Path, obstacle: str) -> None:
    """A folder, link or pipe in a file's place is a miss, at once; `put` takes its place if it can."""
    found = _filled(tmp_path / "cache")
    os.mkfifo(tmp_path / "cache/pipe")
    _file(tmp_path / "cache").unlink()
    OBSTACLES[obstacle](_file(tmp_path / "cache"))
    assert found.get(KEY) is None
    found.put(KEY, DATA)
    assert found.get(KEY) == (None if obstacle == "folder" else DATA)


@pytest.mark.parametrize("obstacle", sorted(set(OBSTACLES) - {"folder"}))
def test_what_is_no_folder_is_left_alone(tmp_path: Path, obstacle: str) -> None:
    """A link, pipe or file in the place of one of our folders costs that folder, and no others."""
    folder = tmp_path / "cache"
    found = _filled(folder)
    found.put(OTHER, b"other bytes")
    _file(folder).unlink()
    _file(folder).parent.rmdir()
    OBSTACLES[obstacle](_file(folder).parent)
    found.put(KEY, DATA)
    assert (found.get(KEY), found.get(OTHER)) == (None, b"other bytes")


def test_bytes_from_a_pipe_are_not_taken(tmp_path: Path) -> None:
    """A pipe is not read, also if somebody holds the right bytes ready in it."""
    found = _filled(tmp_path / "cache")
    file = _file(tmp_path / "cache")
    whole = file.read_bytes()
    file.unlink()
    os.mkfifo(file)
    pipe = os.open(file, os.O_RDWR | os.O_NONBLOCK)
    assert os.write(pipe, whole) == len(whole)
    assert found.get(KEY) is None
    os.close(pipe)


def test_a_file_behind_a_link_is_not_there(tmp_path: Path) -> None:
    """The right bytes are not taken from behind a link."""
    found = _filled(tmp_path / "cache")
    file = _file(tmp_path / "cache")
    file.symlink_to(file.rename(file.with_name("moved")))
    assert found.get(KEY) is None


@pytest.mark.parametrize("linked", ["cache", "folder", "shard", "file"])
def test_a_link_does_not_lead_out(tmp_path: Path, linked: str) -> None:
    """Nothing is written, changed or read behind a link that somebody put into the folder."""
    outside = tmp_path / "outside"
    _filled(outside / "cache")
    _filled(outside)
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    folder = tmp_path / "project/.publisher/cache"
    link, target = {
        "folder": (folder.parent, outside),
        "cache": (folder, outside),
        "shard": (folder / KEY[:2], outside / KEY[:2]),
        "file": (_file(folder), _file(outside)),
    }[linked]
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    assert Cache(folder).get(KEY) is None
    Cache(folder).put(KEY, b"new")
    assert before == {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    assert Cache(folder).get(KEY) == (b"new" if linked == "file" else None)


@pytest.mark.parametrize("place", ["cache", ""])
def test_a_file_for_a_folder_only_costs_time(tmp_path: Path, place: str) -> None:
    """A file where the folder, or the one around it, should be is left as it is."""
    (tmp_path / ".publisher" / place).parent.mkdir(exist_ok=True)
    (tmp_path / ".publisher" / place).write_bytes(b"mine")
    found = Cache(tmp_path / ".publisher/cache")
    found.put(KEY, DATA)
    assert found.get(KEY) is None
    assert (tmp_path / ".publisher" / place).read_bytes() == b"mine"


def _run(code: str, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys\nfrom pathlib import Path\nfrom publisher.cache import Cache, key\n{code}",
            *words,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


def test_a_full_disk_only_costs_time(tmp_path: Path) -> None:
    """A file that cannot be written to its end is removed again, and what was there before stays."""
    _filled(tmp_path / "cache")
    code = (
        "import resource\nlimits = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, limits[1]))\n"
        "Cache(Path(sys.argv[1])).put(key('a'), b'x' * 50000)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, limits)\n"  # what is measured of it is no smaller
        "print('done')"
    )
    assert _run(code, str(tmp_path / "cache")).communicate(timeout=60)[0] == b"done\n"
    assert Cache(tmp_path / "cache").get(KEY) == DATA
    assert [_file(tmp_path / "cache")] == [
        path for path in tmp_path.rglob("*") if path.is_file() and path.name != MARK
    ]


def test_a_folder_that_takes_no_file_only_costs_time() -> None:
    """Where no folder can be made, also by root, nothing is kept and nothing raised."""
    found = Cache(Path("/proc/self/cache"))
    found.put(KEY, DATA)
    assert found.get(KEY) is None


_WRITES = """
for number in range(int(sys.argv[2])):
    data = bytes([number % 256]) * 30000
    Cache(Path(sys.argv[1])).put(key('a'), data)
    found = Cache(Path(sys.argv[1])).get(key('a'))
    assert found is not None and len(found) == 30000 and len(set(found)) == 1
    if not number: print('begun', flush=True)
"""


def test_two_programs_write_at_once(tmp_path: Path) -> None:
    """Programs that write one key at the same time each find whole bytes, of the one or of the other."""
    programs = [_run(_WRITES, str(tmp_path / "cache"), "300") for _ in range(2)]
    for program in programs:
        program.communicate(timeout=60)
    assert [program.returncode for program in programs] == [0, 0]
    assert Cache(tmp_path / "cache").get(KEY) == bytes([299 % 256]) * 30000


def test_a_program_is_killed_while_it_writes(tmp_path: Path) -> None:
    """After a kill at any moment the last whole bytes are there, and the folder can be written."""
    folder = tmp_path / "cache"
    for number in range(4):
        program = _run(_WRITES, str(folder), "1000000")
        assert program.stdout is not None
        assert program.stdout.readline() == b"begun\n"
        until = time.monotonic() + number / 100
        while time.monotonic() < until:
            assert Cache(folder).get(KEY) is not None
        program.kill()
        program.communicate(timeout=60)
        found = Cache(folder).get(KEY)
        assert found is not None
        assert (len(found), len(set(found))) == (30000, 1)
    _filled(folder)


def test_a_cache_from_elsewhere_is_none(tmp_path: Path) -> None:
    """A folder that was copied, or came with a repository, gives nothing; what is put there then counts."""
    _filled(tmp_path / "cache")
    shutil.copytree(tmp_path / "cache", tmp_path / "copy", copy_function=shutil.copy2)
    found = Cache(tmp_path / "copy")
    assert found.get(KEY) is None
    found.put(KEY, b"new")
    assert Cache(tmp_path / "copy").get(KEY) == b"new"
    assert Cache(tmp_path / "cache").get(KEY) == DATA


def test_a_mark_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link in place of the file that tells of the place leads nowhere, and nothing is kept."""
    _filled(tmp_path / "cache")
    (tmp_path / "cache" / cache.MARK).rename(tmp_path / "mark")
    (tmp_path / "cache" / cache.MARK).symlink_to(tmp_path / "mark")
    found = Cache(tmp_path / "cache")
    found.put(OTHER, DATA)
    assert (found.get(KEY), found.get(OTHER)) == (None, None)
