"""The commands that make the output and tell what a project is made of: build, schema, config, templates."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from builders import entry_text
from folders import tree
from shell import output_of, run

from publisher.entries import frontmatter
from publisher.entries.source import decode
from publisher.model.frontmatter import FrontMatter, QuoteFrontMatter
from publisher.model.written import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(project_folder: Path) -> Path:
    """Return a project with one entry of each fate: shown, draft, future, expired; and one warning."""
    fates = {
        "shown": {"title": "Odd.."},
        "draft": {"draft": "true"},
        "future": {"date": "2999-06-27"},
        "expired": {"expires": "2023-07-01"},
    }
    for name, fields in fates.items():
        text = entry_text(id=name, **fields)
        (project_folder / f"entries/{name}.md").write_text(text, encoding="utf-8")
    return project_folder


def pages_of(project: Path) -> set[str]:
    """Return the names of the entries that have a page."""
    return {path.parent.name for path in (project / "out").glob("[0-9]*/[0-9]*/*/index.html")}


@pytest.mark.parametrize(
    ("options", "pages", "left"),
    [
        (
            [],
            {"shown"},
            "left out: 1 draft, 1 future entry, 1 expired entry (--drafts, --future to publish)",
        ),
        (["--drafts"], {"shown", "draft"}, "left out: 1 future entry, 1 expired entry (--future to publish)"),
        (["--future"], {"shown", "future"}, "left out: 1 draft, 1 expired entry (--drafts to publish)"),
        (["--drafts", "--future"], {"shown", "draft", "future"}, "left out: 1 expired entry"),
    ],
)
def test_build_says_what_it_left_out(project: Path, options: list[str], pages: set[str], left: str) -> None:
    """Drafts, future and expired entries stay out unless asked for, and are counted aloud."""
    done = run(project, "build", *options)
    assert (done.returncode, pages) == (0, pages_of(project))
    words = "1 entry in 1 issue" if len(pages) == 1 else f"{len(pages)} entries in [12] issues?"
    assert re.fullmatch(rf"{words} -> out/: \d+ files written, 0 unchanged; \d+\.\d s\n", done.stdout)
    assert [left, "1 warning. publisher check shows them."] == done.stderr.splitlines()


def test_build_writes_only_what_changed(project: Path) -> None:
    """A second build writes nothing; one with fewer entries tells what it removed."""
    output_of(project, "build", "--drafts")
    assert ": 0 files written, " in output_of(project, "build", "--drafts")
    assert re.search(r": \d+ files? written, \d+ unchanged, 1 removed; ", output_of(project, "build"))


def test_build_prints_its_figures_as_json(project: Path) -> None:
    """--json is one document with all figures, and no talk."""
    done = run(project, "build", "--drafts", "--json")
    figures = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert figures.pop("written") == len(tree(project / "out"))
    expected = {"entries": 2, "issues": 1, "unchanged": 0, "removed": 0}
    expected |= {"drafts": 0, "future": 1, "expired": 1, "warnings": 1}
    assert expected == figures


def test_a_quiet_build_says_nothing(project: Path) -> None:
    """With -q a build that goes well prints nothing at all."""
    done = run(project, "-q", "build")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert pages_of(project) == {"shown"}


def test_a_build_with_an_error_writes_nothing(project: Path) -> None:
    """One error in any entry stops the build; all problems are on stderr, and out/ stays as it was."""
    output_of(project, "build")
    shutil.rmtree(project / ".publisher")
    before = tree(project)
    (project / "entries/shown.md").write_text(entry_text(date="2023-02-31"))
    before["entries/shown.md"] = (project / "entries/shown.md").read_bytes()
    done = run(project, "build", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: invalid-date            entries/shown.md:3:7\n" in done.stderr
    assert done.stderr.endswith("\n1 error in 4 files. Nothing was written.\n")
    shutil.rmtree(project / ".publisher")  # what builds remember, not what they make
    assert before == tree(project)


def test_a_picture_that_vanishes_is_told(project: Path) -> None:
    """An entry is built with its picture; without its bytes, the error names the picture."""
    picture = ROOT / "entries/2023/03/children-without-protection.png"
    (project / "entries/shown.md").write_text(entry_text("![A child](a%20picture.png)", id="shown"))
    (project / "entries/a picture.png").write_bytes(picture.read_bytes())
    output_of(project, "build")
    assert (project / "out/media/a picture.png").is_file()
    (project / "entries/a picture.png").unlink()
    done = run(project, "build")
    assert (done.returncode, "missing-picture" in done.stderr) == (1, True)


def _names(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of *node*, following a reference in or beside null."""
    for choice in (node, *node.get("anyOf", ())):
        if "$ref" in choice:
            target: dict[str, Any] = schema["$defs"][choice["$ref"].removeprefix("#/$defs/")]
            return _names(schema, target)
    found: dict[str, dict[str, Any]] = node.get("properties", {})
    return found


def _unknown(values: dict[str, Any], schema: dict[str, Any], node: dict[str, Any]) -> list[str]:
    """Return the fields of *values*, at any depth, that *node* does not know."""
    known = _names(schema, node)
    missing = [name for name in values if name not in known]
    for name, value in values.items():
        rows = value if isinstance(value, list) else [value]
        inner = known.get(name, {})
        inner = inner.get("items", inner)
        missing += [
            f"{name}.{more}" for row in rows if isinstance(row, dict) for more in _unknown(row, schema, inner)
        ]
    return missing


@pytest.mark.parametrize(
    ("what", "pattern", "model"),
    [
        ("entry", "20*/*/*.md", FrontMatter),
        ("entry", "pages/*.md", FrontMatter),
        ("quote", "quotes/*.md", QuoteFrontMatter),
    ],
)
def test_the_schema_knows_every_field_in_use(
    tmp_path: Path, what: str, pattern: str, model: type[FrontMatter | QuoteFrontMatter]
) -> None:
    """`schema` prints a JSON Schema that has each field of the sample's files, and refuses others."""
    schema = json.loads(output_of(tmp_path, "schema", what))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert set(schema["properties"]) == {field.alias or name for name, field in model.model_fields.items()}
    files = sorted((ROOT / "entries").glob(pattern))
    for file in files:
        parts, problems = frontmatter.split(decode(file.name, file.read_bytes())[0])
        assert parts, problems
        assert (file.name, []) == (file.name, _unknown(parts.fields.values, schema, schema))
        assert set(schema["required"]) <= set(parts.fields.values)
    assert files


def test_the_schema_of_settings_knows_every_section(tmp_path: Path) -> None:
    """`schema config` has each table and each of its settings; every reference in it leads somewhere."""
    schema = json.loads(output_of(tmp_path, "schema", "config"))
    for name, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {})
        expected = {its.alias or key for key, its in inner.items()}
        assert expected <= set(_names(schema, schema["properties"][field.alias or name]))
    references = re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(schema))
    assert set(references) == set(schema["$defs"])


def test_config_show_tells_every_setting_and_its_origin(project: Path) -> None:
    """`config show` prints name, value and origin; --json the same as one document."""
    variables = {"PUBLISHER_FEEDS__SIZE": "7"}
    document = json.loads(output_of(project, "config", "show", "--json", **variables))
    assert document["newsletter.languages"] == {
        "value": ["en", "fr", "es", "ar"],
        "from": "publisher.toml:5",
    }
    assert document["feeds.size"] == {"value": 7, "from": "PUBLISHER_FEEDS__SIZE"}
    assert document["paths.output"] == {"value": "out", "from": "default"}
    assert document["kinds.news.name.ar"] == {"value": "خبر", "from": "default"}
    lines = output_of(project, "config", "show", **variables).splitlines()
    rows = [re.fullmatch(r"(\S+) +(.+)  \((.+)\)", line) for line in lines]
    shown = {row[1]: {"value": json.loads(row[2]), "from": row[3]} for row in rows if row}
    assert document == shown


def test_templates_are_listed(project: Path) -> None:
    """`templates` tells of each file which one wins; --json the same."""
    (project / "templates/site").mkdir(parents=True)
    (project / "templates/site/home.html").write_text("own")
    (project / "templates/site/more.html").write_text("more")
    rows = dict(line.split(maxsplit=1) for line in output_of(project, "templates").splitlines())
    assert rows["site/home.html"] == "yours, instead of the packaged one"
    assert rows["site/more.html"] == "yours"
    assert rows["email/digest.html"] == "packaged"
    listed = json.loads(output_of(project, "templates", "--json"))
    assert list(rows) == list(listed)
    assert listed["site/home.html"] == {"own": True, "packaged": True}
    assert listed["site/more.html"] == {"own": True, "packaged": False}


def test_a_template_is_taken_over(project: Path) -> None:
    """`templates --eject` copies a packaged file, prints its path, and builds with it from then on."""
    assert output_of(project, "templates", "--eject", "site/home.html") == "templates/site/home.html\n"
    own = project / "templates/site/home.html"
    assert (ROOT / "templates/site/home.html").read_bytes() == own.read_bytes()
    own.write_text("Only {{ newsletter.title }}\n")
    output_of(project, "build")
    assert (project / "out/index.html").read_text() == "Only Example News\n"


@pytest.mark.parametrize("name", ["site/home.html", "site/hone.html", "../pyproject.toml", "site"])
def test_a_template_is_not_taken_over_twice(project: Path, name: str) -> None:
    """A file that is there already, or that is no packaged template, is refused with exit code 2."""
    output_of(project, "templates", "--eject", "site/home.html")
    before = tree(project)
    done = run(project, "templates", "--eject", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr
    assert before == tree(project)
