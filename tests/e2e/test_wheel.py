"""The package as others install it: the wheel alone, in an empty environment, far from this checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import missing

ROOT = Path(__file__).resolve().parents[2]
PACKED = ("publisher", "templates", "pyproject.toml", "README.md", "LICENSE")


def _run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COVERAGE", "VIRTUAL_ENV"))
    }
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _installer() -> list[str]:
    """Return the words that run pip: of this environment, else of the Python below it."""
    for python in (sys.executable, getattr(sys, "_base_executable", sys.executable)):
        if _run(python, "-m", "pip", "--version", cwd=ROOT).returncode == 0:
            return [python, "-m", "pip"]
    missing("network", "install pip")
    return []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built from a copy of the sources."""
    source = tmp_path_factory.mktemp("source")
    for name in PACKED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target, cwd=source)
    assert built.returncode == 0, built.stderr
    return next(target.glob("*.whl"))


def test_the_wheel_holds_the_program_and_the_templates(wheel: Path) -> None:
    """Each module and each template is in the wheel, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "publisher").rglob("*")
        if path.suffix in {".py", ".typed", ".json", ".toml", ".LICENSE", ".html", ".css", ".js", ".mako"}
    }
    templates = {
        f"publisher/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert names == modules | templates


def test_the_wheel_alone_makes_and_builds_a_project(wheel: Path, tmp_path: Path) -> None:
    """In an empty environment the wheel does init and build, and a project's own template wins."""
    home = tmp_path / "environment"
    assert _run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path).returncode == 0
    python = home / "bin" / "python"
    installed = _run(
        *_installer(),
        "--python",
        python,
        "install",
        "-q",
        "-c",
        ROOT / "constraints.txt",
        wheel,
        cwd=tmp_path,
    )
    if installed.returncode and "Could not find a version" in installed.stderr + installed.stdout:
        missing("network", "this test installs packages; connect to a package index")
    assert installed.returncode == 0, installed.stderr
    publisher = home / "bin" / "publisher"
    where = _run(python, "-c", "import publisher; print(publisher.__file__)", cwd=tmp_path)
    assert where.stdout.startswith(str(home)), where.stderr
    assert _run(publisher, "init", "my-news", cwd=tmp_path).returncode == 0
    project = tmp_path / "my-news"
    own = project / "templates" / "site" / "home.html"
    own.parent.mkdir(parents=True)
    own.write_text(
        '{% extends "default/site/home.html" %}\n{% block title %}My own title{% endblock %}\n',
        encoding="utf-8",
    )
    built = _run(publisher, "build", cwd=project)
    assert built.returncode == 0, built.stderr
    assert "<title>My own title</title>" in (project / "out" / "index.html").read_text(encoding="utf-8")
    assert (project / "out" / "atom.xml").is_file()
    assert len(list(project.glob("out/digests/*/en.eml"))) == 1
