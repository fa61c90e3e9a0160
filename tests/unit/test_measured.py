"""What is measured of processes is whole, or not counted."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shell
from coverage import CoverageData
from measured import drop_unfinished

WHOLE = (".coverage", ".coverage.vm.pid7.XabcDEfx.HDmZRlVuVB5h", ".coveragerc", "coverage.pid7")
CUT = (
    ".coverage.vm.pid7.XW4JRebx",
    ".coverage.my-host.pid12.X_0aZ9_x",
    ".coverage.vm.pid7.XW4JRebx-journal",
)


def test_only_files_that_were_cut_short_are_dropped(tmp_path: Path) -> None:
    """Files without the hash that coverage gives a file at its end go, and no others."""
    for name in WHOLE + CUT:
        (tmp_path / name).touch()
    assert drop_unfinished(tmp_path) == sorted(CUT)
    assert {path.name for path in tmp_path.iterdir()} == set(WHOLE)


def test_a_file_that_coverage_wrote_stays(tmp_path: Path) -> None:
    """A file has the name of one that was cut short until coverage is done with it, and then another."""
    data = CoverageData(str(tmp_path / ".coverage"), suffix=True)
    data.add_lines({"a.py": [1, 2]})
    shutil.copy(data.data_filename(), tmp_path / "kept")
    begun = Path(data.data_filename()).name
    data.write()
    (whole,) = tmp_path.glob(".coverage*")
    assert drop_unfinished(tmp_path) == []
    shutil.copy(tmp_path / "kept", tmp_path / begun)
    assert drop_unfinished(tmp_path) == [begun]
    assert whole.exists()


@pytest.fixture
def anew() -> Iterator[None]:
    """Let what comes behind the test start from nothing too."""
    shell.end_forks()
    yield
    shell.end_forks()


@pytest.mark.usefixtures("anew")
def test_the_process_that_forks_ends_when_it_is_told(tmp_path: Path) -> None:
    """The warm process ends with code 0 when it is told, and begins anew when it is asked again."""
    assert shell.run(tmp_path, "--version").returncode == 0
    first = shell.warm_process()
    assert first.poll() is None
    shell.end_forks()
    assert first.returncode == 0
    assert shell.run(tmp_path, "--version").returncode == 0
    assert shell.warm_process().pid != first.pid
