"""Pages are valid HTML, as html-validate reads it: one of every sort in every language."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import missing

from publisher.build import build
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools/node_modules/.bin"
HOW = "run: npm install --no-save --no-package-lock --prefix .tools html-validate@10.17.0"
# What these rules want is taste: search engines cut long titles by themselves.
SITE = {"extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}
# A digest is the mail: readers of mail want tables, styles in elements and Outlook's comments.
MAIL_WANTS = ["no-inline-style", "no-deprecated-attr", "no-conditional-comment", "prefer-tbody"]
MAIL_WANTS += ["prefer-native-element", "no-trailing-whitespace"]
DIGEST = {
    "extends": ["html-validate:recommended"],
    "rules": dict.fromkeys([*SITE["rules"], *MAIL_WANTS], "off"),
}


@pytest.fixture(scope="module")
def validator() -> str:
    """Return html-validate, or skip."""
    found = shutil.which("html-validate", path=TOOLS) or shutil.which("html-validate")
    if found is None:
        missing("html", HOW)
    return str(found)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample newsletter's output folder."""
    folder = tmp_path_factory.mktemp("valid")
    for name in ("entries", "templates", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    build(load(folder, {}), datetime(2026, 1, 1, tzinfo=UTC))
    return folder / "out"


def _faults(validator: str, rules: Mapping[str, object], folder: Path, names: list[str]) -> Iterator[str]:
    """Yield what html-validate finds by *rules* in the pages *names* of *folder*."""
    settings = folder / "rules.json"
    settings.write_text(json.dumps({"root": True, **rules}))
    command = [validator, "--config", str(settings), "--formatter", "json", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    for page in json.loads(done.stdout):
        for fault in page["messages"]:
            yield f"{page['filePath']}:{fault['line']}: {fault['ruleId']}: {fault['message']}"


def _one_of_each(out: Path) -> dict[str, list[str]]:
    """Return the pages of *out* by sort: their way without language, numbers and the names of entries."""
    found: dict[str, list[str]] = {}
    for path in sorted(out.rglob("*.html")):
        name = path.relative_to(out).as_posix()
        lang = re.match(r"(?:(fr|es|ar)/)?", name)[1] or ""  # type: ignore[index]
        bare = name.removeprefix(f"{lang}/")
        sort = re.sub(r"^\d{4}/\d\d/(?!index)[^/]+", "entry", bare)
        sort = re.sub(r"\d{4}-\d\d|\d{4}(?:/\d\d)?", "month", sort)
        found.setdefault(f"{lang} {sort}", []).append(name)
    return found


def test_pages_are_valid(validator: str, out: Path) -> None:
    """The first and the last page of each sort in each language have no error."""
    sorts = _one_of_each(out)
    assert {" index.html", "ar entry/index.html", "fr month/index.html", "es archive/index.html"} <= set(
        sorts
    )
    chosen = {names[place] for names in sorts.values() for place in (0, -1)}
    site = sorted(name for name in chosen if not name.startswith("digests/"))
    assert len(site) > 30
    assert list(_faults(validator, SITE, out, site)) == []
    digests = sorted(chosen - set(site))
    assert len(digests) >= 4
    assert list(_faults(validator, DIGEST, out, digests)) == []


def test_a_fault_is_found(validator: str, tmp_path: Path) -> None:
    """A page with an element that nobody closes and an id twice is not valid."""
    (tmp_path / "page.html").write_text('<!DOCTYPE html>\n<p id="a">A<b>\n<p id="a">B')
    rules = {fault.split(": ")[1] for fault in _faults(validator, SITE, tmp_path, ["page.html"])}
    assert {"close-order", "no-dup-id"} <= rules
