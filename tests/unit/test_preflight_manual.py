"""docs/preflight.md tells what the preflight looks at, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.preflight.gmail import _TRAPS
from publisher.preflight.mail_support import accepted, support

ROOT = Path(__file__).resolve().parents[2]
CODE_AT = {"finding": 0, "Finding": 0, "_kept": 0, "_opening": 1}
"""How findings are made, and which argument is the code."""


def _made(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the literal code of each finding, and its severity where it is named beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = CODE_AT.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
            if place is None or len(node.args) <= place:
                continue
            code = node.args[place]
            if isinstance(code, ast.Constant):
                severities = [arg.attr.lower() for arg in node.args if isinstance(arg, ast.Attribute)]
                yield (
                    str(code.value),
                    next((word for word in severities if word in {"error", "warning"}), "error"),
                )


def _findings() -> dict[str, str]:
    """Return the severity of each code."""
    found = {code: "error" for code, *_ in _TRAPS} | {"mail-language": "error", "mail-direction": "error"}
    for path in (ROOT / "publisher" / "preflight").glob("*.py"):
        found |= dict(_made(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _manual() -> str:
    return (ROOT / "docs" / "preflight.md").read_text(encoding="utf-8")


def test_every_code_is_in_the_manual() -> None:
    """The manual has a row for each code with its severity, and no row for one that is gone."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| \*(error|warning)\* \|", _manual(), re.MULTILINE)
    assert dict(rows) == _findings()
    assert len(rows) == len(_findings())


def test_every_code_is_tested() -> None:
    """Each code stands in a table of the tests."""
    files = [
        path for path in (ROOT / "tests").rglob("test_preflight_*.py") if path.name != Path(__file__).name
    ]
    tests = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [code for code in _findings() if f'"{code}"' not in tests] == []


def test_what_is_accepted_is_in_the_manual() -> None:
    """The manual's last table is accepted.toml, with titles."""
    rows = re.findall(r"^\| `((?:css|html|image)-[a-z0-9-]+)` \| (.*) \| (.*) \|$", _manual(), re.MULTILINE)
    titles = {slug: support()[slug].title.replace("<", "&lt;") for slug in accepted()}
    assert rows == [(slug, titles[slug], row.reason) for slug, row in accepted().items()]


@pytest.mark.parametrize("name", ["caniemail.json", "accepted.toml", "generic_links.toml"])
def test_data_is_in_the_package(name: str) -> None:
    """What the preflight reads lies beside it, so that the wheel carries it."""
    assert (ROOT / "publisher" / "preflight" / name).is_file()
