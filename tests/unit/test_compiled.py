"""Templates stay compiled beside the program, in a folder that nobody else can write, and only there."""

import os
import sys
from pathlib import Path

import jinja2
import pytest
from folders import put

from publisher import compiled
from publisher.render.templating import Templates


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where compiled templates are kept, for this test."""
    monkeypatch.setattr(compiled, "FOLDER", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that are compiled from now on."""
    names: list[str] = []
    compile_ = jinja2.Environment.compile

    def counted(self: jinja2.Environment, source: str, name: str, filename: str) -> object:
        names.append(name)
        return compile_(self, source, name, filename)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    return names


def _render(tmp_path: Path, **own: str) -> str:
    put(tmp_path / "templates", {name.replace("__", "/") + ".txt": text for name, text in own.items()})
    templates = Templates(tmp_path / "templates")
    return templates.render(next(iter(own), "a") + ".txt", {"n": 1, "word": "b"})


@pytest.fixture(autouse=True)
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one small template be all that the program brings."""
    from publisher.render import templating  # noqa: PLC0415

    put(tmp_path / "packaged", {"a.txt": "{{ 1 + n }} of {{ word }}"})
    monkeypatch.setattr(templating, "_PACKAGED", tmp_path / "packaged")


def test_a_template_is_compiled_once(tmp_path: Path, folder: Path, compilations: list[str]) -> None:
    """The second run finds what the first compiled, and says the same."""
    assert (_render(tmp_path), _render(tmp_path), compilations) == ("2 of b", "2 of b", ["a.txt"])
    assert [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())] == [0o700, 0o600]


def test_a_changed_template_is_compiled_again(tmp_path: Path, folder: Path, compilations: list[str]) -> None:
    """What was kept for other words is not used."""
    _render(tmp_path)
    templates = Templates(tmp_path / "templates")
    put(tmp_path / "packaged", {"a.txt": "{{ word }}"})
    assert templates.render("a.txt", {"word": "b"}) == "b"
    assert (compilations, len(list(folder.iterdir()))) == (["a.txt"] * 2, 1)


def test_a_projects_own_template_is_not_kept(tmp_path: Path, folder: Path) -> None:
    """Only what the program brings lies beside it."""
    assert _render(tmp_path, own="{{ word }}") == "b"
    assert not folder.exists()


@pytest.mark.parametrize("harm", [b"", b"x", b"j2" * 9, None])
def test_a_damaged_file_counts_as_not_there(
    tmp_path: Path, folder: Path, compilations: list[str], harm: bytes | None
) -> None:
    """Whatever stands in the file, the template is compiled again; None cuts it short."""
    _render(tmp_path)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-9] if harm is None else harm)
    assert (_render(tmp_path), compilations) == ("2 of b", ["a.txt"] * 2)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_can_write_is_not_used(
    tmp_path: Path, folder: Path, compilations: list[str], mode: int
) -> None:
    """What somebody else may have put there is never run."""
    _render(tmp_path)
    folder.chmod(mode)
    assert (_render(tmp_path), compilations) == ("2 of b", ["a.txt"] * 2)


def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, folder: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a folder that only its owner can write, if that is not us."""
    _render(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    assert (_render(tmp_path), compilations) == ("2 of b", ["a.txt"] * 2)


def test_links_are_not_followed(tmp_path: Path, folder: Path, compilations: list[str]) -> None:
    """Neither the folder nor a file in it may lead elsewhere."""
    _render(tmp_path)
    (file,) = folder.iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    _render(tmp_path)
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert (_render(tmp_path), compilations) == ("2 of b", ["a.txt"] * 3)


def test_nothing_is_kept_where_python_keeps_no_code(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PYTHONDONTWRITEBYTECODE counts for templates too."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _render(tmp_path) == "2 of b"
    assert not folder.exists()


def test_another_program_leaves_nothing_behind(tmp_path: Path, folder: Path) -> None:
    """What other versions of the program kept is deleted."""
    folder.mkdir(mode=0o700)
    (folder / "0123-old").write_bytes(b"old")
    _render(tmp_path)
    assert [path.name for path in folder.iterdir() if path.name.endswith("old")] == []
