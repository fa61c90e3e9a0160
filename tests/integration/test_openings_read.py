"""Openings from their files to the digests that they open, through the doors that a build uses."""

from pathlib import Path

import pytest
from builders import entry_text
from digests import edition_in
from editions import digest_of

from publisher.entries import reader
from publisher.errors import Problem
from publisher.model.entry import Month
from publisher.project import load

OPENING = "---\nsubject: Ours\nsigned: Ada\n---\nDear readers.\n"


@pytest.fixture
def room(project_folder: Path) -> Path:
    """Return a project with an entry of June in English and one in French."""
    for name in ("2023/06/a.md", "2023/06/b.fr.md"):
        path = project_folder / "entries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(entry_text(id=path.name[0], date="2023-06-15"), encoding="utf-8")
    (project_folder / "entries/digests").mkdir()
    return project_folder


def _write(room: Path, name: str, text: str = OPENING) -> None:
    (room / "entries/digests" / name).write_text(text, encoding="utf-8")


def _problems(room: Path) -> list[Problem]:
    project = load(room, {})
    return reader.read(project.entries, project.settings, frozenset()).problems


def test_an_opening_opens_the_digest_of_its_month_and_language(room: Path) -> None:
    """Each language has its own; without one a digest opens with its news."""
    _write(room, "2023-06.md")
    assert _problems(room) == []
    edition = edition_in(room)
    english, french = (digest_of(edition, lang, Month(2023, 6)) for lang in ("en", "fr"))
    assert (english.subject, english.opening) == ("Ours", "digests/2023-06.md")
    assert "\nDear readers.\nAda\n" in english.text
    assert (french.opening, "Dear readers." in french.text) == ("", False)


def test_openings_are_no_entries(room: Path) -> None:
    """They have no page, no id and no place in a feed; a README beside them is left alone."""
    _write(room, "2023-06.md")
    _write(room, "README.md", "How to write openings.\n")
    assert _problems(room) == []
    edition = edition_in(room)
    assert sorted(entry.id for entry in edition.entries) == ["a", "b"]
    assert [opening.path for opening in edition.openings] == ["digests/2023-06.md"]


def test_all_faults_of_openings_are_told_at_once(room: Path) -> None:
    """A wrong name, a second opening of one digest, and one of a month without entries."""
    _write(room, "june.md")
    _write(room, "2023-06.md")
    _write(room, "2023-06.en.md")
    _write(room, "2023-07.fr.md")
    _write(room, "2023-06.fr.md", "---\nsubjekt: a\n---\n")
    told = sorted((problem.code, str(problem.place)) for problem in _problems(room))
    assert told == [
        ("duplicate-opening", "entries/digests/2023-06.md"),
        ("invalid-file-name", "entries/digests/june.md"),
        ("opening-without-issue", "entries/digests/2023-07.fr.md"),
        ("unknown-field", "entries/digests/2023-06.fr.md:2:1"),
    ]
