"""The manual names everything that the program has, and nothing that it has not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from publisher.cli.commands import cli
from publisher.model.frontmatter import (
    Credit,
    Event,
    FrontMatter,
    Image,
    Link,
    Media,
    QuoteFrontMatter,
    Source,
)
from publisher.model.secret import SECRETS
from publisher.model.written import Settings
from publisher.render.templating import packaged_folder

ROOT = Path(__file__).resolve().parents[2]
CODE_AT = {
    "Problem": 0,
    "_YamlError": 0,
    "_problem": 0,
    "error": 0,
    "fault": 0,
    "warning": 0,
    "UsageError": 2,
    "OutputError": 2,
    "MissingTemplateError": 2,
    "DatabaseError": 2,
    "NotSentError": 2,
    "PublisherError": 2,
}
CODE = re.compile(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*")


def _doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _codes_in(tree: ast.AST) -> Iterator[str]:
    """Yield the literal codes that a module gives to problems and errors."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = CODE_AT.get(name)
            if place is not None and len(node.args) > place:
                code = node.args[place]
                if (
                    isinstance(code, ast.Constant)
                    and isinstance(code.value, str)
                    and CODE.fullmatch(code.value)
                ):
                    yield code.value


def codes() -> set[str]:
    """Return every code that the program can show."""
    found = {"empty-link", "empty-picture"}  # made of a word and a name
    for path in (ROOT / "publisher").rglob("*.py"):
        found |= set(_codes_in(ast.parse(path.read_text(encoding="utf-8"))))
    from publisher.entries.proofread import _RULES  # noqa: PLC0415
    from publisher.model.explain import _WORDS  # noqa: PLC0415

    found |= (
        {code for code, *_ in _RULES}
        | {code for code, _, _ in _WORDS.values()}
        | {"missing-field", "unknown-field"}
    )
    found |= {"duplicate-id", "duplicate-address", "duplicate-translation"}  # rows of one check
    return found


def test_every_problem_is_in_the_manual() -> None:
    """docs/problems.md has a row for each code, and no row for a code that is gone."""
    rows = set(re.findall(r"^\| `([a-z0-9-]+)` \|", _doc("problems.md"), re.MULTILINE))
    assert rows == codes()


@pytest.mark.parametrize("model", [FrontMatter, QuoteFrontMatter, Event, Image, Credit, Link, Media, Source])
def test_every_field_is_in_the_manual(model: type[BaseModel]) -> None:
    """docs/entries.md names each field of front matter."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in _doc("entries.md")] == []


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        label = field.alias or name
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel) and inner.__name__ != "Localised":
            yield from _settings(inner, f"{prefix}{label}.")
        elif label not in {"$schema", "kinds"}:
            yield prefix + label


def test_every_setting_is_in_the_manual() -> None:
    """docs/settings.md has a row for each setting, and no row for one that is gone."""
    rows = set(re.findall(r"^\| `([\w.]+)` \|", _doc("settings.md"), re.MULTILINE))
    assert rows == {
        *_settings(Settings),
        *map(".".join, SECRETS),
        "kinds.KEY.name",
        "kinds.KEY.plural",
        "kinds.KEY.row",
    }


def test_every_template_is_in_the_manual() -> None:
    """docs/templates.md has a row for each packaged file, and no row for one that is gone."""
    files = {
        path.relative_to(packaged_folder()).as_posix()
        for path in packaged_folder().rglob("*")
        if path.is_file()
    }
    rows = set(
        re.findall(r"^\| `([\w./-]+\.(?:html|txt|css|js|png|po|svg))` \|", _doc("templates.md"), re.MULTILINE)
    )
    assert rows == files


def _commands(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{words} {name}")
            if without_name := command.commands.get("issue"):  # `send MONTH`
                yield f"{words} {name}", without_name
        else:
            yield f"{words} {name}", command


def test_every_command_and_option_is_in_the_manual() -> None:
    """docs/commands.md has a heading for each command, and names each of its options below it."""
    parts = [part for part in _doc("commands.md").split("\n## ")[1:] if part.startswith("`publisher ")]
    sections = {re.sub(r"( [^a-z].*)?$", "", part.split("`")[1]): part for part in parts}
    known = dict(_commands(cli, "publisher"))
    assert set(sections) == set(known)
    for words, command in known.items():
        for option in (parameter for parameter in command.params if isinstance(parameter, click.Option)):
            assert any(f"`{name}`" in sections[words] for name in option.opts), f"{words} {option.opts}"


def test_global_options_are_in_the_manual() -> None:
    """docs/commands.md names the options that stand before a command."""
    options = [name for parameter in cli.params for name in parameter.opts]
    assert [name for name in options if f"`{name}" not in _doc("commands.md")] == []


def test_the_commands_of_the_readme_exist() -> None:
    """Each command that README.md and the manual tell people to type is one of the program's."""
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    known = {words.split()[1] for words, _ in _commands(cli, "publisher")}
    for path in texts:
        typed = re.findall(
            r"(?:^    |`)(?:python3 run\.py|publisher) ([a-z]+)",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        assert [word for word in typed if word not in {*known, "test"}] == [], path.name


@pytest.mark.parametrize(
    "name",
    ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", *(path.name for path in (ROOT / "docs").glob("*.md"))],
)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    """Every relative link and picture of a document exists."""
    path = ROOT / name if (ROOT / name).exists() else ROOT / "docs" / name
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [
        link
        for pair in re.findall(r"(?<!`)\[[^\]]*\]\(([^)#]+)[^)]*\)(?!`)|src=\"([^\"]+)\"", text)
        for link in pair
        if link
    ]
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_every_test_that_architecture_names_exists() -> None:
    """ARCHITECTURE.md names only tests that are there."""
    named = re.findall(r"`(tests/[\w/.-]+)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
