"""The hash of the program: what changes it, and what an earlier run may tell of it."""

from pathlib import Path

import pytest
from folders import put

from publisher import program

PACKAGE = {
    "publisher/a.py": "one",
    "publisher/render/b.py": "two",
    "publisher/notes.txt": "of no part in it",
    "publisher/__pycache__/a.pyc": "code",
    "templates/site/page.html": "a page",
}


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the program be two modules and a template, as a checkout has them."""
    put(tmp_path, dict(PACKAGE))
    monkeypatch.setattr(program, "_OWN", f"{tmp_path}/publisher")
    monkeypatch.setattr(program, "_TEMPLATES", (f"{tmp_path}/publisher/templates", f"{tmp_path}/templates"))
    monkeypatch.setattr(program, "_known", [])
    return tmp_path


def _digest() -> bytes:
    """Return the hash, made anew."""
    program._known.clear()  # noqa: SLF001 - as a new process has it
    return program.digest()


@pytest.mark.parametrize(
    ("path", "text", "is_another"),
    [
        ("publisher/a.py", "ONE", True),
        ("publisher/render/c.py", "", True),
        ("templates/site/page.html", "A page", True),
        ("templates/locale/fr.po", "", True),
        ("publisher/templates/x.html", "the wheel's, which win", True),
        ("publisher/notes.txt", "other notes", False),
        ("publisher/__pycache__/a.pyc", "other code", False),
    ],
)
def test_code_and_templates_decide(package: Path, path: str, text: str, is_another: bool) -> None:  # noqa: FBT001
    """Whatever a module or a packaged template says, or that there is another one, gives another hash."""
    before = _digest()
    assert _digest() == before
    put(package, {path: text})
    assert (_digest() != before) is is_another


def test_bytes_do_not_move_from_one_file_to_the_next(package: Path) -> None:
    """Two programs are two, also if their files hold the same bytes one behind the other."""
    before = _digest()
    put(package, {"publisher/a.py": "on", "publisher/render/b.py": "etwo"})
    assert _digest() != before


def test_what_is_trusted_is_not_read_again(package: Path) -> None:
    """A hash that an earlier run kept stands for the program, whatever its files hold."""
    program.trust(b"kept")
    put(package, {"publisher/a.py": "ONE"})
    assert program.digest() == b"kept"
