"""Small modules, small functions, tests that say what they hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "publisher").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_fits_a_few_screens(path: Path) -> None:
    """No module has more than 300 lines, no function more than 60, and none is called utils."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert [node.name for node in _functions(path) if (node.end_lineno or 0) - node.lineno + 1 > 60] == []
    assert not any(word in path.stem for word in ("util", "helper", "common", "misc"))


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_a_test_says_what_it_holds(path: Path) -> None:
    """Each test has a docstring of one sentence that names the behaviour."""
    tests = [node for node in _functions(path) if node.name.startswith("test_")]
    docs = {node.name: ast.get_docstring(node) or "" for node in tests}
    assert [name for name, doc in docs.items() if not doc.strip().endswith(".") or "\n" in doc.strip()] == []


def test_nothing_is_left_to_do() -> None:
    """No module carries a note of work put off, and no test replaces our own code."""
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error", "mock" + ".patch")
    found = [
        f"{_name(path)}: {word}"
        for path in MODULES + TESTS
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
