"""Files that are not what they seem: nothing hangs, and nothing is left out in silence."""

import os
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from builders import entry_text, some_settings
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from shell import run

from publisher.entries import reader

SETTINGS = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        made.bind(path.name)
        os.chdir(here)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**10)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_pipe, "unreadable-file"),
        (_socket, "unreadable-file"),
        (_endless, "path-outside"),
        (_large, "file-too-large"),
    ],
)
def test_nothing_makes_the_program_wait(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    """A pipe, a socket, an endless device and a huge file in place of an entry are problems at once."""
    (tmp_path / "publisher.toml").write_text(SETTINGS)
    (tmp_path / "entries").mkdir()
    make(tmp_path / "entries" / "a.md")
    done = run(tmp_path, "check")
    assert done.returncode == 1
    assert f"error: {code:<23} entries/a.md\n" in done.stdout


@pytest.mark.parametrize("make", [_pipe, _socket, Path.mkdir])
def test_no_picture_makes_the_program_wait(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """What is no file in place of a picture is missed, and not waited for."""
    (tmp_path / "publisher.toml").write_text(SETTINGS)
    (tmp_path / "entries").mkdir()
    (tmp_path / "entries" / "a.md").write_text(entry_text("![A picture](a.png)", id="a"))
    make(tmp_path / "entries" / "a.png")
    done = run(tmp_path, "check")
    assert (done.returncode, "error: missing-picture" in done.stdout) == (1, True)


@pytest.mark.parametrize("name", ["pyproject.toml", "publisher.toml"])
def test_no_settings_make_the_program_wait(tmp_path: Path, name: str) -> None:
    """A pipe in place of the settings is none."""
    os.mkfifo(tmp_path / name)
    done = run(tmp_path, "check")
    assert (done.returncode, "error: no-project" in done.stderr) == (2, True)


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    """Folders so deep that the disk gives them up are told, also to root, who may read all."""
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(18):  # 18 * 250 characters are more than a path may have
        os.mkdir("d" * 249, dir_fd=handle)
        below = os.open("d" * 249, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    reading = reader.read(tmp_path, some_settings(), frozenset())
    (problem,) = reading.problems
    assert problem.code == "unreadable-file"
    assert problem.message.startswith("the folder cannot be read (")
    assert problem.place.path.startswith("entries/ddd")


def test_folders_may_have_the_names_of_files(tmp_path: Path) -> None:
    """A folder called x.md is a folder, whose entries are read."""
    (tmp_path / "x.md").mkdir()
    (tmp_path / "x.md" / "a.md").write_text(entry_text(id="a"))
    (tmp_path / "names.yml").mkdir()
    reading = reader.read(tmp_path, some_settings(), frozenset())
    assert ([entry.path for entry in reading.library.entries], reading.problems) == (["x.md/a.md"], [])


def _pictures() -> list[bytes]:
    """Return a small picture in each format that Pillow knows to write and to read."""
    made = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        for form in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "ICO", "DDS", "PCX", "TGA", "PPM", "SGI"):
            Image.new("RGB", (16, 16)).save(path, form)
            made.append(path.read_bytes())
    return made


def _png(width: int, height: int, chunk: bytes = b"") -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    text = part(b"zTXt", b"a\0\0" + zlib.compress(chunk)) if chunk else b""
    return b"\x89PNG\r\n\x1a\n" + header + text + part(b"IDAT", b"") + part(b"IEND", b"")


PICTURES = _pictures()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a picture of which some bytes are others."""
    data = bytearray(draw(st.sampled_from(PICTURES)))
    places = st.integers(0, min(len(data), 150) - 1)
    for at, byte in draw(st.dictionaries(places, st.sampled_from((0, 1, 127, 128, 255)), max_size=6)).items():
        data[at] = byte
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


@given(damaged())
@example(_png(100_000, 100_000))
@example(_png(2**31 - 1, 2**31 - 1))
@example(_png(10, 10, b"\0" * 100_000_000))
@example(b"DDS |\0\0\0" + b"\x0f\x10\0\0" + b"\x40\0\0\0" * 40)
def test_a_damaged_picture_is_at_most_a_problem(data: bytes) -> None:
    """Any bytes in place of a picture are one, or one problem of the picture; nothing is raised or warned."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.md").write_text(entry_text("![A picture](a.png)", id="a"))
        (folder / "a.png").write_bytes(data)
        reading = reader.read(folder, some_settings(), frozenset())
    told = {(problem.code, problem.place.path) for problem in reading.problems}
    assert told <= {("unusable-picture", "entries/a.md")}
